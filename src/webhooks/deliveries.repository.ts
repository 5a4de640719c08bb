import { Injectable } from '@nestjs/common';
import { empty, type Sql } from 'sql-template-tag';
import { v7 as uuidv7 } from 'uuid';
import { Database, sql } from '../platform/database/database.js';
import type { Position } from '../platform/lists/cursors.js';
import { keyset, type SortKey } from '../platform/lists/keyset.js';
import type { Id } from '../platform/schemas/schemas.js';
import { ResourceLocks } from './resource-locks.js';
import type { DeliveryView, ListDeliveriesQuery } from './webhooks.schemas.js';

/** The class of locks that the default of webhook_deliveries.created_at uses. */
const DELIVERY_WRITERS = 771_008;

export const DELIVERY_SORT_KEYS: Record<ListDeliveriesQuery['sort']['key'], SortKey> = {
  createdAt: { expression: sql`d.created_at`, type: 'timestamptz', writers: DELIVERY_WRITERS },
};

/**
 * The deliveries that one statement adds. 200 events for 1,000 webhooks would take longer than a statement may, again and
 * again.
 */
const INSERTED_AT_ONCE = 2000;

/** What is sent about an event. */
export interface Message {
  /** The id of the event. */
  id: Id;
  eventType: string;
  /** Deliveries of the same resource are made in order. Null for a test. */
  resource: string | null;
  body: string;
}

/** A delivery to add. */
export interface NewDelivery {
  webhookId: Id;
  message: Pick<Message, 'id' | 'resource'>;
}

const attempts = (body: Sql) => sql`coalesce((
  SELECT json_agg(json_build_object('at', replace(timezone('UTC', a.at)::text, ' ', 'T') || 'Z', 'status', a.status,
      'durationMs', a.duration_ms, 'error', a.error ${body})
    ORDER BY a.number)
  FROM webhook_attempts a WHERE a.delivery_id = d.id), '[]')`;

const COLUMNS = sql`d.id, d.webhook_id AS "webhookId", d.message_id AS "eventId", m.event_type AS "eventType", d.state,
  CASE WHEN d.state = 'pending' AND d.is_head THEN d.next_attempt_at END AS "nextAttemptAt", d.created_at AS "createdAt"`;

/** The deliveries and their messages, as administrators see and add them. */
@Injectable()
export class DeliveriesRepository {
  constructor(
    private readonly database: Database,
    private readonly locks: ResourceLocks,
  ) {}

  list(
    webhookId: Id,
    query: ListDeliveriesQuery,
    start: Position | undefined,
    before?: string,
  ): Promise<(DeliveryView & { sortKey: string })[]> {
    const key = DELIVERY_SORT_KEYS[query.sort.key];
    const { after, orderBy, limit } = keyset(key, sql`d.id`, query, start, before);
    const { state, eventType, eventId } = query.filter;
    return this.database.query(sql`
      SELECT ${COLUMNS}, ${attempts(empty)} AS attempts, ${key.expression} AS "sortKey"
      FROM webhook_deliveries d JOIN webhook_messages m ON m.id = d.message_id
      WHERE d.webhook_id = ${webhookId} ${state ? sql`AND d.state = ANY(${state}::text[])` : empty}
        ${eventType ? sql`AND m.event_type = ANY(${eventType}::text[])` : empty}
        ${eventId ? sql`AND d.message_id = ANY(${eventId}::uuid[])` : empty} ${after} ${orderBy} ${limit}`);
  }

  async find(id: Id): Promise<(DeliveryView & { resource: string | null }) | undefined> {
    const [row] = await this.database.query<DeliveryView & { resource: string | null }>(sql`
      SELECT ${COLUMNS}, ${attempts(sql`, 'responseBody', a.response_body`)} AS attempts, m.body, d.resource
      FROM webhook_deliveries d JOIN webhook_messages m ON m.id = d.message_id WHERE d.id = ${id}`);
    return row;
  }

