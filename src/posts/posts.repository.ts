import { Injectable } from '@nestjs/common';
import { Database, sql } from '../platform/database/database.js';
import { ExpensiveReads } from '../platform/database/expensive-reads.js';
import type { Position } from '../platform/lists/cursors.js';
import { may } from '../platform/http/access/access.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import {
  LIST_BY_TAG,
  LISTED,
  listColumns,
  named,
  OF_EVENT,
  pageOf,
  pageOrder,
  PENDING,
  WHOLE,
} from './post.sql.js';
import type { HeldPost, PostPlace, ShownPost } from './post-rows.js';
import type { Post } from './post.entity.js';
import { mayEditPostsOf, POSTS } from './posts.access.js';
import type { PostOfEvent } from './posts.events.js';
import { visiblePosts } from './visible-posts.js';
import type { ListPostsQuery } from './post-lists.schemas.js';
import type { ListedPost, PendingRevisionView, PostView } from './post-view.schemas.js';

/** Reads posts, and holds them for what belongs to them. */
@Injectable()
export class PostsRepository {
  constructor(
    private readonly database: Database,
    private readonly expensive: ExpensiveReads,
  ) {}

  /**
   * Returns one post as the caller can see it, with one statement. Only who may edit a post learns of its private edit. Joins
   * users and tags.
   */
  async find(idOrSlug: string, by: Principal | null): Promise<PostView | undefined> {
    const columns = by && may(by, POSTS.edit) ? sql`${WHOLE}, ${PENDING}` : WHOLE;
    const rows = await this.database.query<PostView>(
      sql`SELECT ${columns} FROM posts p WHERE ${named(idOrSlug)} AND ${visiblePosts(by)}`,
    );
    const [post] = rows;
    if (post && !mayEditPostsOf(post.authorId, by)) delete post.pendingRevision;
    return post;
  }

  /** Returns the private edit of a post. Joins users. */
  async findPending(id: Id): Promise<PendingRevisionView | null> {
    const [row] = await this.database.query<{ pendingRevision: PendingRevisionView | null }>(
      sql`SELECT ${PENDING} FROM (SELECT ${id}::uuid AS id) p`,
    );
    return row?.pendingRevision ?? null;
  }

  async findVisibleId(idOrSlug: string, by: Principal | null): Promise<Id | undefined> {
    const rows = await this.database.query<{ id: Id }>(
      sql`SELECT p.id FROM posts p WHERE ${named(idOrSlug)} AND ${visiblePosts(by)}`,
    );
    return rows[0]?.id;
  }

  /** Returns a post after its own change, whoever the caller is. */
  async get(id: Id): Promise<PostView> {
    const [row] = await this.database.query<PostView>(sql`SELECT ${WHOLE} FROM posts p WHERE p.id = ${id}`);
    return row as PostView;
  }

  /** Returns the excerpt of a post, and what is shown without one. */
  async findExcerpt(id: Id): Promise<Pick<Post, 'excerpt' | 'summary'>> {
    const [row] = await this.database.query<Pick<Post, 'excerpt' | 'summary'>>(
      sql`SELECT excerpt, summary FROM posts WHERE id = ${id}`,
    );
    return row as Pick<Post, 'excerpt' | 'summary'>;
  }

  /** Like `get`, for several posts. The order is not defined. */
  getAll(ids: Id[]): Promise<PostView[]> {
    return this.database.query(sql`SELECT ${WHOLE} FROM posts p WHERE p.id = ANY(${ids}::uuid[])`);
  }

  /**
   * Like `find`, for several posts and without their long texts. The order is not defined. Joins users and tags.
   */
  async findListed(ids: Id[], by: Principal): Promise<ListedPost[]> {
    const posts = await this.database.query<ListedPost>(
      sql`SELECT ${LISTED}, ${PENDING} FROM posts p WHERE p.id = ANY(${ids}::uuid[]) AND ${visiblePosts(by)}`,
    );
    for (const post of posts) if (!mayEditPostsOf(post.authorId, by)) delete post.pendingRevision;
    return posts;
  }

  /** Returns a page of posts. There is one statement for all values of `include`. Joins users and tags. */
  list(
    query: ListPostsQuery,
    by: Principal | null,
    start: Position | undefined,
    before?: string,
  ): Promise<(PostView & { sortKey: string })[]> {
    const statement = sql`
      SELECT ${listColumns(query)}, p.key AS "sortKey" FROM ${pageOf(query, by, start, before)} ${pageOrder(query)}`;
    const reader = by ? 'account' : 'anonymous';
    if (query.q !== undefined) return this.expensive.search(query.q, statement, reader);
    if (query.filter.tag) return this.expensive.read(statement, reader, LIST_BY_TAG);
    return this.database.query(statement);
  }

  /** Returns the parts of the addresses of these posts. */
  findPlaces(ids: Id[]): Promise<PostPlace[]> {
    return this.database.query(sql`SELECT id, type, slug FROM posts WHERE id = ANY(${ids}::uuid[])`);
  }

  /** Locks a post that the caller can see, to count a comment. */
  async holdVisible(idOrSlug: string, by: Principal): Promise<HeldPost | undefined> {
    const rows = await this.database.query<HeldPost>(sql`
      SELECT p.id, p.author_id AS "authorId", p.status, p.comments_open AS "commentsOpen" FROM posts p
      WHERE ${named(idOrSlug)} AND ${visiblePosts(by)} FOR NO KEY UPDATE`);
    return rows[0];
  }

  /** Locks a post whose comments change, because it counts them. */
  async hold(id: Id): Promise<void> {
    await this.database.query(sql`SELECT 1 FROM posts WHERE id = ${id} FOR NO KEY UPDATE`);
  }

  /** Returns the ids of the posts that exist. They cannot be deleted until the transaction ends. */
  async holdAll(ids: Id[]): Promise<Set<Id>> {
    const rows = await this.database.query<{ id: Id }>(
      sql`SELECT id FROM posts WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR KEY SHARE`,
    );
    return new Set(rows.map((row) => row.id));
  }

  async addComments(id: Id, by: number): Promise<ShownPost & PostOfEvent> {
    const [post] = await this.database.query<ShownPost & PostOfEvent>(sql`
      UPDATE posts SET comment_count = comment_count + ${by} WHERE id = ${id} RETURNING ${OF_EVENT}`);
    return post as ShownPost & PostOfEvent;
  }
}
