import { Injectable } from '@nestjs/common';
import { Database, sql } from '../platform/database/database.js';
import type { Id } from '../platform/schemas/schemas.js';

@Injectable()
export class TagMergesRepository {
  constructor(private readonly database: Database) {}

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /** Locks the posts of a tag before any tag, because a merge changes them. Joins tags. */
  async lockPosts(slug: string): Promise<void> {
    await this.database.query(sql`
      SELECT 1 FROM posts p JOIN post_tags pt ON pt.post_id = p.id JOIN tags t ON t.id = pt.tag_id
      WHERE t.slug = ${slug} ORDER BY p.id FOR NO KEY UPDATE OF p`);
  }

  /** Replaces one tag of posts by another, without duplicates. */
  async movePosts(from: Id, to: Id): Promise<void> {
    await this.database.query(sql`
      INSERT INTO post_tags (post_id, tag_id, position) SELECT post_id, ${to}, position FROM post_tags WHERE tag_id = ${from}
      ON CONFLICT DO NOTHING`);
  }
}
