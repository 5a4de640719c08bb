import { setImmediate as otherWork } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { CommentsService, type CommentToImport } from '../comments/comments.service.js';
import type { Id } from '../platform/schemas/schemas.js';
import { PostsService } from '../posts/posts.service.js';
import { momentText } from './dates.js';
import { inSlices } from './in-slices.js';
import { ImportKeysRepository, type KeyMapping } from './import-keys.repository.js';
import { type ImportRun, TWICE } from './import-run.js';
import type { ImportedComment, ImportedPost } from './import.model.js';

/** A post of the file with its comments, and the stored post that receives them. */
export interface Thread {
  post: ImportedPost;
  id: Id;
  /** True if the post is about to be inserted. */
  isNew: boolean;
}

/** The comments that are about to be inserted. */
export class CommentPlan {
  readonly rows: CommentToImport[] = [];
  readonly made: { key: string; id: Id; title: string }[] = [];
  private readonly visibleOf = new Map<Id, number>();

  add(key: string, row: CommentToImport, title: string): void {
    this.rows.push(row);
    this.made.push({ key, id: row.id, title });
    if (row.status === 'visible') this.visibleOf.set(row.postId, this.visible(row.postId) + 1);
  }

  /** Returns the number of these comments that everybody can see. */
  visible(postId: Id): number {
    return this.visibleOf.get(postId) ?? 0;
  }
}

/** The stored rows for the keys, posts and parents of the comments. */
interface Here {
  known: Map<string, KeyMapping>;
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
  ) {}

  /** Decides which comments are new, and the place of each one in its thread. */
  async plan(threads: Thread[], run: ImportRun): Promise<CommentPlan> {
    const plan = new CommentPlan();
    if (threads.every(({ post }) => post.comments.length === 0)) return plan;
    const here = await this.look(threads);
    for (const thread of threads) {
      for (const comments of inSlices(thread.post.comments)) {
        for (const comment of comments) this.place(comment, thread, here, plan, run);
        await otherWork();
      }
    }
    return plan;
  }

  async insert(plan: CommentPlan, run: ImportRun): Promise<void> {
    const notes = await this.comments.import(plan.rows, run.rendering);
    await this.keys.add(plan.made);
    if (notes.size === 0) return;
    for (const { id, key, title } of plan.made)
      run.tally.note('imported', 'comment', key, title, notes.get(id) ?? []);
  }

  private place(
    comment: ImportedComment,
    { post, id }: Thread,
    here: Here,
    plan: CommentPlan,
    { tally, authors }: ImportRun,
  ): void {
    const before = here.known.get(comment.key);
    if (before && !before.isFresh) {
      tally.add('present', 'comment', comment.key, comment.authorName);
    } else if (before || !here.posts.has(id)) {
      const why = before ? TWICE : 'its post was deleted after an earlier import';
      tally.add('skipped', 'comment', comment.key, titleOf(comment, post), [why]);
    } else {
      const row = asComment(comment, id, parentOf(comment, id, here), authors);
      here.known.set(comment.key, { id: row.id, isFresh: true });
      here.postOf.set(row.id, id);
      plan.add(comment.key, row, titleOf(comment, post));
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

  /** Finds comments by their id. A comment of a Galley export can exist here although no import created it. */
  private async findById(threads: Thread[], known: Map<string, KeyMapping>): Promise<void> {
    const unknown = threads
      .flatMap(({ post }) => post.comments)
      .flatMap(({ key, id }) => (id === undefined || known.has(key) ? [] : [{ key, id }]));
    if (unknown.length === 0) return;
    const ids = unknown.map(({ id }) => id);
    const here = await this.holdAll(ids);
    for (const { key, id } of unknown) if (here.has(id)) known.set(key, { id, isFresh: false });
  }

  private async look(threads: Thread[]): Promise<Here> {
    const keys = threads.flatMap(({ post }) => post.comments.map((comment) => comment.key));
    const known = await this.keys.find(keys);
    await this.findById(threads, known);
    const isNew = (comment: ImportedComment) => !known.has(comment.key);
    const old = threads.filter((thread) => !thread.isNew && thread.post.comments.some(isNew));
    const posts = await this.posts.holdAll(old.map(({ id }) => id));
    for (const thread of threads) if (thread.isNew) posts.add(thread.id);
    const parents = old
      .flatMap(({ post }) => post.comments.filter(isNew))
      .map((comment) => comment.parentKey !== null && known.get(comment.parentKey)?.id)
      .filter((id) => typeof id === 'string');
    return { known, posts, postOf: await this.holdAll([...new Set(parents)]) };
  }
}

/** If the parent of a reply was deleted here, the reply starts a thread. */
function parentOf(comment: ImportedComment, postId: Id, { known, postOf }: Here): Id | null {
  const parent = comment.parentKey === null ? undefined : known.get(comment.parentKey)?.id;
  return parent !== undefined && postOf.get(parent) === postId ? parent : null;
}

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
