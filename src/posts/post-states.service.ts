import { Injectable } from '@nestjs/common';
import { AuditLog } from '../platform/audit/audit-log.js';
import { Cache } from '../platform/cache/cache.js';
import { Events } from '../platform/events/events.js';
import { ValidationFailed } from '../platform/errors/request-problems.js';
import { checkVersion, type Precondition } from '../platform/http/answers/conditions.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { TAG_COUNTS } from '../tags/tags.service.js';
import { EditablePosts } from './editable-posts.js';
import { type Action, POST_ACTIONS, type PostAction, scheduleAt } from './post-actions.js';
import { PostRecords } from './post-records.js';
import type { PostView } from './post-view.schemas.js';
import { type Due, PostWritesRepository } from './post-writes.repository.js';
import { postActed } from './posts.audit.js';
import { POST_LISTS, postTag } from './posts.cache-tags.js';
import { CannotPublish } from './posts.errors.js';
import { postEvent } from './posts.events.js';
import { PostsRepository } from './posts.repository.js';
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
    private readonly cache: Cache,
    private readonly events: Events,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Performs an action of the table.
   * @throws PostNotFound, NotAllowed, PreconditionFailed, and the problem that the table names
   */
  act(action: PostAction, idOrSlug: string, by: Principal, expected: Precondition): Promise<PostView> {
    return this.perform(POST_ACTIONS[action], idOrSlug, by, expected);
  }

  /**
   * Publishes a post at a time in the future, by the clock of the database.
   * @throws PostNotFound, NotAllowed, PreconditionFailed, PostAlreadyPublished, PostArchived, ValidationFailed
   */
  schedule(idOrSlug: string, at: string, by: Principal, expected: Precondition): Promise<PostView> {
    return this.writes.transaction(async () => {
      await this.checkIsFuture(at, 'at');
      return this.perform(scheduleAt(at), idOrSlug, by, expected);
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
    await this.cache.invalidate(
      POST_LISTS,
      TAG_COUNTS,
      ...due.flatMap(({ id, slug }) => [postTag(id), postTag(slug)]),
    );
    const views = new Map((await this.posts.getAll(ids)).map((view) => [view.id, view]));
    const published = due.map((post) => {
      const before = { ...post, status: 'scheduled' as const };
      return { before, after: views.get(post.id) as PostView };
    });
    await this.events.record(
      ...published.map(({ before, after }) => postEvent('post.published', after, null, before)),
    );
    for (const { before, after } of published)
      await this.audit.record(postActed('post.published', before, after));
  }

  /** @throws ValidationFailed if a time is not in the future by the clock of the database */
  async checkIsFuture(at: string, path: string): Promise<void> {
    if (await this.writes.isFuture(at)) return;
    throw new ValidationFailed([{ path, code: 'not_in_future', message: 'must be a time in the future' }]);
  }

  private perform(
    { from, changes, otherwise, event, audit }: Action,
    idOrSlug: string,
    by: Principal,
    expected: Precondition,
  ): Promise<PostView> {
    return this.writes.transaction(async () => {
      const post = await this.editable.lock(idOrSlug, by);
      checkVersion(post.version, expected);
      const moved = await this.writes.move(post.id, from, changes);
      if (!moved) throw otherwise(post.id, post.status);
      if (event === 'post.published') await this.tags.hold([post.id]);
      await this.records.changed(post);
      const acted = await this.records.recorded(event, post, by);
      await this.audit.record(postActed(audit, post, acted));
      return acted;
    });
  }
}
