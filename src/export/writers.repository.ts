import { Injectable } from '@nestjs/common';
import { Database, sql } from '../platform/database/database.js';
import type { Account } from '../users/users.service.js';

/** An account that wrote a post or a comment: its profile and its email address. */
export type ExportedAuthor = Pick<
  Account,
  'id' | 'name' | 'email' | 'bio' | 'website' | 'avatarUrl' | 'createdAt'
>;

@Injectable()
export class WritersRepository {
  constructor(private readonly database: Database) {}

  /**
   * Streams the accounts that wrote a post or a comment, by id. Rows are read on demand. Joins users, posts and
   * comments.
   */
  all(): AsyncGenerator<ExportedAuthor, void, void> {
    const statement = sql`
      SELECT id, name, email, bio, website, avatar_url AS "avatarUrl", created_at AS "createdAt" FROM users u
      WHERE EXISTS (SELECT 1 FROM posts p WHERE p.author_id = u.id)
        OR EXISTS (SELECT 1 FROM comments c WHERE c.author_id = u.id) ORDER BY id`;
    return this.database.stream('exported_writers', statement);
  }
}
