import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { AuditLog } from '../platform/audit/audit-log.js';
import { Cache } from '../platform/cache/cache.js';
import { RENDERER_VERSION, type Rendering } from '../platform/content/render.js';
import { Renderer } from '../platform/content/renderer.js';
import { slugify } from '../platform/content/slugs.js';
import { StaleRenderings } from '../platform/content/stale-renderings.js';
import { Events } from '../platform/events/events.js';
import { NotAllowed } from '../platform/errors/caller-problems.js';
import { ValidationFailed } from '../platform/errors/request-problems.js';
import { mayAll } from '../platform/http/access/access.js';
import { checkVersion, type Precondition } from '../platform/http/answers/conditions.js';
import { Cursors } from '../platform/lists/cursors.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id, Page } from '../platform/schemas/schemas.js';
import { Tails } from '../platform/lists/tails.js';
import { TAG_COUNTS, TagsService } from '../tags/tags.service.js';
import { POSTS } from './posts.access.js';
import { postActed, postCreatedAs, postDeleted, postUpdated } from './posts.audit.js';
import { POST_LISTS, postTag } from './posts.cache-tags.js';
import { PageTree } from './page-tree.js';
import { type Likeness, type Outline, PostOutlinesRepository } from './post-outlines.repository.js';
import { SORT_KEYS } from './post.sql.js';
import { POST_BODY } from './post.rendering.js';
import { changesOf } from './post-changes.js';
import { type Action, POST_ACTIONS, type PostAction, scheduleAt } from './post-actions.js';
import { CannotPublish, PostNotFound, SlugTaken } from './posts.errors.js';
import { eventsOfNew, postEvent, type PostEvent, silentPostEvent } from './posts.events.js';
import { type ExportedPost, PostsExporter } from './posts.exporter.js';
import {
  type ContextOfPost,
  type ImportedChanges,
  PostsImporter,
  type PostToImport,
} from './posts.importer.js';
import {
  type Due,
  type HeldPost,
  type LockedPost,
  type NewPost,
  type PostPlace,
  type PostSource,
  PostsRepository,
  type RecordedPost,
  type ShownPost,
  type StalePost,
} from './posts.repository.js';
import {
  type CreatePost,
  type ListPostsQuery,
  type PostView,
  type UpdatePost,
  usualFilter,
} from './posts.schemas.js';

export { PostNotFound, PostNotPublished } from './posts.errors.js';
export type { ExportedPost } from './posts.exporter.js';
export type { Likeness, Outline } from './post-outlines.repository.js';
export type {
  BodyNeeds,
  ContextOfPost,
  ImportedChanges,
  PostToImport,
  RenamedPost,
} from './posts.importer.js';
export type { PostPlace } from './posts.repository.js';
export { visiblePosts } from './visible-posts.js';

@Injectable()
export class PostsService {
  constructor(
    private readonly posts: PostsRepository,
    private readonly pages: PageTree,
    private readonly tags: TagsService,
    private readonly cursors: Cursors,
    private readonly tails: Tails,
    private readonly importer: PostsImporter,
    private readonly outlines: PostOutlinesRepository,
    private readonly exporter: PostsExporter,
    private readonly renderer: Renderer,
    private readonly cache: Cache,
    private readonly events: Events,
    private readonly audit: AuditLog,
    renderings: StaleRenderings,
  ) {
    renderings.add({
      find: (most, except) => this.posts.findStale(most, except),
      render: (post) => this.renderAgain(post),
    });
  }

  /** Returns what the caller can see: published posts, their own posts, and for editors all posts. */
  async list(query: ListPostsQuery, by: Principal | null): Promise<Page<PostView>> {
    const start = this.cursors.start('posts', query, usualFilter(query.filter));
    const asked = { query, key: SORT_KEYS[query.sort.key], start };
    const { rows, last } = await this.tails.rows(asked, (before) =>
      this.posts.list(query, by, start, before),
    );
    return this.cursors.page('posts', query, rows, last);
  }

