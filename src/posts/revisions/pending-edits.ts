import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../platform/audit/audit-log.js';
import { NotAllowed, NotSignedIn } from '../../platform/errors/caller-problems.js';
import { may } from '../../platform/http/access/access.js';
import type { Principal } from '../../platform/http/access/principal.js';
import { OldSlugs } from '../old-slugs.js';
import type { Post } from '../post.entity.js';
import type { PostChanges } from '../post-changes.js';
import type { PostEdit } from '../post-edit.js';
import { versionedByEdit } from '../edit-version.js';
import type { LockedPost } from '../post-rows.js';
import type { PostView } from '../post-view.schemas.js';
import { PostWritesRepository } from '../post-writes.repository.js';
import { mayEditPostsOf, POSTS } from '../posts.access.js';
import { postDiscarded, postDrafted } from '../posts.audit.js';
import { SlugTaken } from '../posts.errors.js';
import { PostsRepository } from '../posts.repository.js';
import { TagsOfPosts } from '../tags-of-posts.js';
import type { PendingEdit } from './pending-edit.entity.js';
import { foundOf, PostHistories } from './post-histories.js';
import {
  applied,
  columnsOf,
  differing,
  digestOfField,
  hasSource,
  mixed,
  type RevisedField,
  type RevisedPost,
} from './revised-post.js';
import { RevisionContents } from './revision-contents.js';
import { type History, RevisionsRepository, type RelatedRows } from './revisions.repository.js';

/** What the publication of a private edit does. */
export interface Publication {
  pending: PendingEdit;
  history: History;
  fields: RevisedField[];
  /** True if the post has all values already, so that publishing would change nothing. */
  isDone: boolean;
  /** Those whose public value has changed since their private edit. */
  overtaken: RevisedField[];
  after: RevisedPost;
  changes: PostChanges;
  /** undefined keeps the tags. */
  tags?: string[];
}

/** A post and its private edit, as one snapshot sees them. */
interface Found {
  view: PostView;
  excerpt: Pick<Post, 'excerpt' | 'summary'>;
  pending: PendingEdit | null;
}

const PRIVATE_VIEWS = new WeakSet<PostView>();

/** Tells whether a view shows the private edit of a post, so that its replay reads the same. */
export const isPrivateView = (view: PostView): boolean => PRIVATE_VIEWS.has(view);

/**
 * Private edits of posts that are public. Nothing of them is in the row of the post, so no public read, search, event
 * or cache can contain them, also in the previous release.
 */
@Injectable()
export class PendingEdits {
  constructor(
    private readonly posts: PostsRepository,
    private readonly writes: PostWritesRepository,
    private readonly revisions: RevisionsRepository,
    private readonly contents: RevisionContents,
    private readonly histories: PostHistories,
    private readonly oldSlugs: OldSlugs,
    private readonly tags: TagsOfPosts,
    private readonly audit: AuditLog,
  ) {}

  /** Returns the content of a locked post with its private edit, if it has one. */
  async contentOf(post: LockedPost, { tags, pending }: RelatedRows): Promise<RevisedPost> {
    const { content } = foundOf(post, tags);
    if (!pending) return content;
    return mixed(content, await this.contents.require(post.id, pending.number), pending.fields);
  }

  /**
   * Like `contentOf`, outside of a transaction. Without the private edit if that ends before its content is read.
   * @throws Busy
   */
  async contentOfUnlocked(
    post: LockedPost,
    { tags, pending }: RelatedRows,
    by: Principal,
  ): Promise<RevisedPost> {
    const { content } = foundOf(post, tags);
    if (!pending) return content;
    const edited = await this.contents.inTurn(by.id, () => this.contents.read(post.id, pending.number));
    return edited ? mixed(content, edited, pending.fields) : content;
  }