  /** A message that exists already remains as it was sent. It counts as new, so that it is not deleted because of its age. */
  async insertMessages(messages: Message[]): Promise<void> {
    await this.database.query(sql`
      INSERT INTO webhook_messages (id, event_type, body)
      SELECT * FROM unnest(${messages.map(({ id }) => id)}::uuid[], ${messages.map(({ eventType }) => eventType)}::text[],
        ${messages.map(({ body }) => body)}::text[])
      ON CONFLICT (id) DO UPDATE SET created_at = excluded.created_at`);
  }

  /** The message of a delivery counts as new. @returns false if the delivery does not exist */
  async renewMessage(deliveryId: Id): Promise<boolean> {
    const rows = await this.database.query(sql`
      UPDATE webhook_messages m SET created_at = now()
      FROM webhook_deliveries d WHERE d.id = ${deliveryId} AND m.id = d.message_id RETURNING 1`);
    return rows.length > 0;
  }

  /**
   * Adds deliveries in this order. The first pending delivery of a resource can be sent, and the others wait for it. The
   * webhooks must be locked against deletion.
   * @returns their ids
   */
  async insert(deliveries: NewDelivery[]): Promise<Id[]> {
    await this.locks.acquire(deliveries.map(({ message }) => message.resource));
    const ids: Id[] = [];
    for (let at = 0; at < deliveries.length; at += INSERTED_AT_ONCE)
      ids.push(...(await this.insertSome(deliveries.slice(at, at + INSERTED_AT_ONCE))));
    return ids;
  }

  private async insertSome(deliveries: NewDelivery[]): Promise<Id[]> {
    const ids = deliveries.map(() => uuidv7());
    await this.database.query(sql`
      WITH given AS (
        SELECT *, row_number() OVER (PARTITION BY webhook_id, resource ORDER BY n) AS nth
        FROM unnest(${ids}::uuid[], ${deliveries.map(({ webhookId }) => webhookId)}::uuid[],
          ${deliveries.map(({ message }) => message.id)}::uuid[],
          ${deliveries.map(({ message }) => message.resource)}::text[])
          WITH ORDINALITY AS given(id, webhook_id, message_id, resource, n)
      )
      INSERT INTO webhook_deliveries (id, webhook_id, message_id, resource, next_attempt_at, is_head)
      SELECT g.id, g.webhook_id, g.message_id, g.resource, now(),
        g.resource IS NULL OR (g.nth = 1 AND NOT EXISTS (
          SELECT 1 FROM webhook_deliveries d
          WHERE d.webhook_id = g.webhook_id AND d.resource = g.resource AND d.state = 'pending'))
      FROM given g ORDER BY g.n`);
    return ids;
  }

  /** Makes a pending delivery due. One that waits for an earlier one continues to wait. */
  async hurry(id: Id): Promise<void> {
    await this.database.query(
      sql`UPDATE webhook_deliveries SET next_attempt_at = now() WHERE id = ${id} AND state = 'pending' AND is_head`,
    );
  }

  /** Deletes one batch of old deliveries that nothing waits for. @returns their number */
  async deleteOld(days: number, most: number): Promise<number> {
    const rows = await this.database.query(sql`
      DELETE FROM webhook_deliveries WHERE id IN (
        SELECT id FROM webhook_deliveries
        WHERE state <> 'pending' AND created_at < now() - make_interval(days => ${days})
        ORDER BY created_at LIMIT ${most} FOR UPDATE SKIP LOCKED)
      RETURNING 1`);
    return rows.length;
  }

  /** Deletes one batch of old messages without deliveries. @returns their number */
  async deleteOldMessages(days: number, most: number): Promise<number> {
    const rows = await this.database.query(sql`
      DELETE FROM webhook_messages WHERE id IN (
        SELECT m.id FROM webhook_messages m
        WHERE m.created_at < now() - make_interval(days => ${days})
          AND NOT EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.message_id = m.id)
        ORDER BY m.created_at LIMIT ${most} FOR UPDATE SKIP LOCKED)
      RETURNING 1`);
    return rows.length;
  }
}
