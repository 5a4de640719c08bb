import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { AuditLog } from '../platform/audit/audit-log.js';
import { Renderer } from '../platform/content/renderer.js';
import { slugify } from '../platform/content/slugs.js';
import { Events } from '../platform/events/events.js';
import { checkVersion, type Precondition } from '../platform/http/answers/conditions.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { EditablePosts } from './editable-posts.js';
import { OldSlugs } from './old-slugs.js';
import { PageTree } from './page-tree.js';
import { changesOf } from './post-changes.js';
import { PostRecords } from './post-records.js';
import { isSameSource, PostRenderings, rerenders } from './post-renderings.js';
import type { CreatePost, UpdatePost } from './post-requests.schemas.js';
import type { NewPost } from './post-rows.js';
import { PostStatesService } from './post-states.service.js';
import type { PostView } from './post-view.schemas.js';
import { PostWritesRepository } from './post-writes.repository.js';
import { POST_BODY } from './post.rendering.js';
import { postCreatedAs, postDeleted, postUpdated } from './posts.audit.js';
import { SlugTaken } from './posts.errors.js';
import { eventsOfNew } from './posts.events.js';
import { TagsOfPosts } from './tags-of-posts.js';

/** Creates, edits and deletes posts. */
@Injectable()
export class PostEditsService {
  constructor(
    private readonly posts: PostWritesRepository,
    private readonly editable: EditablePosts,
    private readonly oldSlugs: OldSlugs,
    private readonly pages: PageTree,
    private readonly tags: TagsOfPosts,
    private readonly states: PostStatesService,
    private readonly renderings: PostRenderings,
    private readonly records: PostRecords,
    private readonly renderer: Renderer,
    private readonly events: Events,
    private readonly audit: AuditLog,
  ) {}

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
      if (scheduledAt !== null) await this.states.checkIsFuture(scheduledAt, 'scheduledAt');
      const tagIds = await this.tags.resolve(request.tags ?? []);
      const made = await this.insert(post, request, tagIds);
      await this.events.recordAll(eventsOfNew(made, by.id));
      if (status !== 'draft') await this.audit.record(postCreatedAs(status, made));
      if (status === 'published') await this.records.changed(made);
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
    const present = rerenders(request) ? await this.renderings.sourceOf(idOrSlug, by) : undefined;
    const before = present && (await this.renderings.render(present, request, by));
    return this.posts.transaction(async () => {
      const isParentHeld = await this.pages.holdParent(request, by);
      const post = await this.editable.lock(idOrSlug, by);
      this.pages.checkPlace(post, request, isParentHeld);
      const changes = changesOf(request, post);
      checkVersion(post.version, expected);
      await this.pages.checkTree(post, request);
      const { slug, tags } = request;
      // The rendering from before the lock is valid unless another edit has happened in between.
      const same = present !== undefined && isSameSource(post, present);
      const rendered = !before || same ? before : await this.renderings.render(post, request, by);
      await this.posts.update(post.id, { ...changes, ...rendered });
      if (slug !== undefined && slug !== post.slug) await this.oldSlugs.replaced(post, slug);
      if (tags !== undefined) await this.tags.set(post.id, tags ?? []);
      await this.records.changed(post, slug);
      const updated = await this.records.recorded('post.updated', post, by);
      await this.audit.record(postUpdated(post, request, updated));
      return updated;
    });
  }

  /**
   * Permanently deletes a post with its comments.
   * @throws PostNotFound, NotAllowed, PreconditionFailed
   */
  delete(idOrSlug: string, by: Principal, expected: Precondition): Promise<void> {
    return this.posts.transaction(async () => {
      await this.pages.holdBelow(idOrSlug);
      const post = await this.editable.lock(idOrSlug, by);
      checkVersion(post.version, expected);
      for (const page of await this.pages.releaseBelow(post.id)) {
        await this.records.changed(page);
        await this.records.recorded('post.updated', page, by);
      }
      await this.records.recorded('post.deleted', post, by);
      await this.posts.delete(post.id);
      await this.records.changed(post);
      await this.audit.record(postDeleted(post));
    });
  }

  private async insert(
    post: Omit<NewPost, 'slug'>,
    { slug, title }: CreatePost,
    tagIds: Id[],
  ): Promise<PostView> {
    if (!slug) return this.posts.insertNumbered({ ...post, slug: slugify(title, 'post') }, tagIds);
    const made = await this.posts.insert({ ...post, slug }, tagIds);
    if (!made) throw new SlugTaken(slug);
    await this.oldSlugs.checkFree(slug, made.id);
    return made;
  }
}
