import { Injectable } from '@nestjs/common';
import { AuditLog } from '../platform/audit/audit-log.js';
import { Events } from '../platform/events/events.js';
import { checkPart, checkVersion, type Precondition } from '../platform/http/answers/conditions.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { EditablePosts } from './editable-posts.js';
import { type Action, POST_ACTIONS, type PostAction, scheduleAt } from './post-actions.js';
import { PostRecords } from './post-records.js';
import type { PostView } from './post-view.schemas.js';
import { type Due, PostWritesRepository } from './post-writes.repository.js';
import { postActed } from './posts.audit.js';
import { CannotPublish, notInFuture } from './posts.errors.js';
import { postEvent } from './posts.events.js';
import { PostsRepository } from './posts.repository.js';
import { PendingEdits } from './revisions/pending-edits.js';
import { Publications } from './revisions/publications.js';
import { NoPendingRevision } from './revisions/revisions.errors.js';
import { RevisionsRepository } from './revisions/revisions.repository.js';
import { TagsOfPosts } from './tags-of-posts.js';

/** The actions on the status of a post. */
@Injectable()
export class PostStatesService {
  constructor(
    private readonly posts: PostsRepository,
    private readonly writes: PostWritesRepository,
    private readonly editable: EditablePosts,
    private readonly tags: TagsOfPosts,
    private readonly records: PostRecords,
    private readonly publications: Publications,
    private readonly pending: PendingEdits,
    private readonly revisions: RevisionsRepository,
    private readonly events: Events,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Performs an action of the table.
   * @throws PostNotFound, NotAllowed, PreconditionFailed, and the problem that the table names
   */
  act(action: PostAction, id: Id, by: Principal, expected: Precondition): Promise<PostView> {
    return this.perform(POST_ACTIONS[action], id, by, expected);
  }

  /**
   * Publishes a post at a time in the future, by the clock of the database. The time that it has already changes nothing.
   * @throws PostNotFound, NotAllowed, PreconditionFailed, PostAlreadyPublished, PostArchived, ValidationFailed
   */
  schedule(id: Id, at: string, by: Principal, expected: Precondition): Promise<PostView> {
    return this.writes.transaction(async () => {
      if (!(await this.writes.futureOf([at])).has(at)) throw notInFuture('at');
      return this.perform(scheduleAt(at), id, by, expected);
    });
  }

  /**
   * Publishes scheduled posts whose time has come, except those of disabled accounts, in one transaction. Any number of
   * processes can do it at the same time.
   * @param due which of them have their turn
   * @returns the number of posts
   * @throws CannotPublish
   */
  async publishDue(most: number, due: Due): Promise<number> {
    let ids: Id[] = [];
    try {
      return await this.writes.transaction(async () => {
        ids = await this.writes.lockDue(most, due);
        if (ids.length > 0) await this.publishScheduled(ids);
        return ids.length;
      });
    } catch (error) {
      throw ids.length > 0 ? new CannotPublish(ids, error) : error;
    }
  }

  private async publishScheduled(ids: Id[]): Promise<void> {
    const due = await this.writes.publishScheduled(ids);
    await this.tags.hold(ids);
    await this.records.changedAll(due);
    const views = new Map((await this.posts.getAll(ids)).map((view) => [view.id, view]));
    const published = due.map((post) => {
      const before = { ...post, status: 'scheduled' as const };
      return { before, after: views.get(post.id) as PostView };
    });
    await this.events.record(
      ...published.map(({ before, after }) => postEvent('post.published', after, null, before)),
    );
    await this.audit.recordAll(
      published.map(({ before, after }) => postActed('post.published', before, after)),
    );
  }

  /**
   * Ends the private edit of a post without publishing it.
   * @throws PostNotFound, NotAllowed, PreconditionFailed, NoPendingRevision
   */
  discard(id: Id, by: Principal, expected: Precondition): Promise<PostView> {
    return this.writes.transaction(async () => {
      const post = await this.editable.lock(id, by);
      const { pending } = await this.revisions.relatedRowsOf(post.id);
      checkPart(post.version, pending?.number ?? null, expected);
      if (!pending) throw new NoPendingRevision(id);
      await this.pending.end(pending);
      return { ...(await this.posts.get(post.id)), pendingRevision: null };
    });
  }

  private perform(action: Action, id: Id, by: Principal, expected: Precondition): Promise<PostView> {
    if (action.publishes) return this.publications.perform(action, id, by, expected);
    return this.writes.transaction(async () => {
      const post = await this.editable.lock(id, by);
      checkVersion(post.version, expected);
      const moved = await this.writes.move(post.id, action.from, action.changes);
      if (!moved) throw action.otherwise(post.id, post.status);
      await this.records.changed(post);
      const acted = await this.records.recorded(action.event, post, by);
      await this.audit.record(postActed(action.audit, post, acted));
      return this.records.shown(acted);
    });
  }
}
