import { Injectable } from '@nestjs/common';
import { bulk, empty, join, raw, type Sql } from 'sql-template-tag';
import { Database, sql } from '../platform/database/database.js';
import { violates } from '../platform/database/database-problems.js';
import { freeSlug, withFreeSlug } from '../platform/database/free-slug.js';
import { ExpensiveReads } from '../platform/database/expensive-reads.js';
import type { BodyContext } from '../platform/content/body-context.js';
import { RENDERER_VERSION, type Rendered } from '../platform/content/render.js';
import type { Position } from '../platform/lists/cursors.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { LIST_BY_TAG, listColumns, named, pageOf, pageOrder, WHOLE, wholeWith } from './post.sql.js';
import type { PostChanges } from './post-changes.js';
import type { Post } from './post.entity.js';
import { SlugTaken } from './posts.errors.js';
import type { PostOfEvent } from './posts.events.js';
import { visiblePosts } from './visible-posts.js';
import type { ListPostsQuery, PostStatus, PostView } from './posts.schemas.js';

export type NewPost = Pick<
  Post,
  | ('id' | 'type' | 'slug' | 'title' | 'excerpt' | 'body' | 'bodyFormat' | 'authorId')
  | ('parentId' | 'featured' | 'commentsOpen' | 'meta' | 'status' | 'scheduledAt')
> &
  Rendered;

/** A post of another system. */
export type InsertablePost = Omit<Post, 'htmlVersion' | 'search' | 'parentId'>;

/** The columns that determine whether and where a post is shown. */
export type ShownPost = Pick<Post, 'id' | 'slug' | 'status'>;

/** The columns that an event compares with the post after the change. */
export type RecordedPost = Pick<Post, 'id' | 'status' | 'publishedAt'>;

/** What the address of a post in a front end can contain. */
export type PostPlace = Pick<Post, 'id' | 'type' | 'slug'>;

/** A post that can receive a comment, locked until the transaction ends. */
export type HeldPost = Pick<Post, 'id' | 'authorId' | 'status' | 'commentsOpen'>;

/** What the HTML of a post is rendered from. */
export type PostSource = Pick<Post, 'body' | 'bodyFormat' | 'bodyDialect' | 'bodyContext'>;

/** The columns of `PostSource`. */
const SOURCE = raw(
  'p.body, p.body_format AS "bodyFormat", p.body_dialect AS "bodyDialect", p.body_context AS "bodyContext"',
);

/** The columns of `ShownPost` and `PostOfEvent`. */
const OF_EVENT = raw('id, slug, status, version, author_id AS "authorId"');

/** A post whose HTML was created by an older renderer. */
export type StalePost = PostSource & Pick<Post, 'id' | 'version'>;

/** New HTML of an imported post, because its body refers to other posts and files of the export. */
export type CompletedPost = Rendered & { id: Id; context: BodyContext };

/** The columns that a change requires, locked until the transaction ends. */
export type LockedPost = PostSource &
  Pick<
    Post,
    | ('id' | 'slug' | 'type' | 'title' | 'excerpt' | 'authorId' | 'parentId' | 'status' | 'version' | 'meta')
    | ('featured' | 'commentsOpen' | 'publishedAt' | 'scheduledAt')
  >;

/** Which of the posts whose time has come have their turn. */
export interface Due {
  except: Id[];
  forSeconds?: number;
}

@Injectable()
export class PostsRepository {
  constructor(
    private readonly database: Database,
    private readonly expensive: ExpensiveReads,
  ) {}

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /** Returns one post as the caller can see it, with one statement. Joins users and tags. */
  async find(idOrSlug: string, by: Principal | null): Promise<PostView | undefined> {
    const rows = await this.database.query<PostView>(
      sql`SELECT ${WHOLE} FROM posts p WHERE ${named(idOrSlug)} AND ${visiblePosts(by)}`,
    );
    return rows[0];
  }

  /** Returns what the HTML of a post that the caller can see is rendered from. */
  async findSource(idOrSlug: string, by: Principal): Promise<PostSource | undefined> {
    const rows = await this.database.query<PostSource>(sql`
      SELECT ${SOURCE} FROM posts p
      WHERE ${named(idOrSlug)} AND ${visiblePosts(by)}`);
    return rows[0];
  }

