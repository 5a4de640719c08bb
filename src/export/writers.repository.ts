import { Injectable } from '@nestjs/common';
import { Database, sql } from '../platform/database/database.js';
import type { Account } from '../users/users.service.js';

/** Somebody who wrote something: the profile, and the e-mail address. */
export type ExportedAuthor = Pick<
  Account,
  'id' | 'name' | 'email' | 'bio' | 'website' | 'avatarUrl' | 'createdAt'
>;

@Injectable()
export class WritersRepository {
  constructor(private readonly database: Database) {}

  /** Accounts that wrote a post or a comment, by id, read as it is asked for. Joins users, posts and comments. */
  all(): AsyncGenerator<ExportedAuthor, void, void> {
    const statement = sql`
      SELECT id, name, email, bio, website, avatar_url AS "avatarUrl", created_at AS "createdAt" FROM users u
      WHERE EXISTS (SELECT 1 FROM posts p WHERE p.author_id = u.id)
        OR EXISTS (SELECT 1 FROM comments c WHERE c.author_id = u.id) ORDER BY id`;
    return this.database.stream('exported_writers', statement);
  }
}
