import { inThreads } from '../comment-threads.js';
import { parseDate } from '../dates.js';
import type { ImportedComment, Skipped } from '../import.model.js';
import { oneLine, owned } from '../text.js';
import { text } from './ghost-columns.js';

type Row = Omit<ImportedComment, 'authorName' | 'createdAt'> & { memberId: string; createdAt: Date | null };

const STATUSES: ReadonlyMap<string, ImportedComment['status']> = new Map([
  ['published', 'visible'],
  ['hidden', 'hidden'],
]);

/** The title only helps to recognize the post, and is repeated for each comment. */
const LONGEST_TITLE = 200;

/** The comments of Ghost 5 and later. Their authors are members, and only their names are imported. */
export class GhostComments {
  private readonly rows = new Map<string, Row[]>();
  private readonly dropped = new Map<string, Skipped[]>();
  private readonly names = new Map<string, string>();

  addMember(values: Record<string, unknown>): void {
    const name = oneLine(text(values, 'name'));
    if (name) this.names.set(owned(text(values, 'id')), owned(name));
  }

  add(values: Record<string, unknown>): void {
    const id = text(values, 'id');
    const postId = owned(text(values, 'post_id'));
    const status = STATUSES.get(text(values, 'status'));
    if (!status) {
      const reason = `its status is "${text(values, 'status')}"`;
      push(this.dropped, postId, { kind: 'comment', key: owned(id), title: '', reason });
      return;
    }
    const parent = text(values, 'parent_id') || text(values, 'in_reply_to_id');
    push(this.rows, postId, {
      key: key(id),
      parentKey: parent ? key(parent) : null,
      authorKey: null,
      memberId: owned(text(values, 'member_id')),
      body: owned(text(values, 'html')),
      status,
      createdAt: parseDate(values['created_at']),
    });
  }

  /** Returns the comments of a post once. A second post with the same id is the same post. */
  take(postId: string, title: string, now: Date): { kept: ImportedComment[]; skipped: Skipped[] } {
    const kept = taken(this.rows, postId).map(({ memberId, createdAt, ...comment }) => ({
      ...comment,
      authorName: this.names.get(memberId) ?? 'Anonymous',
      createdAt: createdAt ?? now,
    }));
    const where = `on “${title.slice(0, LONGEST_TITLE)}”`;
    const skipped = taken(this.dropped, postId).map((one) => ({ ...one, title: where }));
    return { kept: inThreads(kept), skipped };
  }
}

function key(id: string): string {
  return owned(`ghost comment ${id}`);
}

function push<T>(lists: Map<string, T[]>, postId: string, entry: T): void {
  const list = lists.get(postId);
  if (list) list.push(entry);
  else lists.set(postId, [entry]);
}

function taken<T>(lists: Map<string, T[]>, postId: string): T[] {
  const list = lists.get(postId) ?? [];
  lists.delete(postId);
  return list;
}
