import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { AuditLog } from '../platform/audit/audit-log.js';
import { Renderer } from '../platform/content/renderer.js';
import { slugify } from '../platform/content/slugs.js';
import { Events } from '../platform/events/events.js';
import { checkPart, checkVersion, type Precondition } from '../platform/http/answers/conditions.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { EditablePosts } from './editable-posts.js';
import { OldSlugs } from './old-slugs.js';
import { PageTree } from './page-tree.js';
import type { PostChanges } from './post-changes.js';
import { editOfRequest, editOfRevision, type PostEdit } from './post-edit.js';
import { PostRecords } from './post-records.js';
import { isSameSource, PostRenderings } from './post-renderings.js';
import type { CreatePost, UpdatePost } from './post-requests.schemas.js';
import type { LockedPost, NewPost, PostSource } from './post-rows.js';
import { PostStatesService } from './post-states.service.js';
import type { PostView } from './post-view.schemas.js';
import { PostWritesRepository } from './post-writes.repository.js';
import { POST_BODY } from './post.rendering.js';
import { postCreatedAs, postDeleted, postUpdated } from './posts.audit.js';
import { SlugTaken } from './posts.errors.js';
import { eventsOfNew } from './posts.events.js';
import { PendingEdits } from './revisions/pending-edits.js';
import { foundOf, PostHistories } from './revisions/post-histories.js';
import { applied, differing, hasSource, REVISED_FIELDS, revisedPost } from './revisions/revised-post.js';
import { RevisionContents } from './revisions/revision-contents.js';
import { RevisionNotFound } from './revisions/revisions.errors.js';
import { RevisionsRepository, type RelatedRows } from './revisions/revisions.repository.js';
import type { RestoreRevision } from './revisions/revisions.schemas.js';
import { TagsOfPosts } from './tags-of-posts.js';

/** What was rendered before the lock, and from what. */
interface Early {
  source: PostSource;
  rendered: Awaited<ReturnType<PostRenderings['render']>>;
}

const tagNames = ({ tags = [] }: PostView) => tags.map(({ name }) => name);

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
    private readonly revisions: RevisionsRepository,
    private readonly contents: RevisionContents,
    private readonly histories: PostHistories,
    private readonly pending: PendingEdits,
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
      const { slug } = made;
      const content = { ...post, slug, bodyDialect: null, bodyContext: null, tags: tagNames(made) };
      await this.histories.begin(made.id, revisedPost(content), by.id, request.note ?? null);
      await this.events.recordAll(eventsOfNew(made, by.id));
      if (status !== 'draft') await this.audit.record(postCreatedAs(status, made));
      if (status === 'published') await this.records.changed(made);
      return { ...made, pendingRevision: null };
    });
  }

  /**
   * Changes the fields of the request and keeps the others.
   * @param isPrivate keeps the edit of a published post until it is published
   * @throws PostNotFound, NotAllowed, PreconditionFailed, SlugTaken, ValidationFailed, PageCycle, PageHasChildren
   */
  update(
    idOrSlug: string,
    request: UpdatePost,
    by: Principal,
    expected: Precondition,
    isPrivate = false,
  ): Promise<PostView> {
    return this.perform(idOrSlug, () => editOfRequest(request), by, expected, isPrivate);
  }

  /**
   * Gives a post the content of an earlier revision as a new one.
   * @param fields the fields to restore, by default all
   * @throws those of `update`, RevisionNotFound
   */
  async restore(
    id: Id,
    number: number,
    { fields = REVISED_FIELDS, note = null }: RestoreRevision,
    by: Principal,
    expected: Precondition,
    isPrivate = false,
  ): Promise<PostView> {
    await this.editable.look(id, by);
    const content = await this.contents.read(id, number);
    if (!content) throw new RevisionNotFound(number);
    // A revision of an earlier release has no value for a later field.
    const known = fields.filter((field) => content[field] !== undefined);
    return this.perform(id, () => editOfRevision(content, number, known, note), by, expected, isPrivate);
  }

  private async perform(
    idOrSlug: string,
    editOf: () => PostEdit,
    by: Principal,
    expected: Precondition,
    isPrivate: boolean,
  ): Promise<PostView> {
    const edit = editOf();
    const early = hasSource(edit.fields) ? await this.early(idOrSlug, edit, by, isPrivate) : undefined;
    return this.posts.transaction(async () => {
      const isParentHeld = await this.pages.holdParent(edit.place, by);
      const post = await this.editable.lock(idOrSlug, by);
      const related = await this.revisions.relatedRowsOf(post.id);
      const isKept = isPrivate && (post.status === 'published' || related.pending !== null);
      const present = isKept
        ? await this.pending.contentOf(post, related)
        : foundOf(post, related.tags).content;
      this.pages.checkPlace({ ...present, id: post.id }, edit.place, isParentHeld);
      const changes = edit.changes(present);
      if (isKept) checkPart(post.version, related.pending?.number ?? null, expected);
      else checkVersion(post.version, expected);
      await this.pages.checkTree({ ...present, id: post.id }, edit.place);
      const source = edit.source(present);
      const rendered = source && (await this.rendered(source, early, by));
      const all = { ...changes, ...rendered };
      return isKept
        ? this.pending.keep(post, related, present, edit, all, by)
        : this.write(post, related, edit, all, by);
    });
  }

  /** Renders before the lock. The result is valid unless another edit happens in between. */
  private async early(idOrSlug: string, edit: PostEdit, by: Principal, isPrivate: boolean): Promise<Early> {
    const post = await this.editable.look(idOrSlug, by);
    const related = isPrivate ? await this.revisions.relatedRowsOf(post.id) : undefined;
    const present = related ? await this.pending.contentOf(post, related) : foundOf(post, []).content;
    const source = edit.source(present) as PostSource;
    return { source, rendered: await this.renderings.render(source, by) };
  }

  private rendered(source: PostSource, early: Early | undefined, by: Principal) {
    return early && isSameSource(source, early.source) ? early.rendered : this.renderings.render(source, by);
  }

  private async write(
    post: LockedPost,
    { tags, history, pending }: RelatedRows,
    edit: PostEdit,
    changes: PostChanges,
    by: Principal,
  ): Promise<PostView> {
    const { slug } = changes;
    await this.posts.update(post.id, changes);
    if (slug !== undefined && slug !== post.slug) await this.oldSlugs.replaced(post, slug);
    if (edit.tags !== undefined) await this.tags.set(post.id, edit.tags);
    await this.records.changed(post, slug);
    const updated = await this.records.recorded('post.updated', post, by);
    const found = foundOf(post, tags);
    const after = applied(found.content, changes, tagNames(updated));
    const made = {
      authorId: by.id,
      note: edit.note,
      restoredFrom: edit.restoredFrom,
      version: updated.version,
    };
    await this.histories.record(found, history, after, made);
    await this.audit.record(postUpdated(post, updated, differing(found.content, after)));
    return pending ? this.records.shown(updated) : { ...updated, pendingRevision: null };
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
