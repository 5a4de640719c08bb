import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { v7 as uuidv7 } from 'uuid';
import { commentsSettings } from './comments.settings.js';
import { AuditLog } from '../platform/audit/audit-log.js';
import type { Rendering } from '../platform/content/render.js';
import { Renderer } from '../platform/content/renderer.js';
import { StaleRenderings } from '../platform/content/stale-renderings.js';
import { NotAllowed } from '../platform/errors/caller-problems.js';
import { Events } from '../platform/events/events.js';
import { ValidationFailed } from '../platform/errors/request-problems.js';
import { mayAll } from '../platform/http/access/access.js';
import { checkVersion, type Precondition } from '../platform/http/answers/conditions.js';
import { Cursors } from '../platform/lists/cursors.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id, Page } from '../platform/schemas/schemas.js';
import { PostNotPublished, PostsService } from '../posts/posts.service.js';
import { commentEvent, type CommentEvent, silentCommentEvent } from './comments.events.js';
import { COMMENT_BODY } from './comment.rendering.js';
import { COMMENTS } from './comments.access.js';
import { commentDeleted, commentModerated, commentUpdated } from './comments.audit.js';
import { CommentDeleted, CommentNotFound, CommentsClosed } from './comments.errors.js';
import {
  CommentsRepository,
  type ExportedComment,
  type InsertableComment,
  type LockedComment,
  type StaleComment,
  type StoredComment,
} from './comments.repository.js';
import type {
  CommentStatus,
  CommentView,
  CreateComment,
  ListCommentsQuery,
  UpdateComment,
} from './comments.schemas.js';

export type { ExportedComment, StoredComment } from './comments.repository.js';

/** A comment of another system. */
export type CommentToImport = Omit<InsertableComment, 'html'>;

/** The maximum number of rows in one statement. PostgreSQL supports 65,535 parameters. */
const ROWS = 500;

@Injectable()
export class CommentsService {
  constructor(
    private readonly comments: CommentsRepository,
    private readonly posts: PostsService,
    private readonly cursors: Cursors,
    @Inject(commentsSettings.KEY) private readonly config: ConfigType<typeof commentsSettings>,
    private readonly renderer: Renderer,
    private readonly events: Events,
    private readonly audit: AuditLog,
    renderings: StaleRenderings,
  ) {
    renderings.add({
      find: (most, except) => this.comments.findStale(most, except),
      render: (comment) => this.renderAgain(comment),
    });
  }

  /** @throws PostNotFound */
  async list(idOrSlug: string, query: ListCommentsQuery, by: Principal | null): Promise<Page<CommentView>> {
    const postId = await this.posts.findVisibleId(idOrSlug, by);
    const scope = `comments:${postId}`;
    const rows = await this.comments.list(postId, query, by, this.cursors.start(scope, query));
    return this.cursors.page(scope, query, rows);
  }

  /** @throws CommentNotFound if it does not exist or the caller cannot see it */
  async get(id: Id, by: Principal | null): Promise<CommentView> {
    const comment = await this.comments.find(id, by);
    if (!comment) throw new CommentNotFound(id);
    return comment;
  }

  /**
   * The lock of the post decides between a comment and a change that closes the comments.
   * @throws PostNotFound, PostNotPublished, CommentsClosed, ValidationFailed if the parent is not a comment of this post
   */
  async create(
    idOrSlug: string,
    { body, parentId = null }: CreateComment,
    by: Principal,
  ): Promise<CommentView> {
    const html = await this.render(body, by);
    const comment = { id: uuidv7(), parentId, authorId: by.id, body, html };
    return this.comments.transaction(async () => {
      const post = await this.posts.holdVisible(idOrSlug, by);
      if (post.status !== 'published') throw new PostNotPublished(post.id);
      if (!post.commentsOpen) throw new CommentsClosed(post.id);
      if (parentId && !(await this.comments.holdParent(parentId, post.id, by))) {
        throw new ValidationFailed([
          { path: 'parentId', code: 'unknown_comment', message: 'must be the id of a comment on this post' },
        ]);
      }
      const status = await this.firstStatus(by, post.authorId);
      await this.comments.insert({ ...comment, postId: post.id, status });
      await this.count({ id: comment.id, postId: post.id }, undefined, status);
      const made = await this.comments.get(comment.id, by);
      const place = { postAuthorId: post.authorId, isPostPublic: true };
      await this.events.record(commentEvent('comment.created', made, by.id, place));
      return made;
    });
  }

