import { Injectable } from '@nestjs/common';
import { Database, sql } from '../platform/database/database.js';
import type { Post } from './post.entity.js';

/** A post for import into another Galley, which renders the HTML itself. */
export type ExportedPost = Omit<Post, 'html' | 'summary' | 'htmlVersion' | 'search' | 'commentCount'> & {
  /** The names of the tags, in order. */
  tags: string[];
};

/** Reads posts of all statuses and types for an export. */
@Injectable()
export class PostsExporter {
  constructor(private readonly database: Database) {}

  /** Streams posts by id, so that a caller can read their comments in parallel. Joins tags. */
  all(): AsyncGenerator<ExportedPost, void, void> {
    const statement = sql`
      SELECT p.id, p.type, p.slug, p.title, p.excerpt, p.body, p.body_format AS "bodyFormat", p.status,
        p.published_at AS "publishedAt", p.scheduled_at AS "scheduledAt", p.created_at AS "createdAt",
        p.updated_at AS "updatedAt", p.version, p.author_id AS "authorId",
        p.parent_id AS "parentId", p.featured, p.comments_open AS "commentsOpen", p.meta,
        p.body_dialect AS "bodyDialect", p.body_context AS "bodyContext",
        (SELECT coalesce(array_agg(t.name ORDER BY pt.position), '{}')
          FROM post_tags pt JOIN tags t ON t.id = pt.tag_id WHERE pt.post_id = p.id) AS tags
      FROM posts p ORDER BY p.id`;
    return this.database.stream('exported_posts', statement);
  }

  async count(): Promise<number> {
    const [row] = await this.database.query<{ posts: number }>(
      sql`SELECT count(*)::integer AS posts FROM posts`,
    );
    return row?.posts ?? 0;
  }
}
