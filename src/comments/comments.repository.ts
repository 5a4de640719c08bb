import { Injectable } from '@nestjs/common';
import { bulk, empty, type Sql } from 'sql-template-tag';
import type { BodyDialect } from '../platform/content/body-dialect.js';
import type { BodyFormat } from '../platform/content/body-format.js';
import { RENDERER_VERSION } from '../platform/content/render.js';
import { Database, sql } from '../platform/database/database.js';
import type { Size } from '../platform/event-views/event-views.js';
import type { Present } from '../platform/event-views/glance.js';
import { keyset, type SortKey } from '../platform/lists/keyset.js';
import { may, mayAll } from '../platform/http/access/access.js';
import type { Position } from '../platform/lists/cursors.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { POSTS } from '../posts/posts.access.js';
import { visiblePosts } from '../posts/posts.service.js';
import { COMMENTS } from './comments.access.js';
import type { CommentOfEvent } from './comments.events.js';
import type { Comment } from './comment.entity.js';
import type { CommentStatus, CommentView, ListCommentsQuery } from './comments.schemas.js';

/**
 * A condition over `c` and `p`: the caller can read the text of the comment. Of other comments that the caller can
 * find, only the place in the thread is shown.
 */
function readableBy(by: Principal | null): Sql {
  if (by && mayAll(by, POSTS.edit)) return sql`true`;
  return sql`(c.status = 'visible' ${orTheirs(by)})`;
}

/**
 * A condition over `c` and `p`: the caller wrote the comment, or can moderate it because it is under one of their
 * posts.
 */
function orTheirs(by: Principal | null): Sql {
  if (!by) return empty;
  const underOwnPost = may(by, COMMENTS.moderate) ? sql`OR p.author_id = ${by.id}` : empty;
  return sql`OR c.author_id = ${by.id} ${underOwnPost}`;
}

/** The status that the caller sees. An empty place is always `deleted` for them, whatever the real status is. */
const statusFor = (by: Principal | null): Sql =>
  sql`CASE WHEN ${readableBy(by)} THEN c.status ELSE 'deleted' END`;

/** The columns over `comments c`, its account `u` and its post `p`. */
const columns = (by: Principal | null): Sql => sql`c.id, c.post_id AS "postId", c.parent_id AS "parentId",
  CASE WHEN ${readableBy(by)} THEN c.body ELSE '' END AS body, CASE WHEN ${readableBy(by)} THEN c.html ELSE '' END AS html,
  CASE WHEN ${statusFor(by)} <> 'deleted'
    THEN json_build_object('id', c.author_id, 'name', coalesce(u.name, c.guest_name, '')) END AS author,
  ${statusFor(by)} AS status, c.created_at AS "createdAt", c.updated_at AS "updatedAt", c.version`;
/** The source of all reads. Joins posts and users. */
const SOURCE = sql`comments c JOIN posts p ON p.id = c.post_id LEFT JOIN users u ON u.id = c.author_id`;

/**
 * The register of open writers is not necessary here, because a comment gets its time while its post is locked
 * (trigger comments_stamp).
 */
const CREATED_AT: SortKey = { expression: sql`c.created_at`, type: 'timestamptz' };

/**
 * A condition over `c` and `p`. Everybody who can see the post sees its visible comments, and the places of others
 * that have a visible reply below them. The author of the comment, the author of the post and editors see the other
 * comments, too.
 */
function visibleTo(by: Principal | null): Sql {
  if (by && mayAll(by, POSTS.edit)) return empty;
  return sql`AND ${visiblePosts(by)} AND (c.in_thread ${orTheirs(by)})`;
}

export interface LockedComment {
  id: Id;
  postId: Id;
  authorId: Id | null;
  postAuthorId: Id;
  isPostPublic: boolean;
  status: CommentStatus;
  /** True if readers see the comment or its place in the thread. */
  inThread: boolean;
  version: number;
  body: string;
  bodyFormat: BodyFormat;
  bodyDialect: BodyDialect | null;
}

export interface NewComment {
  id: Id;
  postId: Id;
  parentId: Id | null;
  authorId: Id;
  body: string;
  html: string;
  status: CommentStatus;
}

/** A comment of another system. A guest has a name and no account. */
export type InsertableComment = Omit<NewComment, 'authorId'> & {
  authorId: Id | null;
  guestName: string | null;
  bodyFormat: BodyFormat;
  bodyDialect: BodyDialect | null;
  createdAt: string;
  updatedAt: string;
  version: number;
};

/** A comment for import into another Galley, which renders the HTML itself. */
export type ExportedComment = Omit<Comment, 'html' | 'htmlVersion' | 'inThread'>;