  /** @throws PostNotFound if it does not exist or the caller cannot see it */
  async get(idOrSlug: string, by: Principal | null): Promise<PostView> {
    const row = await this.posts.find(idOrSlug, by);
    if (!row) throw new PostNotFound(idOrSlug);
    return row;
  }

  /** @throws PostNotFound if it does not exist or the caller cannot see it */
  async findVisibleId(idOrSlug: string, by: Principal | null): Promise<Id> {
    const id = await this.posts.findVisibleId(idOrSlug, by);
    if (!id) throw new PostNotFound(idOrSlug);
    return id;
  }

  /**
   * Creates a post: a draft, or a published or scheduled one. A slug that is created from the title gets a suffix if it exists already.
   * @throws SlugTaken if the request names a slug that another post has
   */
  async create(request: CreatePost, by: Principal): Promise<PostView> {
    const { title, body, bodyFormat = 'markdown', type = 'post', excerpt = null } = request;
    const { parentId = null, featured = false, commentsOpen = true, meta = {} } = request;
    const { status = 'draft', scheduledAt = null } = request;
    const { html, summary } = await this.renderer.render(POST_BODY, { body, format: bodyFormat }, by.id);
    const post = {
      ...{ id: uuidv7(), type, title, body, bodyFormat, excerpt, authorId: by.id, html, summary },
      ...{ parentId, featured, commentsOpen, meta, status, scheduledAt },
    };
    return this.posts.transaction(async () => {
      await this.pages.checkNew(type, parentId, by);
      if (scheduledAt !== null) await this.checkIsFuture(scheduledAt, 'scheduledAt');
      const tagIds = await this.resolveTags(request.tags ?? []);
      const made = await this.insert(post, request, tagIds);
      await this.events.recordAll(eventsOfNew(made, by.id));
      if (status !== 'draft') await this.audit.record(postCreatedAs(status, made));
      if (status === 'published') await this.changed(made);
      return made;
    });
  }

  /**
   * Changes the fields of the request and keeps the others.
   * @throws PostNotFound, NotAllowed, PreconditionFailed, SlugTaken, ValidationFailed, PageCycle, PageHasChildren
   */
  async update(
    idOrSlug: string,
    request: UpdatePost,
    by: Principal,
    expected: Precondition,
  ): Promise<PostView> {
    const present = rerenders(request) ? await this.sourceOf(idOrSlug, by) : undefined;
    const before = present && (await this.render(present, request, by));
    return this.posts.transaction(async () => {
      const isParentHeld = await this.pages.holdParent(request, by);
      const post = await this.lockEditable(idOrSlug, by);
      this.pages.checkPlace(post, request, isParentHeld);
      const changes = changesOf(request, post);
      checkVersion(post.version, expected);
      await this.pages.checkTree(post, request);
      const { slug, tags } = request;
      // The rendering from before the lock is valid unless another edit has happened in between.
      const same = present !== undefined && isSameSource(post, present);
      const rendered = !before || same ? before : await this.render(post, request, by);
      await this.posts.update(post.id, { ...changes, ...rendered });
      if (tags !== undefined) await this.setTags(post.id, tags ?? []);
      await this.changed(post, slug);
      const updated = await this.recorded('post.updated', post, by);
      await this.audit.record(postUpdated(post, request, updated));
      return updated;
    });
  }

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
    return this.posts.transaction(async () => {
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
      return await this.posts.transaction(async () => {
        ids = await this.posts.lockDue(most, due);
        if (ids.length > 0) await this.publishScheduled(ids);
        return ids.length;
      });
    } catch (error) {
      throw ids.length > 0 ? new CannotPublish(ids, error) : error;
    }
  }

