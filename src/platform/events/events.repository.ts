import { Injectable } from '@nestjs/common';
import { bulk, empty, type Sql } from 'sql-template-tag';
import { Database, sql } from '../database/database.js';
import type { Id } from '../schemas/schemas.js';
import type { LoggedEvent, LogEnds, LogPlace, LogWindow, NewEvent } from './event.js';

/** The channel that announces a new head of the log. Its payload is the position. */
export const EVENTS_CHANNEL = 'galley_events';

/** The columns of a `LoggedEvent`. Positions are below 2^53. */
const COLUMNS = sql`e.id, e.position::float8 AS position, e.type, e.actor_id AS "actorId", e.is_public AS "isPublic",
  e.owner_ids AS "ownerIds", e.is_silent AS "isSilent", e.data, e.before, e.occurred_at AS "occurredAt",
  json_build_object('type', e.resource_type, 'id', e.resource_id, 'version', e.resource_version) AS resource`;

/** How far a consumer is behind. */
export interface ConsumerLag {
  consumer: string;
  lag: number;
  seconds: number;
}

const json = (value: object | undefined) => (value === undefined ? null : JSON.stringify(value));

@Injectable()
export class EventsRepository {
  constructor(private readonly database: Database) {}

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  async insert(events: NewEvent[], ids: Id[]): Promise<void> {
    const rows = events.map(({ type, resource, actorId, isPublic, ownerIds, isSilent, ...more }, n) => [
      ...[ids[n], type, resource.type, resource.id, resource.version, actorId, isPublic],
      ...[ownerIds ?? [], isSilent ?? false, json(more.data), json(more.before)],
    ]);
    await this.database.query(sql`
      INSERT INTO events (id, type, resource_type, resource_id, resource_version, actor_id, is_public, owner_ids,
        is_silent, data, before)
      VALUES ${bulk(rows)}`);
  }

  /** Returns the head of the log, and whether committed events wait for their position. */
  async look(): Promise<{ head: number; isPending: boolean }> {
    const [row] = await this.database.query<{ head: number; isPending: boolean }>(sql`
      SELECT head::float8 AS head, EXISTS (SELECT 1 FROM events WHERE position IS NULL) AS "isPending"
      FROM event_log`);
    return row as { head: number; isPending: boolean };
  }

  async ends(): Promise<LogEnds> {
    const [row] = await this.database.query<LogEnds>(sql`
      SELECT head::float8 AS head, floor::float8 AS floor, clock_timestamp() AS now FROM event_log`);
    return row as LogEnds;
  }

  /** Waits until no other process assigns positions, and prevents it until the transaction ends. */
  async lockLog(): Promise<void> {
    await this.database.query(sql`SELECT 1 FROM event_log FOR UPDATE`);
  }