  /**
   * Changes the text. The same text again changes nothing.
   * @throws CommentNotFound, NotAllowed, PreconditionFailed, CommentDeleted
   */
  async update(id: Id, { body }: UpdateComment, by: Principal, expected: Precondition): Promise<CommentView> {
    const html = body === undefined ? '' : await this.render(body, by);
    return this.comments.transaction(async () => {
      const comment = await this.lockEditable(id, by, expected);
      if (comment.status === 'deleted') throw new CommentDeleted(id);
      if (body !== undefined && !isBodyOf(comment, body)) {
        const status = await this.statusAfterEdit(comment, by);
        await this.comments.setBody(id, body, html, status);
        await this.count(comment, comment.status, status);
        await this.record('comment.updated', comment, by);
        await this.audit.record(commentUpdated(comment, status));
      }
      return this.comments.get(id, by);
    });
  }

  /**
   * Deletes a comment. If it has replies, its place in the thread remains.
   * @throws CommentNotFound, NotAllowed, PreconditionFailed
   */
  delete(id: Id, by: Principal, expected: Precondition): Promise<void> {
    return this.comments.transaction(async () => {
      const comment = await this.lockEditable(id, by, expected);
      await this.record('comment.deleted', comment, by);
      await this.count(comment, comment.status, 'deleted');
      if (await this.comments.hasReplies(id)) await this.comments.erase(id);
      else await this.comments.delete(id);
      await this.audit.record(commentDeleted(comment));
    });
  }

  /**
   * Sets the status of a comment: visible, hidden or pending. The status that it has already changes nothing.
   * @throws CommentNotFound, NotAllowed, PreconditionFailed, CommentDeleted
   */
  moderate(id: Id, status: CommentStatus, by: Principal, expected: Precondition): Promise<CommentView> {
    return this.comments.transaction(async () => {
      const comment = await this.lock(id, by);
      if (comment.postAuthorId !== by.id && !mayAll(by, COMMENTS.moderate)) {
        throw new NotAllowed('Only the author of the post, editors and admins may moderate its comments.');
      }
      checkVersion(comment.version, expected);
      if (comment.status === 'deleted') throw new CommentDeleted(id);
      if (comment.status === status) return this.comments.get(id, by);
      await this.comments.setStatus(id, status);
      await this.count(comment, comment.status, status);
      await this.record('comment.moderated', comment, by);
      await this.audit.record(commentModerated(comment, status));
      return this.comments.get(id, by);
    });
  }

  /**
   * Imports comments of another system, parents first. The import of posts updates the counts.
   * @returns what readers may miss in the HTML, by comment
   */
  async import(comments: CommentToImport[], rendering: Rendering): Promise<Map<Id, string[]>> {
    const notesOf = new Map<Id, string[]>();
    for (let at = 0; at < comments.length; at += ROWS) {
      const rendered = [];
      for (const comment of comments.slice(at, at + ROWS)) {
        const { body, bodyFormat: format, bodyDialect: dialect } = comment;
        const { html, notes } = await rendering.render(COMMENT_BODY, { body, format, dialect });
        if (notes.length > 0) notesOf.set(comment.id, notes);
        rendered.push({ ...comment, html });
      }
      await this.comments.insertImported(rendered);
    }
    await this.recordImported(comments);
    return notesOf;
  }

  /** Streams all comments by post, oldest first. Rows are read on demand. */
  export(): AsyncGenerator<ExportedComment, void, void> {
    return this.comments.all();
  }

  /**
   * Returns the ids of the comments that exist, with the ids of their posts. They cannot be deleted until the
   * transaction ends.
   */
  holdAll(ids: Id[]): Promise<Map<Id, Id>> {
    return this.comments.holdAll(ids);
  }

  /** Returns the posts of the comments that exist, and whether the comments have these times of creation. */
  compare(comments: { id: Id; createdAt: string }[]): Promise<Map<Id, { postId: Id; sameDate: boolean }>> {
    return this.comments.compare(comments);
  }

  /** Returns the comments that were created on these posts at these times. */
  findAt(places: { postId: Id; createdAt: string }[]): Promise<StoredComment[]> {
    return this.comments.findAt(places);
  }