  private async publishScheduled(ids: Id[]): Promise<void> {
    const due = await this.posts.publishScheduled(ids);
    await this.holdTags(ids);
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

  private perform(
    { from, changes, otherwise, event, audit }: Action,
    idOrSlug: string,
    by: Principal,
    expected: Precondition,
  ): Promise<PostView> {
    return this.posts.transaction(async () => {
      const post = await this.lockEditable(idOrSlug, by);
      checkVersion(post.version, expected);
      const moved = await this.posts.move(post.id, from, changes);
      if (!moved) throw otherwise(post.id, post.status);
      if (event === 'post.published') await this.holdTags([post.id]);
      await this.changed(post);
      const acted = await this.recorded(event, post, by);
      await this.audit.record(postActed(audit, post, acted));
      return acted;
    });
  }

  /**
   * Permanently deletes a post with its comments.
   * @throws PostNotFound, NotAllowed, PreconditionFailed
   */
  delete(idOrSlug: string, by: Principal, expected: Precondition): Promise<void> {
    return this.posts.transaction(async () => {
      await this.pages.holdBelow(idOrSlug);
      const post = await this.lockEditable(idOrSlug, by);
      checkVersion(post.version, expected);
      for (const page of await this.pages.releaseBelow(post.id)) {
        await this.changed(page);
        await this.recorded('post.updated', page, by);
      }
      await this.recorded('post.deleted', post, by);
      await this.posts.delete(post.id);
      await this.changed(post);
      await this.audit.record(postDeleted(post));
    });
  }

  /**
   * Returns the post if the caller can see it. It cannot be deleted until the transaction ends.
   * @throws PostNotFound
   */
  async holdVisible(idOrSlug: string, by: Principal): Promise<HeldPost> {
    const post = await this.posts.holdVisible(idOrSlug, by);
    if (!post) throw new PostNotFound(idOrSlug);
    return post;
  }

  /** Locks a post before its comments change. Posts are always locked before their comments. */
  hold(id: Id): Promise<void> {
    return this.posts.hold(id);
  }

  /**
   * Imports posts of another system with their times, at version 1. The counts already include the comments that
   * follow. A slug that exists already gets a suffix.
   */
  import(posts: PostToImport[], rendering: Rendering): Promise<ImportedChanges> {
    return this.importer.write(posts, rendering);
  }

  /**
   * Moves new pages of an import below the pages with these ids, if these are pages.
   * @returns the ids of the pages that were moved
   */
  linkPages(links: { id: Id; parentId: Id }[]): Promise<Set<Id>> {
    return this.pages.linkImported(links);
  }

  /**
   * Renders new posts of an import with what their bodies refer to, when all items of the file are known.
   * @returns what readers may miss in the HTML, by the post
   */
  completeImported(posts: ContextOfPost[], rendering: Rendering): Promise<Map<Id, string[]>> {
    return this.importer.complete(posts, rendering);
  }

  /** Returns what addresses of these posts can contain. */
  findPlaces(ids: Id[]): Promise<PostPlace[]> {
    return this.posts.findPlaces(ids);
  }

  /** Adds values to the `meta` of new posts of an import. */
  addImportedMeta(values: { id: Id; name: string; value: string }[]): Promise<void> {
    return this.posts.addImportedMeta(values);
  }

  /** Compares posts of an import with stored ones. The result is in the same order, and undefined for a deleted post. */
  compare(outlines: (Outline & { id: Id })[]): Promise<(Likeness | undefined)[]> {
    return this.outlines.compare(outlines);
  }

  /** Returns the post that has the same slug and time of creation, for each outline in the same order. */
  findAlike(outlines: Outline[]): Promise<(Id | undefined)[]> {
    return this.outlines.findAlike(outlines);
  }

  /** Streams all posts by id, and returns their number. Rows are read on demand. */
  async export(): Promise<{ count: number; posts: AsyncGenerator<ExportedPost, void, void> }> {
    return { count: await this.exporter.count(), posts: this.exporter.all() };
  }

  /** Returns the ids of the posts that exist. They cannot be deleted until the transaction ends. */
  holdAll(ids: Id[]): Promise<Set<Id>> {
    return this.posts.holdAll(ids);
  }

  /** Updates the number of visible comments in the transaction of the comment, without a new version. */
  async countComments(id: Id, by: number): Promise<void> {
    const post = await this.posts.addComments(id, by);
    await this.changed(post);
    await this.events.record(silentPostEvent('post.updated', post));
  }

  private async checkIsFuture(at: string, path: string): Promise<void> {
    if (await this.posts.isFuture(at)) return;
    throw new ValidationFailed([{ path, code: 'not_in_future', message: 'must be a time in the future' }]);
  }

  private async insert(
    post: Omit<NewPost, 'slug'>,
    { slug, title }: CreatePost,
    tagIds: Id[],
  ): Promise<PostView> {
    if (!slug) return this.posts.insertNumbered({ ...post, slug: slugify(title, 'post') }, tagIds);
    const made = await this.posts.insert({ ...post, slug }, tagIds);
    if (!made) throw new SlugTaken(slug);
    return made;
  }

  /** Records an event with the present view of a post, and returns the view. */
  private async recorded(type: PostEvent, before: RecordedPost, by: Principal | null): Promise<PostView> {
    const view = await this.posts.get(before.id);
    await this.events.record(postEvent(type, view, by?.id ?? null, before));
    return view;
  }

  /** Invalidates the cached responses with this post and lists after the commit. */
  private changed({ id, slug }: ShownPost, newSlug = slug): Promise<void> {
    return this.cache.invalidate(
      POST_LISTS,
      TAG_COUNTS,
      postTag(id),
      postTag(slug),
      ...(newSlug === slug ? [] : [postTag(newSlug)]),
    );
  }

  /**
   * A post that the caller cannot see does not exist for them. A post that they can see but may not change is
   * rejected.
   */
  private async lockEditable(idOrSlug: string, by: Principal): Promise<LockedPost> {
    const post = await this.posts.lock(idOrSlug, by);
    if (!post) throw new PostNotFound(idOrSlug);
    if (post.authorId !== by.id && !mayAll(by, POSTS.edit))
      throw new NotAllowed('Only the author of the post, editors and admins may change it.');
    return post;
  }

  private async setTags(id: Id, names: string[]): Promise<void> {
    await this.posts.setTags(id, await this.resolveTags(names));
  }

  /** Waits for whoever deletes a tag of posts that become public, so that this event tells readers about it or not. */
  private async holdTags(ids: Id[]): Promise<void> {
    const tagIds = await this.posts.tagIdsOf(ids);
    if (tagIds.length > 0) await this.tags.holdAll(tagIds);
  }

  private async resolveTags(names: string[]): Promise<Id[]> {
    if (names.length === 0) return [];
    return this.tags.resolve(names.map((name) => ({ name })));
  }

  private async sourceOf(idOrSlug: string, by: Principal): Promise<PostSource> {
    const source = await this.posts.findSource(idOrSlug, by);
    if (!source) throw new PostNotFound(idOrSlug);
    return source;
  }

  /** A request that names the format of its body ends the dialect and the context. */
  private async render(post: PostSource, { body, bodyFormat }: UpdatePost, by: Principal) {
    const format = bodyFormat ?? post.bodyFormat;
    const dialect = bodyFormat === undefined ? post.bodyDialect : null;
    const context = bodyFormat === undefined ? post.bodyContext : null;
    const source = { body: body ?? post.body, format, dialect, context };
    const { html, summary } = await this.renderer.render(POST_BODY, source, by.id);
    return {
      body,
      body_format: format,
      body_dialect: dialect,
      body_context: context && JSON.stringify(context),
      html,
      summary,
      html_version: RENDERER_VERSION,
    };
  }

  /** Renders a post whose HTML was created by an older renderer. */
  private async renderAgain(post: StalePost): Promise<void> {
    const { body, bodyFormat: format, bodyDialect: dialect, bodyContext: context } = post;
    const again = await this.renderer.again(POST_BODY, { body, format, dialect, context });
    await this.posts.transaction(async () => {
      const rendered = await this.posts.storeRendering(post, again);
      if (!rendered) return;
      await this.changed(rendered);
      await this.events.record(silentPostEvent('post.updated', rendered));
    });
  }
}

const rerenders = ({ body, bodyFormat }: UpdatePost) => body !== undefined || bodyFormat !== undefined;

const isSameSource = (a: PostSource, b: PostSource) =>
  a.bodyFormat === b.bodyFormat &&
  a.bodyDialect === b.bodyDialect &&
  a.body === b.body &&
  isDeepStrictEqual(a.bodyContext, b.bodyContext);
