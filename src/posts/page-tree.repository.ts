import { Injectable } from '@nestjs/common';
import { Database, sql } from '../platform/database/database.js';
import type { Id } from '../platform/schemas/schemas.js';
import { named } from './post.sql.js';
import type { RecordedPost, ShownPost } from './post-rows.js';

/** Changes of posts that can concern the tree of pages. */
export interface TreeChanges {
  isMoving: boolean;
  deleted: Id[];
  published: Id[];
}

/** A number that no other program uses for an advisory lock on the same database. */
const TREE_KEY = 6_284_519_205;

@Injectable()
export class PageTreeRepository {
  constructor(private readonly database: Database) {}

  /** Lets one transaction at a time move a page below another one. */
  async lockTree(): Promise<void> {
    await this.database.query(sql`SELECT pg_advisory_xact_lock(${TREE_KEY})`);
  }

  /**
   * Like `lockTree` if the post has pages below it. Whoever deletes it locks these after it, and a move of the post
   * below one of them locks them before it.
   */
  async lockTreeBelow(idOrSlug: string): Promise<void> {
    await this.database.query(sql`
      SELECT pg_advisory_xact_lock(${TREE_KEY}) FROM posts p
      WHERE ${named(idOrSlug)} AND EXISTS (SELECT FROM posts below WHERE below.parent_id = p.id)`);
  }

  /**
   * Like `lockTree` if one of these posts is about to move, or has pages below it and is about to be deleted, or its private
   * edit moves it and is about to be published.
   */
  async lockTreeFor({ isMoving, deleted, published }: TreeChanges): Promise<void> {
    await this.database.query(sql`
      SELECT pg_advisory_xact_lock(${TREE_KEY})
      WHERE ${isMoving} OR EXISTS (SELECT FROM posts below WHERE below.parent_id = ANY(${deleted}::uuid[]))
        OR EXISTS (
          SELECT FROM post_pending_edits e WHERE e.post_id = ANY(${published}::uuid[]) AND 'parentId' = ANY(e.fields))`);
  }

  /** Tells whether a page is this one or below it. */
  async isWithin(id: Id, top: Id): Promise<boolean> {
    const rows = await this.database.query(sql`
      WITH RECURSIVE above AS (
        SELECT id, parent_id FROM posts WHERE id = ${id}
        UNION SELECT p.id, p.parent_id FROM above JOIN posts p ON p.id = above.parent_id
      ) SELECT 1 FROM above WHERE id = ${top}`);
    return rows.length > 0;
  }

  async hasPagesBelow(id: Id): Promise<boolean> {
    return (await this.database.query(sql`SELECT 1 FROM posts WHERE parent_id = ${id} LIMIT 1`)).length > 0;
  }

  /** Moves the pages below a page to the top. */
  releaseBelow(id: Id): Promise<(ShownPost & RecordedPost)[]> {
    return this.database.query(sql`
      WITH below AS (SELECT id FROM posts WHERE parent_id = ${id} ORDER BY id FOR NO KEY UPDATE)
      UPDATE posts SET parent_id = NULL, version = version + 1, updated_at = now()
      WHERE id IN (SELECT id FROM below) RETURNING id, slug, status, published_at AS "publishedAt"`);
  }

  /**
   * Moves new pages below others, if both are pages. The pages above are locked first, because PostgreSQL skips a row
   * that the same statement updates and locks, and a page can be above one page and below another.
   * @returns the ids of the pages that were moved
   */
  async linkImported(links: { id: Id; parentId: Id }[]): Promise<Set<Id>> {
    const pages = await this.holdPages(links.map(({ parentId }) => parentId));
    const below = links.filter(({ parentId }) => pages.has(parentId));
    const [ids, parents] = [below.map(({ id }) => id), below.map(({ parentId }) => parentId)];
    const rows = await this.database.query<{ id: Id }>(sql`
      UPDATE posts p SET parent_id = given.parent_id
      FROM unnest(${ids}::uuid[], ${parents}::uuid[]) AS given(id, parent_id)
      WHERE p.id = given.id AND p.type = 'page' RETURNING p.id`);
    return new Set(rows.map(({ id }) => id));
  }

  /**
   * Locks the pages among these posts, so that they stay pages until the transaction ends.
   * @returns the authors by the ids of the pages
   */
  async holdPages(ids: Id[]): Promise<Map<Id, Id>> {
    const rows = await this.database.query<{ id: Id; authorId: Id }>(sql`
      SELECT id, author_id AS "authorId" FROM posts WHERE id = ANY(${ids}::uuid[]) AND type = 'page'
      ORDER BY id FOR SHARE`);
    return new Map(rows.map(({ id, authorId }) => [id, authorId]));
  }
}
