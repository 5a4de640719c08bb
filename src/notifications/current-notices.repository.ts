import { Injectable } from '@nestjs/common';
import { Database, sql } from '../platform/database/database.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { NoticeFacts } from './notice-letters.js';
import type { Mailbox, SubjectFacts } from './notice-mails.repository.js';
import { isPaused } from './refusals.repository.js';
import { ACTOR, type Reader, shownTo, SUBJECTS } from './notifications.sql.js';

/** A notice in a daily message. */
export type Digested = Omit<NoticeFacts, 'text' | 'page'> &
  Pick<SubjectFacts, 'slug' | 'postId'> & {
    postAuthorId: Id;
    /** The present text of a comment that mentioned the account and has changed since it was written. Null for all others. */
    changed: string | null;
  };

/** Over `notifications n`: what a message can tell now. Joins posts, comments and users. */
const TOLD = sql`FROM notifications n ${SUBJECTS} ${ACTOR}
  JOIN notification_preferences w ON w.user_id = n.user_id AND w.kind = n.kind AND w.email <> 'off'`;

/** Over the same: what a message about a notice tells. The version of a comment grows with each edit. */
const FACTS = sql`n.kind, coalesce(u.name, '') AS actor, p.title, p.slug, p.id AS "postId", p.author_id AS "postAuthorId",
  CASE WHEN n.kind = 'comment_mention' AND c.version > 1 THEN c.body END AS changed`;

/** What notices tell at the time when their messages are sent. */
@Injectable()
export class CurrentNoticesRepository {
  constructor(private readonly database: Database) {}

  /** Returns an active account whose address is not refused by the mail server. Reads users. */
  async account(id: Id): Promise<(Reader & Mailbox) | undefined> {
    const rows = await this.database.query<Reader & Mailbox>(sql`
      SELECT u.id, u.name, u.email, u.role FROM users u LEFT JOIN notification_refusals r ON r.user_id = u.id
      WHERE u.id = ${id} AND u.active AND u.email IS NOT NULL AND NOT ${isPaused}`);
    return rows[0];
  }

  /**
   * Returns the notice of an event, or undefined if the account cannot see it or wants no messages of its kind any more. There
   * are no messages about a post that is not public.
   */
  async one(by: Reader, eventId: Id): Promise<(Digested & Pick<NoticeFacts, 'text'>) | undefined> {
    const rows = await this.database.query<Digested & Pick<NoticeFacts, 'text'>>(sql`
      SELECT ${FACTS},
        CASE WHEN c.id IS NULL THEN coalesce(p.excerpt, p.summary) ELSE c.body END AS text
      ${TOLD}
      WHERE n.event_id = ${eventId} AND n.user_id = ${by.id} AND p.status = 'published' AND ${shownTo(by)}`);
    return rows[0];
  }

  /** Returns those of the notices that are unread, and that the account can see and wants messages about, the last ones first. */
  some(by: Reader, ids: Id[]): Promise<Digested[]> {
    return this.database.query(sql`
      SELECT ${FACTS}
      ${TOLD}
      WHERE n.id = ANY(${ids}::uuid[]) AND n.user_id = ${by.id} AND n.read_at IS NULL AND ${shownTo(by)}
      ORDER BY n.created_at DESC, n.id DESC`);
  }
}
