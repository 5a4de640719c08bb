import { Injectable } from '@nestjs/common';
import type { Sql } from 'sql-template-tag';
import { Database, sql } from '../platform/database/database.js';
import type { Id } from '../platform/schemas/schemas.js';
import { type Reader, shownTo, SUBJECTS } from './notifications.sql.js';

/** The day in UTC of a slot. The hour of the messages is a setting, so the slots of a day can differ. */
const day = (slot: Sql | string): Sql => sql`(${slot}::timestamptz AT TIME ZONE 'UTC')::date`;

@Injectable()
export class DigestsRepository {
  constructor(private readonly database: Database) {}

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /** Returns the last time at which it was this hour in UTC, as RFC 3339 text. */
  async lastSlot(hour: number): Promise<string> {
    const [row] = await this.database.query<{ slot: string }>(sql`
      SELECT (date_trunc('day', now() AT TIME ZONE 'UTC' - make_interval(hours => ${hour}))
        + make_interval(hours => ${hour})) AT TIME ZONE 'UTC' AS slot`);
    return (row as { slot: string }).slot;
  }

  /** Returns the next accounts after an id with notices from before the slot that have had no message of its day. */
  async waiting(slot: string, after: Id, most: number): Promise<Id[]> {
    const rows = await this.database.query<{ id: Id }>(sql`
      SELECT DISTINCT n.user_id AS id FROM notifications n
      WHERE n.awaits_digest AND n.user_id > ${after} AND n.created_at < ${slot} AND NOT EXISTS (
        SELECT 1 FROM notification_digests d WHERE d.user_id = n.user_id AND ${day(sql`d.slot`)} >= ${day(slot)})
      ORDER BY n.user_id LIMIT ${most}`);
    return rows.map(({ id }) => id);
  }

  /** Returns false if the account has had its message of the day, also at another hour. The primary key decides between processes. */
  async claim(userId: Id, slot: string): Promise<boolean> {
    const rows = await this.database.query(sql`
      INSERT INTO notification_digests AS d (user_id, slot) VALUES (${userId}, ${slot})
      ON CONFLICT (user_id) DO UPDATE SET slot = excluded.slot
      WHERE ${day(sql`d.slot`)} < ${day(sql`excluded.slot`)} RETURNING 1`);
    return rows.length > 0;
  }

  /** Takes the notices of an account from before the slot, whoever shows them. */
  async discard(userId: Id, slot: string): Promise<void> {
    await this.database.query(sql`
      UPDATE notifications SET awaits_digest = false
      WHERE user_id = ${userId} AND awaits_digest AND created_at < ${slot}`);
  }

  /**
   * Takes the notices of an account from before the slot, and returns the last of those that are unread, that the account
   * can see and about which it still wants messages. `count` is the number of all of them. Joins posts and comments.
   */
  async take(by: Reader, slot: string, most: number): Promise<{ ids: Id[]; count: number }> {
    const rows = await this.database.query<{ id: Id; count: number }>(sql`
      WITH taken AS (
        UPDATE notifications SET awaits_digest = false
        WHERE user_id = ${by.id} AND awaits_digest AND created_at < ${slot}
        RETURNING id, user_id, kind, post_id, comment_id, read_at, created_at
      )
      SELECT n.id, (count(*) OVER ())::int AS count FROM taken n ${SUBJECTS}
        JOIN notification_preferences w ON w.user_id = n.user_id AND w.kind = n.kind AND w.email <> 'off'
      WHERE n.read_at IS NULL AND ${shownTo(by)}
      ORDER BY n.created_at DESC, n.id DESC LIMIT ${most}`);
    return { ids: rows.map(({ id }) => id), count: rows[0]?.count ?? 0 };
  }
}
