import { inThreads } from '../comment-threads.js';
import { parseDate } from '../dates.js';
import { ImportedComment, Skipped } from '../import.model.js';
import { oneLine, owned } from '../text.js';
import { text } from './ghost-columns.js';

type Row = Omit<ImportedComment, 'authorName' | 'createdAt'> & { memberId: string; createdAt: Date | null };

const STATUSES: Record<string, ImportedComment['status'] | undefined> = {
  published: 'visible',
  hidden: 'hidden',
};

/** Comments of Ghost 5 and later. Their writers are members, of whom only the name comes along. */
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
    const status = STATUSES[text(values, 'status')];
    if (!status) {
      const reason = `its state is "${text(values, 'status')}"`;
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

  of(postId: string, title: string, now: Date): { kept: ImportedComment[]; skipped: Skipped[] } {
    const kept = (this.rows.get(postId) ?? []).map(({ memberId, createdAt, ...comment }) => ({
      ...comment,
      authorName: this.names.get(memberId) ?? 'Anonymous',
      createdAt: createdAt ?? now,
    }));
    const skipped = (this.dropped.get(postId) ?? []).map((one) => ({ ...one, title: `on “${title}”` }));
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
