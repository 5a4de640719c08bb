import { Injectable } from '@nestjs/common';
import { bulk, empty, join, raw, type Sql } from 'sql-template-tag';
import { Database, sql } from '../platform/database/database.js';
import { violates } from '../platform/database/database-problems.js';
import { RENDERER_VERSION } from '../platform/content/render.js';
import { mayAll } from '../platform/http/access/access.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { LISTED_NEW, named, SOURCE } from './post.sql.js';
import type { PostChanges } from './post-changes.js';
import type { LockedPost, RecordedPost, ShownPost, TaggedNewPost } from './post-rows.js';
import { POSTS } from './posts.access.js';
import { SlugTaken } from './posts.errors.js';
import { visiblePosts } from './visible-posts.js';
import type { PostStatus } from './post-fields.schemas.js';
import type { ListedPost } from './post-view.schemas.js';

/** Which of the posts whose time has come have their turn. */
export interface Due {
  except: Id[];
  forSeconds?: number;
}

const LOCKED = sql`p.id, p.slug, p.type, p.title, p.excerpt, p.author_id AS "authorId", p.parent_id AS "parentId",
  p.status, p.version, p.meta, p.featured, p.comments_open AS "commentsOpen", p.published_at AS "publishedAt",
  p.scheduled_at AS "scheduledAt", p.updated_at AS "updatedAt", p.summary, ${SOURCE}`;

/** Creates, changes and deletes posts. */
@Injectable()
export class PostWritesRepository {
  constructor(private readonly database: Database) {}

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /**
   * Locks a post that the caller can see, for a change. Posts are always locked before their comments and tags, so
   * that there are no deadlocks.
   */
  async lock(idOrSlug: string, by: Principal): Promise<LockedPost | undefined> {
    const rows = await this.database.query<LockedPost>(sql`
      SELECT ${LOCKED} FROM posts p WHERE ${named(idOrSlug)} AND ${visiblePosts(by)} FOR NO KEY UPDATE`);
    return rows[0];
  }

  /**
   * Locks those of the posts that the caller may change, in the order of their ids, so that two transactions with the same
   * posts do not wait for each other.
   */
  async lockAll(ids: Id[], by: Principal): Promise<void> {
    const own = mayAll(by, POSTS.edit) ? empty : sql`AND author_id = ${by.id}`;
    await this.database.query(
      sql`SELECT 1 FROM posts WHERE id = ANY(${ids}::uuid[]) ${own} ORDER BY id FOR NO KEY UPDATE`,
    );
  }

  /** Reads what `lock` reads, without a lock. */
  async look(idOrSlug: string, by: Principal): Promise<LockedPost | undefined> {
    const rows = await this.database.query<LockedPost>(sql`
      SELECT ${LOCKED} FROM posts p WHERE ${named(idOrSlug)} AND ${visiblePosts(by)}`);
    return rows[0];
  }

  /**
   * Inserts posts with their tags in one statement. The unique index decides between concurrent requests. Joins users and tags.
   * @returns the posts whose slug was free, without their long texts
   */
  insert(posts: TaggedNewPost[]): Promise<ListedPost[]> {
    const rows = posts.map((post) => [
      ...[post.id, post.type, post.slug, post.title, post.excerpt, post.body, post.bodyFormat, post.html],
      ...[post.summary, RENDERER_VERSION, post.authorId, post.parentId, post.featured, post.commentsOpen],
      ...[
        JSON.stringify(post.meta),
        post.status,
        post.status === 'published' ? sql`now()` : null,
        post.scheduledAt,
      ],
    ]);
    const links = posts.flatMap(({ id, tagIds }) =>
      tagIds.map((tagId, n) => ({ id, tagId, position: n + 1 })),
    );
    return this.database.query(sql`
      WITH given AS (
        SELECT * FROM unnest(${links.map(({ id }) => id)}::uuid[], ${links.map(({ tagId }) => tagId)}::uuid[],
          ${links.map(({ position }) => position)}::smallint[]) AS given(post_id, tag_id, position)
      ), made AS (
        INSERT INTO posts (id, type, slug, title, excerpt, body, body_format, html, summary, html_version, author_id,
          parent_id, featured, comments_open, meta, status, published_at, scheduled_at)
        VALUES ${bulk(rows)} ON CONFLICT (slug) DO NOTHING RETURNING *
      ), linked AS (
        INSERT INTO post_tags (post_id, tag_id, position)
        SELECT given.post_id, given.tag_id, given.position FROM made JOIN given ON given.post_id = made.id
      )
      SELECT ${LISTED_NEW} FROM made p`);
  }