/** What identifies a comment of an earlier import whose number has changed. */
export interface StoredComment {
  id: Id;
  postId: Id;
  /** The text of the time that was asked for. */
  createdAt: string;
  authorId: Id | null;
  guestName: string | null;
  /** The MD5 digest of the body. */
  digest: string;
  /** True if only its place in the thread remains. */
  isDeleted: boolean;
}

export type StaleComment = Pick<Comment, 'id' | 'version' | 'body' | 'bodyFormat' | 'bodyDialect'>;

@Injectable()
export class CommentsRepository {
  constructor(private readonly database: Database) {}

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /** Returns one comment as the caller can see it. Joins posts and users. */
  async find(id: Id, by: Principal | null): Promise<CommentView | undefined> {
    const rows = await this.database.query<CommentView>(
      sql`SELECT ${columns(by)} FROM ${SOURCE} WHERE c.id = ${id} ${visibleTo(by)}`,
    );
    return rows[0];
  }

  /** Returns those of the comments that the caller can see. Joins posts and users. */
  findAll(ids: Id[], by: Principal | null): Promise<CommentView[]> {
    return this.database.query(
      sql`SELECT ${columns(by)} FROM ${SOURCE} WHERE c.id = ANY(${ids}::uuid[]) ${visibleTo(by)}`,
    );
  }

  /** Returns the lengths of the texts that the caller can read. Joins posts. */
  sizes(ids: Id[], by: Principal | null): Promise<Size[]> {
    return this.database.query(sql`
      SELECT c.id, octet_length(c.body) + octet_length(c.html) AS bytes
      FROM comments c JOIN posts p ON p.id = c.post_id
      WHERE c.id = ANY(${ids}::uuid[]) AND ${readableBy(by)} ${visibleTo(by)}`);
  }

  /** Returns the versions of those of the comments that are not deleted, and who can read their texts. Joins posts. */
  present(ids: Id[]): Promise<Present[]> {
    return this.database.query(sql`
      SELECT c.id, c.version, (${readableBy(null)} ${visibleTo(null)}) AS "isPublic"
      FROM comments c JOIN posts p ON p.id = c.post_id
      WHERE c.id = ANY(${ids}::uuid[]) AND c.status <> 'deleted'`);
  }

  /** Returns those of the accounts that are authors of a comment whose text the caller can read. Joins posts. */
  async authorsAmong(ids: Id[], by: Principal | null): Promise<Id[]> {
    const rows = await this.database.query<{ id: Id }>(sql`
      SELECT given.id FROM unnest(${ids}::uuid[]) AS given(id)
      WHERE EXISTS (SELECT 1 FROM comments c JOIN posts p ON p.id = c.post_id
        WHERE c.author_id = given.id AND ${readableBy(by)} ${visibleTo(by)})`);
    return rows.map(({ id }) => id);
  }

  /**
   * Returns the comments above these comments up to the first visible one. Readers see them as placeholders while a
   * comment below them is visible. Joins posts.
   */
  placesAbove(ids: Id[]): Promise<CommentOfEvent[]> {
    return this.database.query(sql`
      WITH RECURSIVE above AS (
        SELECT parent_id AS id FROM comments WHERE id = ANY(${ids}::uuid[])
        UNION
        SELECT c.parent_id FROM above JOIN comments c ON c.id = above.id WHERE c.status <> 'visible'
      )
      SELECT c.id, c.version, c.author_id AS "authorId", p.author_id AS "postAuthorId",
        p.status = 'published' AS "isPublic"
      FROM above JOIN comments c ON c.id = above.id JOIN posts p ON p.id = c.post_id WHERE c.status <> 'visible'`);
  }

  /** Returns what events of comments without views contain. Joins posts. */
  ofEvents(ids: Id[]): Promise<CommentOfEvent[]> {
    return this.database.query(sql`
      SELECT c.id, c.version, c.author_id AS "authorId", p.author_id AS "postAuthorId",
        c.in_thread AND p.status = 'published' AS "isPublic"
      FROM comments c JOIN posts p ON p.id = c.post_id WHERE c.id = ANY(${ids}::uuid[])`);
  }

  /** Returns a comment that the caller has just written or moderated. Joins posts and users. */
  async get(id: Id, by: Principal): Promise<CommentView> {
    const [row] = await this.database.query<CommentView>(
      sql`SELECT ${columns(by)} FROM ${SOURCE} WHERE c.id = ${id}`,
    );
    return row as CommentView;
  }

  async findPostId(id: Id): Promise<Id | undefined> {
    const rows = await this.database.query<{ postId: Id }>(
      sql`SELECT post_id AS "postId" FROM comments WHERE id = ${id}`,
    );
    return rows[0]?.postId;
  }