  /**
   * Keeps an edit of a locked post. Tags that do not exist yet are created when it is published. The private edit ends if it no
   * longer differs from the post.
   * @param before the content that is edited
   * @param changes with those of the body
   * @throws SlugTaken
   */
  async keep(
    post: LockedPost,
    related: RelatedRows,
    before: RevisedPost,
    edit: PostEdit,
    changes: PostChanges,
    by: Principal,
  ): Promise<PostView> {
    const found = foundOf(post, related.tags);
    const tags = edit.tags && (await this.tags.preview(edit.tags)).map(({ name }) => name);
    const after = applied(before, changes, tags);
    if (after.slug !== post.slug) await this.checkFree(after.slug, post.id);
    const fields = differing(found.content, after);
    if (fields.length === 0 && related.pending) {
      await this.end(related.pending);
      return this.view(post.id, by);
    }
    const { note, restoredFrom } = edit;
    const made = { authorId: by.id, note, restoredFrom, version: null };
    const number = await this.histories.record(found, related.history, after, made);
    await this.revisions.keepPending({
      ...{
        postId: post.id,
        number,
        fields,
        bases: basesOf(found.content, fields, edit.fields, related.pending),
      },
      ...renderingOf(changes, fields, related.pending, post),
    });
    await this.audit.record(postDrafted(post.id, fields));
    return this.view(post.id, by);
  }

  /** Ends a private edit without publishing it. The post must be locked. */
  async end({ postId, fields }: PendingEdit): Promise<void> {
    await this.revisions.dropPending(postId);
    await this.audit.record(postDiscarded(postId, fields));
  }

  /**
   * Tells whether an edit accepts a public value that has changed since the private edit of the field. This changes what
   * publishing does, even if it gives the private value again.
   */
  accepts(post: LockedPost, { tags, pending }: RelatedRows, { fields }: PostEdit): boolean {
    if (!pending) return false;
    const { content } = foundOf(post, tags);
    return fields.some(
      (field) => pending.fields.includes(field) && pending.bases[field] !== digestOfField(content, field),
    );
  }

  /**
   * Returns a post with its private edit, as readers will see it. Only those who may edit the post can read it.
   * @throws NotSignedIn, NotAllowed, PostNotFound, Busy; PostMoved if it had this slug
   */
  async get(idOrSlug: string, by: Principal | null): Promise<PostView> {
    if (!by) throw new NotSignedIn();
    if (!may(by, POSTS.edit)) throw new NotAllowed();
    return this.contents.inTurn(by.id, () => this.read(idOrSlug, by));
  }

  /**
   * Like `get`, in a transaction that has locked the post.
   * @throws NotAllowed, PostNotFound, PostMoved
   */
  async view(idOrSlug: string, by: Principal): Promise<PostView> {
    const found = await this.find(idOrSlug, by);
    const { view, pending } = found;
    if (!pending) return privately(view);
    return this.preview(found, pending, await this.contents.require(view.id, pending.number));
  }

  /**
   * Unpacks the content after the snapshot, while no connection is in use.
   * @param missing the revision that did not exist any more when it was read: its private edit had ended
   */
  private async read(idOrSlug: string, by: Principal, missing?: number): Promise<PostView> {
    const found = await this.revisions.snapshot(() => this.find(idOrSlug, by));
    const { view, pending } = found;
    if (!pending) return privately(view);
    const content = await this.contents.read(view.id, pending.number);
    if (content) return this.preview(found, pending, content);
    if (pending.number === missing) throw new Error(`Revision ${missing} of post ${view.id} is missing`);
    return this.read(idOrSlug, by, pending.number);
  }

  private async find(idOrSlug: string, by: Principal): Promise<Found> {
    const view = await this.posts.find(idOrSlug, by);
    if (!view) throw await this.oldSlugs.whereIs(idOrSlug, by);
    if (!mayEditPostsOf(view.authorId, by))
      throw new NotAllowed('Only the author of the post, editors and admins may read its private edit.');
    const { pending } = await this.revisions.relatedRowsOf(view.id);
    return { view, excerpt: await this.posts.findExcerpt(view.id), pending };
  }