  private async record(type: CommentEvent, comment: LockedComment, by: Principal): Promise<void> {
    const view = await this.comments.get(comment.id, by);
    const event = commentEvent(type, view, by.id, comment);
    await this.events.record(event);
    // Readers see the version of an empty place, and nothing else of the comment.
    if (!event.isPublic && comment.isPostPublic && comment.inThread)
      await this.events.record(silentCommentEvent('comment.updated', { ...comment, isPublic: true }));
  }

  /** Records imported comments, and the places above them that readers now see. */
  private async recordImported(comments: CommentToImport[]): Promise<void> {
    const own = new Set(comments.map(({ id }) => id));
    for (let at = 0; at < comments.length; at += ROWS) {
      const some = comments.slice(at, at + ROWS);
      const made = await this.comments.ofEvents(some.map(({ id }) => id));
      await this.events.recordAll(made.map((comment) => silentCommentEvent('comment.created', comment)));
      const replies = some.filter(({ parentId }) => parentId !== null && !own.has(parentId));
      const above = replies.length > 0 ? await this.comments.placesAbove(replies.map(({ id }) => id)) : [];
      await this.events.recordAll(above.map((place) => silentCommentEvent('comment.updated', place)));
    }
  }

  private async render(body: string, by: Principal): Promise<string> {
    return (await this.renderer.render(COMMENT_BODY, { body, format: 'markdown' }, by.id)).html;
  }

  /** Renders a comment whose HTML was created by an older renderer. */
  private async renderAgain(comment: StaleComment): Promise<void> {
    const { body, bodyFormat, bodyDialect } = comment;
    const source = { body, format: bodyFormat, dialect: bodyDialect };
    const { html } = await this.renderer.again(COMMENT_BODY, source);
    await this.comments.transaction(async () => {
      const rendered = await this.comments.storeRendering(comment, html);
      if (rendered) await this.events.record(silentCommentEvent('comment.updated', rendered));
    });
  }

  /** Locks the post and then the comment. */
  private async lock(id: Id, by: Principal): Promise<LockedComment> {
    const postId = await this.comments.findPostId(id);
    if (postId) await this.posts.hold(postId);
    const comment = await this.comments.lock(id, by);
    if (!comment) throw new CommentNotFound(id);
    return comment;
  }

  private async lockEditable(id: Id, by: Principal, expected: Precondition): Promise<LockedComment> {
    const comment = await this.lock(id, by);
    if (comment.authorId !== by.id && !mayAll(by, COMMENTS.edit))
      throw new NotAllowed('Only the author of the comment, editors and admins may change it.');
    checkVersion(comment.version, expected);
    return comment;
  }

  /** COMMENT_MODERATION defines the first status. The author of the post and editors require no approval. */
  private async firstStatus(by: Principal, postAuthorId: Id): Promise<CommentStatus> {
    const { COMMENT_MODERATION: moderation } = this.config;
    if (moderation === 'off' || by.id === postAuthorId || mayAll(by, COMMENTS.moderate)) return 'visible';
    if (moderation === 'first' && (await this.comments.hasApproved(by.id))) return 'visible';
    return 'pending';
  }

  /** An edit by its author changes what was approved, so the comment requires approval again if comments do. */
  private async statusAfterEdit(comment: LockedComment, by: Principal): Promise<CommentStatus> {
    return comment.status === 'visible' ? this.firstStatus(by, comment.postAuthorId) : comment.status;
  }

  /** Counts the comment, and records that the places above it in the thread may appear or vanish with it. */
  private async count(
    comment: Pick<LockedComment, 'id' | 'postId'>,
    before: CommentStatus | undefined,
    after: CommentStatus,
  ): Promise<void> {
    const change = Number(after === 'visible') - Number(before === 'visible');
    if (change === 0) return;
    await this.posts.countComments(comment.postId, change);
    const places = await this.comments.placesAbove([comment.id]);
    await this.events.recordAll(places.map((place) => silentCommentEvent('comment.updated', place)));
  }
}

/** Tells whether an edit with this text changes nothing. An imported comment with the same text would be rendered in another way. */
const isBodyOf = ({ body, bodyFormat, bodyDialect }: LockedComment, given: string): boolean =>
  body === given && bodyFormat === 'markdown' && bodyDialect === null;