  /**
   * Locks a comment that the caller can see, for a change. The caller must already hold the lock of its post, which
   * counts it. Joins posts.
   */
  async lock(id: Id, by: Principal): Promise<LockedComment | undefined> {
    const rows = await this.database.query<LockedComment>(sql`
      SELECT c.id, c.post_id AS "postId", c.author_id AS "authorId", p.author_id AS "postAuthorId",
        p.status = 'published' AS "isPostPublic", c.status, c.in_thread AS "inThread", c.version,
        c.body, c.body_format AS "bodyFormat", c.body_dialect AS "bodyDialect"
      FROM comments c JOIN posts p ON p.id = c.post_id WHERE c.id = ${id} ${visibleTo(by)} FOR UPDATE OF c`);
    return rows[0];
  }

  /**
   * Tells whether the post has this comment and the caller can reply to it. The comment cannot be deleted until the
   * transaction ends. Joins posts.
   */
  async holdParent(id: Id, postId: Id, by: Principal): Promise<boolean> {
    const rows = await this.database.query(sql`
      SELECT 1 FROM comments c JOIN posts p ON p.id = c.post_id
      WHERE c.id = ${id} AND c.post_id = ${postId} ${visibleTo(by)} FOR KEY SHARE OF c`);
    return rows.length > 0;
  }

  /**
   * Tells whether a comment of this account was approved before. Comments under its own posts do not count, because
   * they require no approval. Joins posts.
   */
  async hasApproved(authorId: Id): Promise<boolean> {
    const rows = await this.database.query(sql`
      SELECT 1 FROM comments c JOIN posts p ON p.id = c.post_id
      WHERE c.author_id = ${authorId} AND c.status = 'visible' AND p.author_id <> ${authorId} LIMIT 1`);
    return rows.length > 0;
  }

  async insert(comment: NewComment): Promise<void> {
    const { id, postId, parentId, authorId, body, html, status } = comment;
    await this.database.query(sql`
      INSERT INTO comments (id, post_id, parent_id, author_id, body, html, html_version, status)
      VALUES (${id}, ${postId}, ${parentId}, ${authorId}, ${body}, ${html}, ${RENDERER_VERSION}, ${status})`);
  }

  /** Inserts comments. Parents must be inserted before their replies or in the same call. */
  async insertImported(comments: InsertableComment[]): Promise<void> {
    const rows = comments.map((comment) => [
      ...[comment.id, comment.postId, comment.parentId, comment.authorId, comment.guestName],
      ...[comment.body, comment.bodyFormat, comment.html, RENDERER_VERSION, comment.status, comment.version],
      ...[comment.createdAt, comment.updatedAt, comment.bodyDialect],
    ]);
    await this.database.query(sql`
      INSERT INTO comments (id, post_id, parent_id, author_id, guest_name, body, body_format, html, html_version, status,
        version, created_at, updated_at, body_dialect) VALUES ${bulk(rows)}`);
  }

  /** Streams all comments by post, oldest first. Rows are read on demand. */
  all(): AsyncGenerator<ExportedComment, void, void> {
    const statement = sql`
      SELECT id, post_id AS "postId", parent_id AS "parentId", author_id AS "authorId", guest_name AS "guestName", body,
        body_format AS "bodyFormat", body_dialect AS "bodyDialect", status, created_at AS "createdAt",
        updated_at AS "updatedAt", version
      FROM comments ORDER BY post_id, created_at, id`;
    return this.database.stream('exported_comments', statement);
  }

  /**
   * Returns the ids of the comments that exist, with the ids of their posts. They cannot be deleted until the
   * transaction ends.
   */
  async holdAll(ids: Id[]): Promise<Map<Id, Id>> {
    const rows = await this.database.query<{ id: Id; postId: Id }>(sql`
      SELECT id, post_id AS "postId" FROM comments WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR KEY SHARE`);
    return new Map(rows.map((row) => [row.id, row.postId]));
  }

  /** Returns the posts of the comments that exist, and whether the comments have these times of creation. */
  async compare(
    comments: { id: Id; createdAt: string }[],
  ): Promise<Map<Id, { postId: Id; sameDate: boolean }>> {
    if (comments.length === 0) return new Map();
    const [ids, dates] = [comments.map(({ id }) => id), comments.map(({ createdAt }) => createdAt)];
    const rows = await this.database.query<{ id: Id; postId: Id; sameDate: boolean }>(sql`
      SELECT c.id, c.post_id AS "postId", c.created_at = given.at AS "sameDate"
      FROM unnest(${ids}::uuid[], ${dates}::timestamptz[]) AS given(id, at) JOIN comments c ON c.id = given.id`);
    return new Map(rows.map(({ id, ...row }) => [id, row]));
  }