  /**
   * Edits a locked post. Every edit creates a new version.
   * @throws SlugTaken: the unique index decides between concurrent requests
   */
  async update(id: Id, changes: PostChanges): Promise<void> {
    const statement = sql`
      UPDATE posts SET ${join([...assignmentsOf(changes), sql`version = version + 1`, sql`updated_at = now()`])} WHERE id = ${id}`;
    await this.withSlug(changes, this.database.query(statement));
  }

  /** Tells whether another post has a slug. */
  async isSlugTaken(slug: string, id: Id): Promise<boolean> {
    const rows = await this.database.query(sql`SELECT 1 FROM posts WHERE slug = ${slug} AND id <> ${id}`);
    return rows.length > 0;
  }

  private withSlug<T>({ slug }: PostChanges, write: Promise<T>): Promise<T> {
    return write.catch((error: unknown) => {
      throw violates(error, 'posts_slug_key') ? new SlugTaken(slug as string) : error;
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
   * @param changes an edit that happens in the same version
   * @returns false if the post has none of the statuses `from`
   * @throws SlugTaken
   */
  async move(
    id: Id,
    from: readonly PostStatus[],
    assignments: Sql,
    changes: PostChanges = {},
  ): Promise<boolean> {
    const all = join([
      assignments,
      ...assignmentsOf(changes),
      sql`version = version + 1`,
      sql`updated_at = now()`,
    ]);
    const statement = sql`UPDATE posts SET ${all} WHERE id = ${id} AND status = ANY(${from}) RETURNING id`;
    const rows = await this.withSlug(changes, this.database.query(statement));
    return rows.length > 0;
  }

  /** Returns those of the times that are in the future by the clock of the database. */
  async futureOf(times: string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ at: string }>(
      sql`SELECT at FROM unnest(${times}::text[]) AS given(at) WHERE at::timestamptz > clock_timestamp()`,
    );
    return new Set(rows.map(({ at }) => at));
  }

  /** Tells whether a post is scheduled at a time, to the microsecond of the database. */
  async isScheduledAt(id: Id, at: string): Promise<boolean> {
    const rows = await this.database.query(
      sql`SELECT 1 FROM posts WHERE id = ${id} AND status = 'scheduled' AND scheduled_at = ${at}::timestamptz`,
    );
    return rows.length > 0;
  }

  /** Returns the ids of the tags of these posts. */
  async tagIdsOf(ids: Id[]): Promise<Id[]> {
    const rows = await this.database.query<{ id: Id }>(
      sql`SELECT DISTINCT tag_id AS id FROM post_tags WHERE post_id = ANY(${ids}::uuid[])`,
    );
    return rows.map(({ id }) => id);
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

  delete(id: Id): Promise<void> {
    return this.deleteAll([id]);
  }

  async deleteAll(ids: Id[]): Promise<void> {
    await this.database.query(sql`DELETE FROM posts WHERE id = ANY(${ids}::uuid[])`);
  }
}

const assignmentsOf = (changes: PostChanges): Sql[] =>
  Object.entries(changes)
    .filter(([, value]) => value !== undefined)
    .map(([column, value]) => sql`${raw(column)} = ${value}`);
