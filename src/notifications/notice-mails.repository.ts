import { Injectable } from '@nestjs/common';
import { Database, sql } from '../platform/database/database.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { NoticeFacts } from './notice-letters.js';

export interface Mailbox {
  id: Id;
  name: string;
  email: string;
}

export type SubjectFacts = Pick<NoticeFacts, 'actor' | 'title' | 'text'> & { slug: string; postId: Id };

@Injectable()
export class NoticeMailsRepository {
  constructor(private readonly database: Database) {}

  /** Returns those of the accounts that are active and have an address. Reads users. */
  mailboxes(ids: Id[]): Promise<Mailbox[]> {
    return this.database.query(
      sql`SELECT id, name, email FROM users WHERE id = ANY(${ids}::uuid[]) AND active AND email IS NOT NULL`,
    );
  }

  /** Returns a post, or undefined if it is not public any more. Joins posts and users. */
  async post(id: Id): Promise<SubjectFacts | undefined> {
    const rows = await this.database.query<SubjectFacts>(sql`
      SELECT p.id AS "postId", p.slug, p.title, coalesce(p.excerpt, p.summary) AS text, u.name AS actor
      FROM posts p JOIN users u ON u.id = p.author_id WHERE p.id = ${id} AND p.status = 'published'`);
    return rows[0];
  }

  /** Returns a comment on a post that is public. Joins comments, posts and users. */
  async comment(id: Id): Promise<SubjectFacts | undefined> {
    const rows = await this.database.query<SubjectFacts>(sql`
      SELECT p.id AS "postId", p.slug, p.title, c.body AS text, u.name AS actor
      FROM comments c JOIN posts p ON p.id = c.post_id JOIN users u ON u.id = c.author_id
      WHERE c.id = ${id} AND p.status = 'published'`);
    return rows[0];
  }
}