  /** Returns the comments that were created on these posts at these times, the last ones first. */
  async findAt(places: { postId: Id; createdAt: string }[]): Promise<StoredComment[]> {
    const [posts, dates] = [places.map(({ postId }) => postId), places.map(({ createdAt }) => createdAt)];
    return this.database.query(sql`
      SELECT c.id, c.post_id AS "postId", given.at AS "createdAt", c.author_id AS "authorId",
        c.guest_name AS "guestName", md5(c.body) AS digest, c.status = 'deleted' AS "isDeleted"
      FROM unnest(${posts}::uuid[], ${dates}::text[]) AS given(post_id, at)
      JOIN comments c ON c.post_id = given.post_id AND c.created_at = given.at::timestamptz
      ORDER BY c.id DESC`);
  }

  async setBody(id: Id, body: string, html: string, status: CommentStatus): Promise<void> {
    await this.database.query(sql`
      UPDATE comments SET body = ${body}, body_format = 'markdown', body_dialect = NULL, html = ${html},
        html_version = ${RENDERER_VERSION}, status = ${status}, version = version + 1, updated_at = now() WHERE id = ${id}`);
  }

  async setStatus(id: Id, status: CommentStatus): Promise<void> {
    await this.database.query(
      sql`UPDATE comments SET status = ${status}, version = version + 1, updated_at = now() WHERE id = ${id}`,
    );
  }

  /** Returns comments whose HTML was created by an older renderer. */
  findStale(most: number, except: Id[]): Promise<StaleComment[]> {
    return this.database.query(sql`
      SELECT id, version, body, body_format AS "bodyFormat", body_dialect AS "bodyDialect" FROM comments
      WHERE html_version < ${RENDERER_VERSION} AND id <> ALL(${except}::uuid[]) LIMIT ${most}`);
  }

  /**
   * Stores HTML that a newer renderer created from the body of this version, which does not change. A process of the
   * release before may have edited the comment meanwhile. Joins posts.
   */
  async storeRendering(
    { id, version }: Pick<Comment, 'id' | 'version'>,
    html: string,
  ): Promise<CommentOfEvent | undefined> {
    const rows = await this.database.query<CommentOfEvent>(sql`
      UPDATE comments c SET html = ${html}, html_version = ${RENDERER_VERSION} FROM posts p
      WHERE c.id = ${id} AND c.version = ${version} AND c.html_version < ${RENDERER_VERSION} AND p.id = c.post_id
      RETURNING c.id, c.version, c.author_id AS "authorId", p.author_id AS "postAuthorId",
        c.in_thread AND p.status = 'published' AS "isPublic"`);
    return rows[0];
  }

  async hasReplies(id: Id): Promise<boolean> {
    return (
      (await this.database.query(sql`SELECT 1 FROM comments WHERE parent_id = ${id} LIMIT 1`)).length > 0
    );
  }

  async delete(id: Id): Promise<void> {
    await this.database.query(sql`DELETE FROM comments WHERE id = ${id}`);
  }

  /** Keeps the place in the thread, and erases the text and the author. */
  async erase(id: Id): Promise<void> {
    await this.database.query(sql`
      UPDATE comments SET status = 'deleted', body = '', html = '', author_id = NULL, guest_name = NULL,
        version = version + 1, updated_at = now() WHERE id = ${id}`);
  }

  /**
   * Returns one page of the comments of a post. The page is selected first, and the related rows are read only for
   * it. Joins posts and users.
   */
  list(
    postId: Id,
    query: ListCommentsQuery,
    by: Principal | null,
    start: Position | undefined,
  ): Promise<(CommentView & { sortKey: string })[]> {
    const { status, parentId } = query.filter;
    const { after, orderBy, limit } = keyset(CREATED_AT, sql`c.id`, query, start);
    return this.database.query(sql`
      SELECT ${columns(by)}, c.created_at AS "sortKey"
      FROM (
        SELECT c.* FROM comments c JOIN posts p ON p.id = c.post_id
        WHERE c.post_id = ${postId} ${visibleTo(by)}
        ${status ? sql`AND ${statusFor(by)} = ANY(${status})` : empty}
        ${parentId ? sql`AND c.parent_id = ANY(${parentId}::uuid[])` : empty} ${after} ${orderBy} ${limit}
      ) c JOIN posts p ON p.id = c.post_id LEFT JOIN users u ON u.id = c.author_id ${orderBy}`);
  }
}