  /** Returns what the publication of the private edit changes, or undefined if the post has none. */
  async publication(post: LockedPost, related: RelatedRows): Promise<Publication | undefined> {
    const { tags: present, history, pending } = related;
    if (!history || !pending) return undefined;
    const { content } = foundOf(post, present);
    const edited = await this.contents.require(post.id, pending.number);
    const fields = pending.fields as RevisedField[];
    const after = mixed(content, edited, fields);
    const differs = new Set(differing(content, after));
    const overtaken = fields.filter(
      (field) => differs.has(field) && digestOfField(content, field) !== pending.bases[field],
    );
    const { html, summary, htmlVersion } = pending;
    const rendered = html !== null && { html, summary: summary ?? '', html_version: htmlVersion ?? 0 };
    return {
      ...{ pending, history, fields, isDone: differs.size === 0, overtaken, after },
      changes: { ...columnsOf(after, fields), ...(hasSource(fields) && rendered) },
      tags: fields.includes('tags') ? after.tags : undefined,
    };
  }

  /** The slug can be taken until the publication, which checks it again. */
  private async checkFree(slug: string, id: string): Promise<void> {
    if (await this.writes.isSlugTaken(slug, id)) throw new SlugTaken(slug);
    await this.oldSlugs.checkFree(slug, id);
  }

  private async preview(
    { view, excerpt: shown }: Found,
    pending: PendingEdit,
    content: RevisedPost,
  ): Promise<PostView> {
    const { fields, html } = pending;
    const { type, slug, title, body, bodyFormat, parentId, featured, commentsOpen, meta } = content;
    const given = { type, slug, title, body, bodyFormat, parentId, featured, commentsOpen, meta };
    const changed = Object.fromEntries(Object.entries(given).filter(([field]) => fields.includes(field)));
    const { excerpt } = fields.includes('excerpt') ? content : shown;
    return privately({
      ...view,
      ...(changed as Partial<PostView>),
      ...(hasSource(fields) && html !== null && { html }),
      excerpt: excerpt ?? summaryOf(shown, pending),
      ...(fields.includes('tags') && { tags: await this.tags.preview(content.tags) }),
    });
  }
}

/** Returns what is shown of a post with its private edit if that has no excerpt. */
export const summaryOf = (post: Pick<Post, 'summary'>, pending: PendingEdit | null): string =>
  pending && hasSource(pending.fields) ? (pending.summary ?? '') : post.summary;

/** Returns a view as one of those that show the private edit of a post. */
function privately(view: PostView): PostView {
  const shown = versionedByEdit(view);
  PRIVATE_VIEWS.add(shown);
  return shown;
}

/** The public values that a private edit replaces. An edit of a field again accepts its present public value. */
const basesOf = (
  content: RevisedPost,
  fields: RevisedField[],
  given: RevisedField[],
  pending: PendingEdit | null,
): Record<string, string> =>
  Object.fromEntries(
    fields.map((field) => {
      const known = given.includes(field) ? undefined : pending?.bases[field];
      return [field, known ?? digestOfField(content, field)];
    }),
  );

/** The HTML of a private edit, and the beginning of the text that readers will see without an excerpt. */
function renderingOf(
  { html, summary, html_version: htmlVersion }: PostChanges,
  fields: RevisedField[],
  pending: PendingEdit | null,
  post: LockedPost,
): Pick<PendingEdit, 'html' | 'summary' | 'htmlVersion'> {
  if (!hasSource(fields)) return { html: null, summary: post.summary, htmlVersion: null };
  if (html !== undefined) return { html, summary: summary ?? null, htmlVersion: htmlVersion ?? null };
  return {
    html: pending?.html ?? null,
    summary: pending?.summary ?? null,
    htmlVersion: pending?.htmlVersion ?? null,
  };
}