  /**
   * Assigns the next positions to committed events. The lock of the log must be held, and have been acquired by an
   * earlier statement, because the snapshot of this one must be newer than the lock.
   * @returns the number of events
   */
  async assignPositions(most: number): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(sql`
      WITH next AS (
        SELECT seq, row_number() OVER (ORDER BY seq) AS n
        FROM (SELECT seq FROM events WHERE position IS NULL ORDER BY seq LIMIT ${most}) pending
      ), placed AS (
        UPDATE events e SET position = l.head + next.n FROM next, event_log l WHERE e.seq = next.seq RETURNING 1
      ), moved AS (
        UPDATE event_log SET head = head + (SELECT count(*) FROM placed) RETURNING head
      )
      SELECT (SELECT count(*) FROM placed)::int AS count, pg_notify(${EVENTS_CHANNEL}, head::text) FROM moved`);
    return row?.count ?? 0;
  }

  /** Returns events after a position, in the order of commits. */
  after(position: number, most: number, condition: Sql = empty): Promise<LoggedEvent[]> {
    return this.database.query(sql`
      SELECT ${COLUMNS} FROM events e WHERE e.position > ${position} ${condition} ORDER BY e.position LIMIT ${most}`);
  }

  /** Returns the positions of events, in the order of commits. */
  async positions(condition: Sql, most: number): Promise<number[]> {
    const rows = await this.database.query<{ position: number }>(sql`
      SELECT e.position::float8 AS position FROM events e
      WHERE e.position > 0 ${condition} ORDER BY e.position LIMIT ${most}`);
    return rows.map(({ position }) => position);
  }

  /** Returns the events at these positions, in the order of commits. */
  at(positions: number[]): Promise<LoggedEvent[]> {
    return this.database.query(
      sql`SELECT ${COLUMNS} FROM events e WHERE e.position = ANY(${positions}::bigint[]) ORDER BY e.position`,
    );
  }

  async find(id: Id): Promise<LoggedEvent | undefined> {
    const [event] = await this.database.query<LoggedEvent>(
      sql`SELECT ${COLUMNS} FROM events e WHERE e.id = ${id}`,
    );
    return event;
  }

  /** Returns the last place of the log. */
  async end(): Promise<LogPlace> {
    const [row] = await this.database.query<LogPlace>(sql`
      SELECT head::float8 AS position, (SELECT id FROM events WHERE position = head) AS id FROM event_log`);
    return row as LogPlace;
  }

  /**
   * Returns the events of the next `span` positions, at most `most` of them, and the ends of the log at the same
   * moment, so that no event can be purged between both.
   */
  async window(
    position: number,
    { span, most }: { span: number; most: number },
    condition: Sql,
  ): Promise<LogWindow> {
    const rows = await this.database.query<Omit<LogWindow, 'events'> & LoggedEvent>(sql`
      SELECT l.head::float8 AS head, l.floor::float8 AS floor,
        (SELECT id FROM events WHERE position = ${position}) AS "startId",
        (SELECT id FROM events WHERE position = (SELECT least(${position + span}, head) FROM event_log)) AS "endId",
        found.*
      FROM event_log l LEFT JOIN LATERAL (
        SELECT ${COLUMNS} FROM events e
        WHERE e.position > ${position} AND e.position <= ${position + span} ${condition}
        ORDER BY e.position LIMIT ${most}
      ) found ON true ORDER BY found.position`);
    const { head, floor, startId, endId } = rows[0] as Omit<LogWindow, 'events'>;
    return { head, floor, startId, endId, events: rows.filter((row) => (row.id as Id | null) !== null) };
  }

  /** Creates the position of a consumer at the head of the log if it has none. */
  register(consumer: string): Promise<void> {
    return this.write(sql`
      INSERT INTO event_consumers (name, position) SELECT ${consumer}, head FROM event_log
      ON CONFLICT (name) DO NOTHING`);
  }

  /** Tells whether a consumer has not taken all events, or has no position yet. It locks nothing. */
  async isBehind(consumer: string): Promise<boolean> {
    const [row] = await this.database.query<{ behind: boolean }>(sql`
      SELECT c.position IS DISTINCT FROM l.head AS behind
      FROM event_log l LEFT JOIN event_consumers c ON c.name = ${consumer}`);
    return row?.behind === true;
  }

  /** Returns the position of a consumer, and locks it. Undefined if another process has locked it. */
  async lockConsumer(consumer: string): Promise<number | undefined> {
    const [row] = await this.database.query<{ position: number }>(sql`
      SELECT position::float8 AS position FROM event_consumers WHERE name = ${consumer} FOR UPDATE SKIP LOCKED`);
    return row?.position;
  }

  async positionOfConsumer(consumer: string): Promise<number | undefined> {
    const [row] = await this.database.query<{ position: number }>(sql`
      SELECT position::float8 AS position FROM event_consumers WHERE name = ${consumer}`);
    return row?.position;
  }

  /** Moves a consumer forward. It does nothing if another process has moved it further. */
  moveConsumer(consumer: string, position: number): Promise<void> {
    return this.write(sql`
      UPDATE event_consumers SET position = ${position} WHERE name = ${consumer} AND position < ${position}`);
  }

  /** Returns how many events each consumer has not taken yet, and how long the first of them has waited in seconds. */
  lags(): Promise<ConsumerLag[]> {
    return this.database.query(sql`
      SELECT c.name AS consumer, (l.head - c.position)::float8 AS lag, coalesce(
        (SELECT extract(epoch FROM now() - e.occurred_at) FROM events e WHERE e.position > c.position
         ORDER BY e.position LIMIT 1), 0)::float8 AS seconds
      FROM event_consumers c, event_log l`);
  }

  /**
   * Deletes the oldest events that are older than `days` and that every consumer has taken. It reads no more than it can
   * delete, and stops at the first event that stays, so that the cost does not depend on the length of the log.
   * @returns the number of events
   */
  async deleteOld(days: number, most: number): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(sql`
      WITH first AS (
        SELECT e.seq, e.position, e.occurred_at < now() - make_interval(days => ${days}) AS is_old
        FROM events e
        WHERE e.position > (SELECT floor FROM event_log)
          AND e.position <= (SELECT coalesce(min(position), 0) FROM event_consumers)
        ORDER BY e.position LIMIT ${most}
      ), old AS (
        DELETE FROM events WHERE seq IN (
          SELECT seq FROM first
          WHERE position < coalesce((SELECT min(position) FROM first WHERE NOT is_old), 9223372036854775807))
        RETURNING position
      ), moved AS (
        UPDATE event_log SET floor = greatest(floor, (SELECT max(position) FROM old))
        WHERE EXISTS (SELECT 1 FROM old)
      )
      SELECT count(*)::int AS count FROM old`);
    return row?.count ?? 0;
  }

  private async write(statement: Sql): Promise<void> {
    await this.transaction(() => this.database.query(statement));
  }
}
