import { Injectable } from '@nestjs/common';
import type { Rendering } from '../platform/content/render.js';
import { Events } from '../platform/events/events.js';
import { Cursors } from '../platform/lists/cursors.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id, Page } from '../platform/schemas/schemas.js';
import { Tails } from '../platform/lists/tails.js';
import { OldSlugs } from './old-slugs.js';
import { PageTree } from './page-tree.js';
import { versionedByEdit } from './edit-version.js';
import { type ListPostsQuery, usualFilter } from './post-lists.schemas.js';
import { type Likeness, type Outline, PostOutlinesRepository } from './post-outlines.repository.js';
import { PostRecords } from './post-records.js';
import type { HeldPost, PostPlace } from './post-rows.js';
import { SORT_KEYS } from './post.sql.js';
import type { PostView } from './post-view.schemas.js';
import { PostNotFound } from './posts.errors.js';
import { silentPostEvent } from './posts.events.js';
import { type ExportedPost, PostsExporter } from './posts.exporter.js';
import {
  type ContextOfPost,
  type ImportedChanges,
  PostsImporter,
  type PostToImport,
} from './posts.importer.js';
import { PostsRepository } from './posts.repository.js';

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
export type { PostPlace } from './post-rows.js';
export { visiblePosts } from './visible-posts.js';

/** Reads posts, and offers them to the features above. */
@Injectable()
export class PostsService {
  constructor(
    private readonly posts: PostsRepository,
    private readonly pages: PageTree,
    private readonly cursors: Cursors,
    private readonly tails: Tails,
    private readonly importer: PostsImporter,
    private readonly outlines: PostOutlinesRepository,
    private readonly exporter: PostsExporter,
    private readonly records: PostRecords,
    private readonly oldSlugs: OldSlugs,
    private readonly events: Events,
  ) {}

  /** Returns what the caller can see: published posts, their own posts, and for editors all posts. */
  async list(query: ListPostsQuery, by: Principal | null): Promise<Page<PostView>> {
    const start = this.cursors.start('posts', query, usualFilter(query.filter));
    const asked = { query, key: SORT_KEYS[query.sort.key], start };
    const { rows, last } = await this.tails.rows(asked, (before) =>
      this.posts.list(query, by, start, before),
    );
    return this.cursors.page('posts', query, rows, last);
  }

  /** @throws PostNotFound if it does not exist or the caller cannot see it; PostMoved if it had this slug */
  async get(idOrSlug: string, by: Principal | null): Promise<PostView> {
    const row = await this.posts.find(idOrSlug, by);
    if (!row) throw await this.oldSlugs.whereIs(idOrSlug, by);
    return versionedByEdit(row);
  }

  /** @throws PostNotFound if it does not exist or the caller cannot see it */
  async findVisibleId(idOrSlug: string, by: Principal | null): Promise<Id> {
    const id = await this.posts.findVisibleId(idOrSlug, by);
    if (!id) throw new PostNotFound(idOrSlug);
    return id;
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
    return this.importer.addMeta(values);
  }

  /**
   * Adds the former slugs of posts of an import.
   * @returns those that lead to their posts now
   */
  addOldSlugs(pairs: { postId: Id; slug: string }[]): Promise<{ postId: Id; slug: string }[]> {
    return this.oldSlugs.add(pairs);
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
    await this.records.changed(post);
    await this.events.record(silentPostEvent('post.updated', post));
  }
}
