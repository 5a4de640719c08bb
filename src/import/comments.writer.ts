import { setImmediate as otherWork } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { CommentsService, type CommentToImport } from '../comments/comments.service.js';
import type { Id } from '../platform/schemas/schemas.js';
import { PostsService } from '../posts/posts.service.js';
import { lostParent } from './comment-threads.js';
import { momentText } from './dates.js';
import { inSlices } from './in-slices.js';
import { CommentFinder, type FoundComments } from './comment-finder.js';
import { ImportKeysRepository } from './import-keys.repository.js';
import { type ImportRun, TWICE } from './import-run.js';
import type { ImportedComment, ImportedPost } from './import.model.js';
import type { Thread } from './thread.js';

/** The comments that are about to be inserted. */
export class CommentPlan {
  readonly rows: CommentToImport[] = [];
  readonly made: { key: string; id: Id; title: string; notes: string[] }[] = [];
  private readonly visibleOf = new Map<Id, number>();

  add(key: string, row: CommentToImport, title: string, notes: string[]): void {
    this.rows.push(row);
    this.made.push({ key, id: row.id, title, notes });
    if (row.status === 'visible') this.visibleOf.set(row.postId, this.visible(row.postId) + 1);
  }

  /** Returns the number of these comments that everybody can see. */
  visible(postId: Id): number {
    return this.visibleOf.get(postId) ?? 0;
  }
}

/** The stored rows for the keys, posts and parents of the comments. */
interface Here extends FoundComments {
  posts: Set<Id>;
  /** The posts of the comments that can have replies. */
  postOf: Map<Id, Id>;
}

@Injectable()
export class CommentsWriter {
  constructor(
    private readonly comments: CommentsService,
    private readonly posts: PostsService,
    private readonly keys: ImportKeysRepository,
    private readonly finder: CommentFinder,
  ) {}

  /** Decides which comments are new, and the place of each one in its thread. */
  async plan(threads: Thread[], run: ImportRun): Promise<CommentPlan> {
    const plan = new CommentPlan();
    if (threads.every(({ post }) => post.comments.length === 0)) return plan;
    const here = await this.look(threads, run);
    for (const thread of threads) {
      for (const comments of inSlices(thread.post.comments)) {
        for (const comment of comments) this.place(comment, thread, here, plan, run);
        await otherWork();
      }
    }
    return plan;
  }

  async insert(plan: CommentPlan, run: ImportRun): Promise<void> {
    const shown = await this.comments.import(plan.rows, run.rendering);
    await this.keys.add(plan.made);
    for (const { id, key, title, notes } of plan.made)
      run.tally.note('imported', 'comment', key, title, [...notes, ...(shown.get(id) ?? [])]);
  }

  private place(
    comment: ImportedComment,
    { post, id, isGone = false }: Thread,
    here: Here,
    plan: CommentPlan,
    { tally, authors }: ImportRun,
  ): void {
    const before = here.known.get(comment.key);
    if (here.deleted.has(comment) && !isGone) {
      tally.add('skipped', 'comment', comment.key, titleOf(comment, post), [DELETED]);
    } else if (before && !before.isFresh && !isGone) {
      tally.add('present', 'comment', comment.key, comment.authorName);
    } else if (before || !here.posts.has(id)) {
      const why = before && !isGone ? TWICE : 'its post was deleted after an earlier import';
      tally.add('skipped', 'comment', comment.key, titleOf(comment, post), [why]);
    } else {
      const row = asComment(comment, id, parentOf(comment, id, here), authors);
      here.known.set(comment.key, { id: row.id, isFresh: true });
      here.postOf.set(row.id, id);
      const key = here.otherKeys.get(comment) ?? comment.key;
      plan.add(key, row, titleOf(comment, post), notesOf(comment, row));
      tally.add('imported', 'comment', comment.key, comment.authorName);
    }
  }

  private async holdAll(ids: Id[]): Promise<Map<Id, Id>> {
    const held = new Map<Id, Id>();
    for (const some of inSlices(ids)) {
      for (const [id, postId] of await this.comments.holdAll(some)) held.set(id, postId);
    }
    return held;
  }

  private async look(threads: Thread[], run: ImportRun): Promise<Here> {
    const found = await this.finder.find(threads, run.authors);
    const { known } = found;
    const isNew = (comment: ImportedComment) => !known.has(comment.key);
    const old = threads.filter((thread) => !thread.isNew && thread.post.comments.some(isNew));
    const posts = await this.posts.holdAll(old.map(({ id }) => id));
    for (const thread of threads) if (thread.isNew) posts.add(thread.id);
    const parents = old
      .flatMap(({ post }) => post.comments.filter(isNew))
      .map((comment) => comment.parentKey !== null && known.get(comment.parentKey)?.id)
      .filter((id) => typeof id === 'string');
    return { ...found, posts, postOf: await this.holdAll([...new Set(parents)]) };
  }
}

const DELETED = 'a comment with its number was deleted here after an earlier import';

/** If the parent of a reply was deleted here, the reply starts a thread. */
function parentOf(comment: ImportedComment, postId: Id, { known, postOf }: Here): Id | null {
  const parent = comment.parentKey === null ? undefined : known.get(comment.parentKey)?.id;
  return parent !== undefined && postOf.get(parent) === postId ? parent : null;
}

const notesOf = ({ notes = [], parentKey }: ImportedComment, { parentId }: CommentToImport): string[] =>
  parentKey === null || parentId !== null ? notes : [...notes, lostParent(parentKey)];

function asComment(
  comment: ImportedComment,
  postId: Id,
  parentId: Id | null,
  authors: ImportRun['authors'],
): CommentToImport {
  const authorId = comment.authorKey === null ? null : (authors.get(comment.authorKey) ?? null);
  const { id = uuidv7(), body, bodyFormat = 'html', bodyDialect = null, status } = comment;
  const { createdAt, updatedAt = createdAt } = comment;
  return {
    ...{ id, postId, parentId, authorId, body, bodyFormat, bodyDialect, status },
    guestName: authorId === null ? comment.authorName || null : null,
    createdAt: momentText(createdAt),
    updatedAt: momentText(updatedAt),
    version: comment.version ?? 1,
  };
}

const titleOf = (comment: ImportedComment, post: ImportedPost) => `${comment.authorName} on “${post.title}”`;
