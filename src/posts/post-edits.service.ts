import { Injectable } from '@nestjs/common';
import { AuditLog } from '../platform/audit/audit-log.js';
import { checkPart, checkVersion, type Precondition } from '../platform/http/answers/conditions.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { EditablePosts } from './editable-posts.js';
import { NewPosts } from './new-posts.js';
import { OldSlugs } from './old-slugs.js';
import { PageTree } from './page-tree.js';
import type { PostChanges } from './post-changes.js';
import { editOfRequest, editOfRevision, type PostEdit } from './post-edit.js';
import { PostRecords } from './post-records.js';
import { isSameSource, PostRenderings } from './post-renderings.js';
import type { CreatePost, UpdatePost } from './post-requests.schemas.js';
import type { LockedPost, PostSource } from './post-rows.js';
import { type ListedPost, type PostView, tagNames } from './post-view.schemas.js';
import { PostWritesRepository } from './post-writes.repository.js';
import { postDeleted, postUpdated } from './posts.audit.js';
import { SlugTaken } from './posts.errors.js';
import { NewPostsRefused } from './rendered-request.js';
import { PendingEdits, summaryOf } from './revisions/pending-edits.js';
import { foundOf, PostHistories } from './revisions/post-histories.js';
import { applied, differing, hasSource, REVISED_FIELDS, type RevisedPost } from './revisions/revised-post.js';
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

/** An edit whose body has been rendered, so that its transaction is short. */
export interface PreparedEdit {
  idOrSlug: string;
  edit: PostEdit;
  early?: Early;
  isPrivate: boolean;
}

/** Returns what the HTML is rendered from after an edit, or undefined if it stays as it is. */
function newSource(edit: PostEdit, present: RevisedPost): PostSource | undefined {
  const source = edit.source(present);
  return source && isSameSource(source, present) ? undefined : source;
}

/** Creates, edits and deletes posts. */
@Injectable()
export class PostEditsService {
  constructor(
    private readonly posts: PostWritesRepository,
    private readonly newPosts: NewPosts,
    private readonly editable: EditablePosts,
    private readonly oldSlugs: OldSlugs,
    private readonly pages: PageTree,
    private readonly tags: TagsOfPosts,
    private readonly renderings: PostRenderings,
    private readonly records: PostRecords,
    private readonly revisions: RevisionsRepository,
    private readonly contents: RevisionContents,
    private readonly histories: PostHistories,
    private readonly pending: PendingEdits,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Creates a post: a draft, or a published or scheduled one. A slug that is created from the title gets a suffix if it
   * exists already.
   * @throws BodyTooComplex, Busy, ValidationFailed; SlugTaken if the request names a slug that another post has
   */
  async create(request: CreatePost, by: Principal): Promise<PostView> {
    const rendered = await this.newPosts.render(request, by);
    try {
      const [made] = await this.newPosts.create([rendered], by);
      return { ...(made as ListedPost), body: rendered.post.body, html: rendered.post.html };
    } catch (error) {
      throw error instanceof NewPostsRefused ? error.problems.get(rendered) : error;
    }
  }

  /**
   * Changes the fields of the request and keeps the others. A request that changes nothing writes nothing: no version, no
   * revision and no event.
   * @param isPrivate keeps the edit of a published post until it is published
   * @throws PostNotFound, NotAllowed, PreconditionFailed, SlugTaken, ValidationFailed, PageCycle, PageHasChildren
   */
  async update(
    idOrSlug: string,
    request: UpdatePost,
    by: Principal,
    expected: Precondition,
    isPrivate = false,
  ): Promise<PostView> {
    const prepared = await this.prepare(idOrSlug, request, by, isPrivate);
    return this.perform(prepared, by, expected);
  }

  /**
   * Renders the body of an edit before its transaction.
   * @throws PostNotFound, NotAllowed, BodyTooComplex, Busy
   */
  prepare(idOrSlug: string, request: UpdatePost, by: Principal, isPrivate = false): Promise<PreparedEdit> {
    return this.prepared(idOrSlug, editOfRequest(request), by, isPrivate);
  }

  /**
   * Gives a post the content of an earlier revision as a new one.
   * @param fields the fields to restore, by default all
   * @throws those of `update`, RevisionNotFound, Busy
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
    const content = await this.contents.inTurn(by.id, () => this.contents.read(id, number));
    if (!content) throw new RevisionNotFound(number);
    // A revision of an earlier release has no value for a later field.
    const known = fields.filter((field) => content[field] !== undefined);
    const edit = editOfRevision(content, number, known, note);
    return this.perform(await this.prepared(id, edit, by, isPrivate), by, expected).catch(
      SlugTaken.instead('Name the `fields` to restore, without `slug`.'),
    );
  }

  private async prepared(
    idOrSlug: string,
    edit: PostEdit,
    by: Principal,
    isPrivate: boolean,
  ): Promise<PreparedEdit> {
    const early = hasSource(edit.fields) ? await this.early(idOrSlug, edit, by, isPrivate) : undefined;
    return { idOrSlug, edit, early, isPrivate };
  }

  /** @throws those of `update` */
  perform(
    { idOrSlug, edit, early, isPrivate }: PreparedEdit,
    by: Principal,
    expected: Precondition,
  ): Promise<PostView> {
    return this.posts.transaction(async () => {
      const isParentHeld = await this.pages.holdParent(edit.place, by);
      const post = await this.editable.lock(idOrSlug, by);
      const related = await this.revisions.relatedRowsOf(post.id);
      const isKept = isPrivate && (post.status === 'published' || related.pending !== null);
      const present = isKept
        ? await this.pending.contentOf(post, related)
        : foundOf(post, related.tags).content;
      this.pages.checkPlace({ ...present, id: post.id }, edit.place, isParentHeld);
      const changes = edit.changes(present, isKept ? summaryOf(post, related.pending) : post.summary);
      if (isKept) checkPart(post.version, related.pending?.number ?? null, expected);
      else checkVersion(post.version, expected);
      await this.pages.checkTree({ ...present, id: post.id }, edit.place);
      const source = newSource(edit, present);
      const tags = edit.tags && (await this.tags.preview(edit.tags)).map(({ name }) => name);
      const isUnchanged = !source && differing(present, applied(present, changes, tags)).length === 0;
      if (isUnchanged && !isKept) return this.records.unchanged(post.id);
      if (isUnchanged && !this.pending.accepts(post, related, edit)) return this.pending.view(post.id, by);
      const rendered = source && (await this.rendered(source, early, by));
      const all = { ...changes, ...rendered };
      return isKept
        ? this.pending.keep(post, related, present, edit, all, by)
        : this.write(post, related, edit, all, by);
    });
  }

  /**
   * Renders before the lock. If another edit happens in between, the edit is rendered again while the post is locked.
   * @returns undefined if the edit does not change what the HTML is rendered from
   */
  private async early(
    idOrSlug: string,
    edit: PostEdit,
    by: Principal,
    isPrivate: boolean,
  ): Promise<Early | undefined> {
    const post = await this.editable.look(idOrSlug, by);
    const related = isPrivate ? await this.revisions.relatedRowsOf(post.id) : undefined;
    const present = related
      ? await this.pending.contentOfUnlocked(post, related, by)
      : foundOf(post, []).content;
    const source = newSource(edit, present);
    return source && { source, rendered: await this.renderings.render(source, by) };
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
}
