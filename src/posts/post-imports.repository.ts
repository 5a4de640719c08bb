import { Injectable } from '@nestjs/common';
import { bulk } from 'sql-template-tag';
import { Database, sql } from '../platform/database/database.js';
import { RENDERER_VERSION, type Rendered } from '../platform/content/render.js';
import type { Id } from '../platform/schemas/schemas.js';
import { NumberedSlugs } from './numbered-slugs.js';
import { SOURCE } from './post.sql.js';
import type { CompletedPost, InsertablePost, PostSource } from './post-rows.js';
import type { Post } from './post.entity.js';

/** Writes posts of other systems, many with one statement. */
@Injectable()
export class PostImportsRepository {
  constructor(private readonly database: Database) {}

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

  /** Deletes posts that `insertImported` has inserted with a slug that another post had. */
  async takeBack(ids: Id[]): Promise<void> {
    if (ids.length > 0) await this.database.query(sql`DELETE FROM posts WHERE id = ANY(${ids}::uuid[])`);
  }

  /** Inserts the tags of new posts, in order. */
  async insertTags(rows: { postId: Id; tagId: Id; position: number }[]): Promise<void> {
    const [posts, tags] = [rows.map((row) => row.postId), rows.map((row) => row.tagId)];
    await this.database.query(sql`
      INSERT INTO post_tags (post_id, tag_id, position)
      SELECT * FROM unnest(${posts}::uuid[], ${tags}::uuid[], ${rows.map((row) => row.position)}::smallint[])`);
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

  /** Assigns free slugs. */
  numberedSlugs(): NumberedSlugs {
    return new NumberedSlugs(this.database);
  }
}
