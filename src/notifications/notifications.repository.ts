import { Injectable } from '@nestjs/common';
import { empty, type Sql } from 'sql-template-tag';
import { Database, sql } from '../platform/database/database.js';
import { API_PATH } from '../platform/http/routes/api-path.js';
import type { Position } from '../platform/lists/cursors.js';
import { keyset, type SortKey } from '../platform/lists/keyset.js';
import type { Id } from '../platform/schemas/schemas.js';
import { type ListNotificationsQuery, MOST_COUNTED, type NotificationView } from './notifications.schemas.js';
import { ACTOR, type Reader, shownTo, SUBJECTS } from './notifications.sql.js';

/** Rows that one statement marks as read. */
const READ_AT_ONCE = 5000;

/** No register of writers is necessary, because only one transaction at a time inserts notices (`EventConsumers`). */
const CREATED_AT: SortKey = { expression: sql`n.created_at`, type: 'timestamptz' };

const COLUMNS = sql`n.id, n.kind,
  CASE WHEN u.id IS NOT NULL THEN json_build_object('id', u.id, 'name', u.name, 'avatarUrl', u.avatar_url) END AS actor,
  json_build_object('type', CASE WHEN n.comment_id IS NULL THEN 'post' ELSE 'comment' END,
    'id', coalesce(n.comment_id, n.post_id), 'title', p.title,
    'href', ${`${API_PATH}/`} || CASE WHEN n.comment_id IS NULL THEN 'posts/' ELSE 'comments/' END
      || coalesce(n.comment_id, n.post_id)) AS subject,
  n.read_at AS "readAt", n.created_at AS "createdAt"`;

@Injectable()
export class NotificationsRepository {
  constructor(private readonly database: Database) {}

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /** Returns a page of the notices of an account. Joins posts, comments and users. */
  list(
    by: Reader,
    query: ListNotificationsQuery,
    start: Position | undefined,
  ): Promise<(NotificationView & { sortKey: string })[]> {
    const { after, orderBy, limit } = keyset(CREATED_AT, sql`n.id`, query, start);
    const { unread, kind } = query.filter;
    return this.database.query(sql`
      SELECT ${COLUMNS}, ${CREATED_AT.expression} AS "sortKey" FROM notifications n ${SUBJECTS} ${ACTOR}
      WHERE n.user_id = ${by.id} AND n.in_app ${unread === undefined ? empty : isUnread(unread)}
        ${kind ? sql`AND n.kind = ANY(${kind}::text[])` : empty} AND ${shownTo(by)} ${after} ${orderBy} ${limit}`);
  }

  /** Counts the last unread notices, of which it reads a bounded number. Joins posts and comments. */
  async unreadCount(by: Reader): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(sql`
      SELECT count(*)::int AS count FROM (
        SELECT kind, post_id, comment_id FROM notifications
        WHERE user_id = ${by.id} AND in_app AND read_at IS NULL ORDER BY created_at DESC, id DESC LIMIT ${MOST_COUNTED}
      ) n ${SUBJECTS} WHERE ${shownTo(by)}`);
    return row?.count ?? 0;
  }

  /** Returns the notice of one event for an account, if it is shown in the app. Joins posts, comments and users. */
  async ofEvent(eventId: Id, by: Reader): Promise<NotificationView | undefined> {
    const rows = await this.database.query<NotificationView>(sql`
      SELECT ${COLUMNS} FROM notifications n ${SUBJECTS} ${ACTOR}
      WHERE n.event_id = ${eventId} AND n.user_id = ${by.id} AND n.in_app AND ${shownTo(by)}`);
    return rows[0];
  }

  /** Returns those of the accounts that have a notice of the event in the app. */
  async holders(eventId: Id, among: Id[]): Promise<Id[]> {
    const rows = await this.database.query<{ id: Id }>(sql`
      SELECT user_id AS id FROM notifications
      WHERE event_id = ${eventId} AND user_id = ANY(${among}::uuid[]) AND in_app`);
    return rows.map(({ id }) => id);
  }

  async read(userId: Id, ids: Id[]): Promise<void> {
    await this.database.query(sql`
      UPDATE notifications SET read_at = clock_timestamp()
      WHERE user_id = ${userId} AND id = ANY(${ids}::uuid[]) AND read_at IS NULL`);
  }

  async exists(userId: Id, id: Id): Promise<boolean> {
    const rows = await this.database.query(
      sql`SELECT 1 FROM notifications WHERE id = ${id} AND user_id = ${userId} AND in_app`,
    );
    return rows.length > 0;
  }

  /**
   * Marks a notice and older ones as read, a limited number of them.
   * @returns true if there can be more
   */
  async readUpTo(userId: Id, id: Id): Promise<boolean> {
    const rows = await this.database.query(sql`
      UPDATE notifications SET read_at = clock_timestamp() WHERE id IN (
        SELECT n.id FROM notifications n JOIN notifications last ON last.id = ${id}
        WHERE n.user_id = ${userId} AND n.in_app AND n.read_at IS NULL
          AND (n.created_at, n.id) <= (last.created_at, last.id)
        ORDER BY n.created_at, n.id LIMIT ${READ_AT_ONCE})
      RETURNING 1`);
    return rows.length === READ_AT_ONCE;
  }

  /**
   * Deletes one batch of old notices. Their ids begin with their time, so the primary key finds them.
   * @returns the number of notices
   */
  async deleteOld(days: number, most: number): Promise<number> {
    const rows = await this.database.query(sql`
      DELETE FROM notifications WHERE id IN (
        SELECT id FROM notifications
        WHERE id < (lpad(to_hex(floor(extract(epoch FROM now() - make_interval(days => ${days})) * 1000)::bigint), 12, '0')
          || repeat('0', 20))::uuid
        ORDER BY id LIMIT ${most} FOR UPDATE SKIP LOCKED)
      RETURNING 1`);
    return rows.length;
  }
}

const isUnread = (unread: boolean): Sql =>
  unread ? sql`AND n.read_at IS NULL` : sql`AND n.read_at IS NOT NULL`;