  async findVisibleId(idOrSlug: string, by: Principal | null): Promise<Id | undefined> {
    const rows = await this.database.query<{ id: Id }>(
      sql`SELECT p.id FROM posts p WHERE ${named(idOrSlug)} AND ${visiblePosts(by)}`,
    );
    return rows[0]?.id;
  }

  /** Returns the ids of the tags of these posts. */
  async tagIdsOf(ids: Id[]): Promise<Id[]> {
    const rows = await this.database.query<{ id: Id }>(
      sql`SELECT DISTINCT tag_id AS id FROM post_tags WHERE post_id = ANY(${ids}::uuid[])`,
    );
    return rows.map(({ id }) => id);
  }

  /** Returns a post after its own change, whoever the caller is. */
  async get(id: Id): Promise<PostView> {
    const [row] = await this.database.query<PostView>(sql`SELECT ${WHOLE} FROM posts p WHERE p.id = ${id}`);
    return row as PostView;
  }

  /** Like `get`, for several posts. The order is not defined. */
  getAll(ids: Id[]): Promise<PostView[]> {
    return this.database.query(sql`SELECT ${WHOLE} FROM posts p WHERE p.id = ANY(${ids}::uuid[])`);
  }

  /**
   * Locks a post that the caller can see, for a change. Posts are always locked before their comments and tags, so
   * that there are no deadlocks.
   */
  async lock(idOrSlug: string, by: Principal): Promise<LockedPost | undefined> {
    const rows = await this.database.query<LockedPost>(sql`
      SELECT p.id, p.slug, p.type, p.title, p.excerpt, p.author_id AS "authorId", p.parent_id AS "parentId", p.status, p.version, p.meta,
        p.featured, p.comments_open AS "commentsOpen", p.published_at AS "publishedAt",
        p.scheduled_at AS "scheduledAt", ${SOURCE}
      FROM posts p WHERE ${named(idOrSlug)} AND ${visiblePosts(by)} FOR NO KEY UPDATE`);
    return rows[0];
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

  /**
   * Inserts a post with its tags in one statement. Joins users and tags.
   * @returns undefined if the slug exists already: the unique index decides between concurrent requests
   */
  async insert(post: NewPost, tagIds: Id[]): Promise<PostView | undefined> {
    const rows = await this.database.query<PostView>(sql`
      WITH made AS (
        INSERT INTO posts (id, type, slug, title, excerpt, body, body_format, html, summary, html_version, author_id,
          parent_id, featured, comments_open, meta, status, published_at, scheduled_at)
        VALUES (${post.id}, ${post.type}, ${post.slug}, ${post.title}, ${post.excerpt}, ${post.body},
          ${post.bodyFormat}, ${post.html}, ${post.summary}, ${RENDERER_VERSION}, ${post.authorId},
          ${post.parentId}, ${post.featured}, ${post.commentsOpen}, ${JSON.stringify(post.meta)}, ${post.status},
          CASE WHEN ${post.status} = 'published' THEN now() END, ${post.scheduledAt})
        ON CONFLICT (slug) DO NOTHING RETURNING *
      ), linked AS (
        INSERT INTO post_tags (post_id, tag_id, position)
        SELECT made.id, given.id, given.position
        FROM made, unnest(${tagIds}::uuid[]) WITH ORDINALITY AS given(id, position)
      )
      SELECT ${wholeWith(tagIds)} FROM made p`);
    return rows[0];
  }

  /** Like `insert`, but uses the next free slug if the slug of the post is taken. */
  insertNumbered(post: NewPost, tagIds: Id[]): Promise<PostView> {
    return withFreeSlug('posts', post.slug, this.database, (slug) => this.insert({ ...post, slug }, tagIds));
  }

  /**
   * Inserts all posts with a free slug in one statement. The unique index decides.
   * @returns the ids of the inserted posts
   */
  async insertImported(posts: InsertablePost[]): Promise<Set<Id>> {
    const rows = posts.map((post) => [
      ...[post.id, post.type, post.slug, post.title, post.excerpt, post.body, post.bodyFormat],
      ...[post.html, post.summary, RENDERER_VERSION, post.status, post.publishedAt, post.scheduledAt],
      ...[post.authorId, post.commentCount, post.version, post.createdAt, post.updatedAt],
      ...[post.bodyDialect, post.featured, post.commentsOpen, JSON.stringify(post.meta)],
      ...[post.bodyContext && JSON.stringify(post.bodyContext)],
    ]);
    const inserted = await this.database.query<{ id: Id }>(sql`
      INSERT INTO posts (id, type, slug, title, excerpt, body, body_format, html, summary, html_version, status,
        published_at, scheduled_at, author_id, comment_count, version, created_at, updated_at, body_dialect,
        featured, comments_open, meta, body_context)
      VALUES ${bulk(rows)} ON CONFLICT (slug) DO NOTHING RETURNING id`);
    return new Set(inserted.map((row) => row.id));
  }

  /** Inserts the tags of new posts, in order. */
  async insertTags(rows: { postId: Id; tagId: Id; position: number }[]): Promise<void> {
    const [posts, tags] = [rows.map((row) => row.postId), rows.map((row) => row.tagId)];
    await this.database.query(sql`
      INSERT INTO post_tags (post_id, tag_id, position)
      SELECT * FROM unnest(${posts}::uuid[], ${tags}::uuid[], ${rows.map((row) => row.position)}::smallint[])`);
  }

  /** Returns the ids of the posts that exist. They cannot be deleted until the transaction ends. */
  async holdAll(ids: Id[]): Promise<Set<Id>> {
    const rows = await this.database.query<{ id: Id }>(
      sql`SELECT id FROM posts WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR KEY SHARE`,
    );
    return new Set(rows.map((row) => row.id));
  }

  /** Adds one value to the `meta` of each post, without a new version. */
  async addImportedMeta(values: { id: Id; name: string; value: string }[]): Promise<void> {
    const [ids, names] = [values.map(({ id }) => id), values.map(({ name }) => name)];
    await this.database.query(sql`
      UPDATE posts p SET meta = p.meta || jsonb_build_object(given.name, given.value)
      FROM unnest(${ids}::uuid[], ${names}::text[], ${values.map(({ value }) => value)}::text[])
        AS given(id, name, value)
      WHERE p.id = given.id`);
  }

  /** Returns what the HTML of these posts is rendered from, and the HTML. */
  findSources(ids: Id[]): Promise<(PostSource & Rendered & Pick<Post, 'id' | 'title'>)[]> {
    return this.database.query(
      sql`SELECT p.id, p.title, p.html, p.summary, ${SOURCE} FROM posts p WHERE p.id = ANY(${ids}::uuid[])`,
    );
  }

  /** Stores the HTML of imported posts, without a new version. */
  async complete(posts: CompletedPost[]): Promise<void> {
    const [ids, htmls] = [posts.map(({ id }) => id), posts.map(({ html }) => html)];
    const contexts = posts.map(({ context }) => JSON.stringify(context));
    await this.database.query(sql`
      UPDATE posts p SET html = given.html, summary = given.summary, body_context = given.context
      FROM unnest(${ids}::uuid[], ${htmls}::text[], ${posts.map(({ summary }) => summary)}::text[],
        ${contexts}::jsonb[]) AS given(id, html, summary, context)
      WHERE p.id = given.id`);
  }

  /** Returns the parts of the addresses of these posts. */
  findPlaces(ids: Id[]): Promise<PostPlace[]> {
    return this.database.query(sql`SELECT id, type, slug FROM posts WHERE id = ANY(${ids}::uuid[])`);
  }

  nextSlug(slug: string): Promise<string> {
    return freeSlug('posts', slug, this.database);
  }

  /**
   * Edits a locked post. Every edit creates a new version.
   * @throws SlugTaken: the unique index decides between concurrent requests
   */
  async update(id: Id, changes: PostChanges): Promise<void> {
    const assignments = Object.entries(changes)
      .filter(([, value]) => value !== undefined)
      .map(([column, value]) => sql`${raw(column)} = ${value}`);
    const statement = sql`
      UPDATE posts SET ${join([...assignments, sql`version = version + 1`, sql`updated_at = now()`])} WHERE id = ${id}`;
    await this.database.query(statement).catch((error: unknown) => {
      throw violates(error, 'posts_slug_key') ? new SlugTaken(changes.slug as string) : error;
    });
  }

  async setTags(id: Id, tagIds: Id[]): Promise<void> {
    await this.database.query(
      sql`DELETE FROM post_tags WHERE post_id = ${id} AND tag_id <> ALL(${tagIds}::uuid[])`,
    );
    await this.database.query(sql`
      INSERT INTO post_tags (post_id, tag_id, position)
      SELECT ${id}, tag_id, position FROM unnest(${tagIds}::uuid[]) WITH ORDINALITY AS given(tag_id, position)
      ON CONFLICT (post_id, tag_id) DO UPDATE SET position = excluded.position`);
  }

  /**
   * Performs an action of the table. Check and change are one statement that uses the clock of the database, so
   * that only one of two concurrent calls succeeds.
   * @returns false if the post has none of the statuses `from`
   */
  async move(id: Id, from: readonly PostStatus[], assignments: Sql): Promise<boolean> {
    const rows = await this.database.query(sql`
      UPDATE posts SET ${assignments}, version = version + 1, updated_at = now()
      WHERE id = ${id} AND status = ANY(${from}) RETURNING id`);
    return rows.length > 0;
  }

  /** Tells whether a time is in the future by the clock of the database. */
  async isFuture(at: string): Promise<boolean> {
    const [row] = await this.database.query<{ isFuture: boolean }>(
      sql`SELECT ${at}::timestamptz > clock_timestamp() AS "isFuture"`,
    );
    return row?.isFuture === true;
  }

  /**
   * Locks scheduled posts whose time has come, the earliest first, and skips those that another transaction changes. The
   * posts of a disabled account wait until it is enabled. Reads users.
   * @param except are left out
   * @param forSeconds leaves out those whose time came earlier, if it is given
   */
  async lockDue(most: number, { except, forSeconds }: Due): Promise<Id[]> {
    const rows = await this.database.query<{ id: Id }>(sql`
      SELECT p.id FROM posts p JOIN users u ON u.id = p.author_id AND u.active
      WHERE p.status = 'scheduled' AND p.scheduled_at <= now() AND p.id <> ALL(${except}::uuid[])
        ${forSeconds === undefined ? empty : sql`AND p.scheduled_at > now() - make_interval(secs => ${forSeconds})`}
      ORDER BY p.scheduled_at LIMIT ${most} FOR NO KEY UPDATE OF p SKIP LOCKED`);
    return rows.map(({ id }) => id);
  }

  /**
   * Publishes scheduled posts. The caller must lock them. The time of a first publication is the scheduled time, also after
   * an outage.
   * @returns the posts with the time of their earlier publication
   */
  publishScheduled(ids: Id[]): Promise<(ShownPost & RecordedPost)[]> {
    return this.database.query(sql`
      WITH due AS (SELECT id, published_at FROM posts WHERE id = ANY(${ids}::uuid[]))
      UPDATE posts p SET status = 'published', published_at = coalesce(p.published_at, p.scheduled_at),
        scheduled_at = NULL, version = p.version + 1, updated_at = now()
      FROM due WHERE p.id = due.id
      RETURNING p.id, p.slug, p.status, due.published_at AS "publishedAt"`);
  }

  async delete(id: Id): Promise<void> {
    await this.database.query(sql`DELETE FROM posts WHERE id = ${id}`);
  }

  /**
   * Stores HTML that a newer renderer created from the body of this version, which does not change. A process of the
   * release before may have edited the post meanwhile.
   */
  async storeRendering(
    { id, version }: Pick<Post, 'id' | 'version'>,
    { html, summary }: Rendered,
  ): Promise<(ShownPost & PostOfEvent) | undefined> {
    const rows = await this.database.query<ShownPost & PostOfEvent>(sql`
      UPDATE posts SET html = ${html}, summary = ${summary}, html_version = ${RENDERER_VERSION}
      WHERE id = ${id} AND version = ${version} AND html_version < ${RENDERER_VERSION} RETURNING ${OF_EVENT}`);
    return rows[0];
  }

  /** Returns posts whose HTML was created by an older renderer. */
  findStale(most: number, except: Id[]): Promise<StalePost[]> {
    return this.database.query(sql`
      SELECT p.id, p.version, ${SOURCE} FROM posts p
      WHERE p.html_version < ${RENDERER_VERSION} AND p.id <> ALL(${except}::uuid[]) LIMIT ${most}`);
  }

  async addComments(id: Id, by: number): Promise<ShownPost & PostOfEvent> {
    const [post] = await this.database.query<ShownPost & PostOfEvent>(sql`
      UPDATE posts SET comment_count = comment_count + ${by} WHERE id = ${id} RETURNING ${OF_EVENT}`);
    return post as ShownPost & PostOfEvent;
  }
}
