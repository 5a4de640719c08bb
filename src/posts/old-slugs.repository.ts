import { Injectable } from '@nestjs/common';
import { raw } from 'sql-template-tag';
import { Database, sql } from '../platform/database/database.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { visiblePosts } from './visible-posts.js';

/** The slugs of posts and their former ones, as a relation that `freeNumbers` can search. */
export const TAKEN_SLUGS = '(SELECT slug FROM posts UNION ALL SELECT slug FROM old_slugs) taken';

/** The former slugs of posts. */
@Injectable()
export class OldSlugsRepository {
  constructor(private readonly database: Database) {}

  /** Returns the present slug of the post that had this slug, if the caller can see the post. */
  async find(slug: string, by: Principal | null): Promise<string | undefined> {
    const rows = await this.database.query<{ slug: string }>(sql`
      SELECT p.slug FROM old_slugs o JOIN posts p ON p.id = o.post_id
      WHERE o.slug = ${slug} AND ${visiblePosts(by)}`);
    return rows[0]?.slug;
  }

  /** Returns those of the slugs that another post had. Call it when the slugs are stored, so that no race is lost. */
  async ofOthers(slugs: string[], postId: Id | null): Promise<Set<string>> {
    const rows = await this.database.query<{ slug: string }>(sql`
      SELECT slug FROM old_slugs WHERE slug = ANY(${slugs}::text[]) AND post_id IS DISTINCT FROM ${postId}::uuid`);
    return new Set(rows.map(({ slug }) => slug));
  }

  /** Returns those of the slugs that a post has or had. */
  async taken(slugs: string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ slug: string }>(
      sql`SELECT slug FROM ${raw(TAKEN_SLUGS)} WHERE slug = ANY(${slugs}::text[])`,
    );
    return new Set(rows.map(({ slug }) => slug));
  }

  /** Remembers a slug that a post no longer has. A post that takes up a former slug has it again. */
  async replace(postId: Id, slug: string, by: string): Promise<void> {
    await this.database.query(sql`
      WITH current AS (DELETE FROM old_slugs WHERE slug = ${by} AND post_id = ${postId})
      INSERT INTO old_slugs (slug, post_id) VALUES (${slug}, ${postId})
      ON CONFLICT (slug) DO UPDATE SET post_id = excluded.post_id, replaced_at = now()`);
  }

  /**
   * Adds the former slugs of imported posts, unless a post has or had them.
   * @returns the pairs that were added
   */
  add(pairs: { slug: string; postId: Id }[]): Promise<{ slug: string; postId: Id }[]> {
    const [slugs, ids] = [pairs.map(({ slug }) => slug), pairs.map(({ postId }) => postId)];
    return this.database.query(sql`
      INSERT INTO old_slugs (slug, post_id)
      SELECT given.slug, given.post_id FROM unnest(${slugs}::text[], ${ids}::uuid[]) AS given(slug, post_id)
      JOIN posts p ON p.id = given.post_id
      WHERE NOT EXISTS (SELECT 1 FROM posts other WHERE other.slug = given.slug)
      ON CONFLICT (slug) DO NOTHING RETURNING slug, post_id AS "postId"`);
  }

  /** @returns the number of slugs that are free again */
  deleteOld(days: number, most: number): Promise<number> {
    return this.database.transaction(async () => {
      const rows = await this.database.query(sql`
        DELETE FROM old_slugs WHERE slug IN (
          SELECT slug FROM old_slugs WHERE replaced_at < now() - make_interval(days => ${days})
          ORDER BY replaced_at LIMIT ${most}) RETURNING slug`);
      return rows.length;
    });
  }
}
