import { note } from '../../platform/content/note.js';
import { inThreads, undatedComments } from '../comment-threads.js';
import { parseGhostDate } from '../dates.js';
import type { ImportedComment, ImportedPost, Skipped } from '../import.model.js';
import { cut, oneLine, owned } from '../text.js';
import { text } from './ghost-columns.js';

type Row = Omit<ImportedComment, 'authorName' | 'createdAt'> & { memberId: string; createdAt: Date | null };

const STATUSES: ReadonlyMap<string, ImportedComment['status']> = new Map([
  ['published', 'visible'],
  ['hidden', 'hidden'],
]);

const NO_POST = 'the file does not contain its post';
const NO_MEMBER = 'the file does not contain the member who wrote it';

/** The title only helps to recognize the post, and is repeated for each comment. */
const LONGEST_TITLE = 200;

/** The comments of Ghost 5 and later. Their authors are members, and only their names are imported. */
export class GhostComments {
  private readonly rows = new Map<string, Row[]>();
  private readonly dropped = new Map<string, Skipped[]>();
  private readonly names = new Map<string, string>();

  addMember(values: Record<string, unknown>): void {
    this.names.set(owned(text(values, 'id')), owned(oneLine(text(values, 'name'))));
  }

  add(values: Record<string, unknown>): void {
    const id = text(values, 'id');
    const postId = owned(text(values, 'post_id'));
    const status = STATUSES.get(text(values, 'status'));
    if (!status) {
      const reason = note`its status is ${text(values, 'status')}`;
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
      createdAt: parseGhostDate(values['created_at']),
      updatedAt: parseGhostDate(values['edited_at']) ?? undefined,
    });
  }

  /** Yields the comments that no post has taken. */
  *rest(): Generator<Skipped, void, void> {
    for (const comments of this.rows.values()) {
      for (const { key, memberId } of comments)
        yield { kind: 'comment', key, title: this.names.get(memberId) ?? '', reason: NO_POST };
    }
    for (const dropped of this.dropped.values()) yield* dropped;
  }

  /** Returns the comments of a post once. A second post with the same id is the same post. */
  take(postId: string, post: ImportedPost): { kept: ImportedComment[]; notes: string[]; skipped: Skipped[] } {
    let undated = 0;
    const kept = taken(this.rows, postId).map(({ memberId, createdAt, ...comment }) => {
      if (!createdAt) undated += 1;
      return {
        ...comment,
        authorName: this.names.get(memberId) || 'Anonymous',
        notes: memberId === '' || this.names.has(memberId) ? undefined : [NO_MEMBER],
        createdAt: createdAt ?? post.publishedAt ?? post.createdAt,
      };
    });
    const notes = undated > 0 ? [undatedComments(undated)] : [];
    const where = `on “${cut(post.title, LONGEST_TITLE)}”`;
    const skipped = taken(this.dropped, postId).map((one) => ({ ...one, title: where }));
    return { kept: inThreads(kept), notes, skipped };
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
