import { Injectable } from '@nestjs/common';
import { empty } from 'sql-template-tag';
import { Database, sql } from '../platform/database/database.js';
import type { Position } from '../platform/lists/cursors.js';
import { keyset, type SortKey } from '../platform/lists/keyset.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { SealedSecrets } from './webhook-secrets.js';
import { SEALED_SECRETS } from './webhook-secrets.sql.js';
import type { DisabledReason } from './webhook.entity.js';
import type { ListWebhooksQuery, UpdateWebhook, WebhookView } from './webhooks.schemas.js';

/** The class of locks that the default of webhooks.created_at uses. */
const WEBHOOK_WRITERS = 771_007;

export const WEBHOOK_SORT_KEYS: Record<ListWebhooksQuery['sort']['key'], SortKey> = {
  createdAt: { expression: sql`w.created_at`, type: 'timestamptz', writers: WEBHOOK_WRITERS },
};

/** A webhook without its secrets. */
export type WebhookRow = Omit<WebhookView, 'secret'>;

const COLUMNS = sql`w.id, w.url, w.events, w.description, w.active, w.disabled_reason AS "disabledReason",
  w.failing_since AS "failingSince", w.owner_id AS "ownerId", w.created_at AS "createdAt",
  w.updated_at AS "updatedAt", w.version`;

/** The lock of all writes that add a webhook, so that their number stays within its limit. */
const ADDING = 771_107;

/** With more, a request would have too many signatures. */
const MOST_OLDER_SECRETS = 4;

/** The deliveries that one statement deletes. A month of a busy webhook would take longer than a statement may. */
const DELETED_AT_ONCE = 2000;
/** The same for deliveries that become due. */
const HURRIED_AT_ONCE = 2000;

@Injectable()
export class WebhooksRepository {
  constructor(private readonly database: Database) {}

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  list(
    query: ListWebhooksQuery,
    start: Position | undefined,
    before?: string,
  ): Promise<(WebhookRow & { sortKey: string })[]> {
    const key = WEBHOOK_SORT_KEYS[query.sort.key];
    const { after, orderBy, limit } = keyset(key, sql`w.id`, query, start, before);
    const { active } = query.filter;
    return this.database.query(sql`
      SELECT ${COLUMNS}, ${key.expression} AS "sortKey" FROM webhooks w
      WHERE true ${active === undefined ? empty : sql`AND w.active = ${active}`} ${after} ${orderBy} ${limit}`);
  }

  async find(id: Id): Promise<WebhookRow | undefined> {
    const [row] = await this.database.query<WebhookRow>(
      sql`SELECT ${COLUMNS} FROM webhooks w WHERE w.id = ${id}`,
    );
    return row;
  }

  /** Prevents other changes of the webhook until the transaction ends. */
  async lock(id: Id): Promise<WebhookRow | undefined> {
    const [row] = await this.database.query<WebhookRow>(
      sql`SELECT ${COLUMNS} FROM webhooks w WHERE w.id = ${id} FOR NO KEY UPDATE`,
    );
    return row;
  }

  /** Counts the webhooks, and prevents others from adding one until the transaction ends. */
  async count(): Promise<number> {
    await this.database.query(sql`SELECT pg_advisory_xact_lock(${ADDING})`);
    const [row] = await this.database.query<{ count: number }>(
      sql`SELECT count(*)::int AS count FROM webhooks`,
    );
    return row?.count ?? 0;
  }

  async insert(
    webhook: Pick<WebhookRow, 'id' | 'url' | 'events' | 'active' | 'ownerId'> & {
      description: string | null;
      secret: string;
    },
  ): Promise<void> {
    const { id, ownerId, url, events, description, active, secret } = webhook;
    await this.database.query(sql`
      INSERT INTO webhooks (id, owner_id, url, events, description, active, secret, created_at, updated_at)
      SELECT ${id}::uuid, ${ownerId}::uuid, ${url}, ${events}::text[], ${description}, ${active}::boolean, ${secret},
        written, written
      FROM galley_moment_of_writing(${WEBHOOK_WRITERS}::integer) AS written`);
  }

  /** Whoever sets `active` decides anew, so the reason and the failures of the past no longer apply. */
  async update(id: Id, { url, events, description, active }: UpdateWebhook): Promise<void> {
    await this.database.query(sql`
      UPDATE webhooks w SET version = version + 1, updated_at = clock_timestamp()
        ${url === undefined ? empty : sql`, url = ${url}`}
        ${events === undefined ? empty : sql`, events = ${events}::text[]`}
        ${description === undefined ? empty : sql`, description = ${description}`}
        ${active === undefined ? empty : sql`, active = ${active}, disabled_reason = NULL, failing_since = NULL, rest_until = NULL`}
      WHERE w.id = ${id}`);
  }

  /** Ends the pause of a receiver that did not answer. It is no part of the webhook that an ETag names. */
  async endRest(id: Id): Promise<void> {
    await this.database.query(
      sql`UPDATE webhooks SET rest_until = NULL WHERE id = ${id} AND rest_until IS NOT NULL`,
    );
  }

  /**
   * The previous secret signs as well for the hours of the overlap, and so do those of rotations whose overlap has not ended:
   * the response with the previous one may have been lost, so that the receiver has an older one.
   */
  async rotate(id: Id, secret: string, overlapHours: number): Promise<void> {
    await this.database.query(sql`
      UPDATE webhooks w SET previous_secret = secret, secret = ${secret}, version = version + 1, updated_at = clock_timestamp(),
        previous_secret_until = now() + make_interval(hours => ${overlapHours}),
        older_secrets = (
          SELECT coalesce(jsonb_agg(older ORDER BY n), '[]') FROM (
            SELECT older, n FROM jsonb_array_elements(
                jsonb_build_object('secret', previous_secret, 'until', previous_secret_until) || older_secrets)
              WITH ORDINALITY AS all_older(older, n)
            WHERE (older->>'until')::timestamptz > now() ORDER BY n LIMIT ${MOST_OLDER_SECRETS}) kept)
      WHERE id = ${id}`);
  }

  /** Prevents other changes of one batch of webhooks until the transaction ends. */
  lockSecrets(after: Id | undefined, most: number): Promise<({ id: Id } & SealedSecrets)[]> {
    return this.database.query(sql`
      SELECT w.id, ${SEALED_SECRETS} FROM webhooks w ${after === undefined ? empty : sql`WHERE w.id > ${after}`}
      ORDER BY w.id LIMIT ${most} FOR NO KEY UPDATE`);
  }

  /** Stores the same secrets in another seal, so the version of the webhook does not change. */
  async replaceSeals(id: Id, { secret, previousSecret, olderSecrets }: SealedSecrets): Promise<void> {
    await this.database.query(sql`
      UPDATE webhooks SET secret = ${secret}, previous_secret = ${previousSecret},
        older_secrets = ${JSON.stringify(olderSecrets)}::jsonb WHERE id = ${id}`);
  }

  async disable(id: Id, reason: DisabledReason): Promise<void> {
    await this.database.query(sql`
      UPDATE webhooks SET active = false, disabled_reason = ${reason}, version = version + 1, updated_at = clock_timestamp()
      WHERE id = ${id}`);
  }

  /**
   * Makes some of the pending deliveries of a webhook due that wait for their next attempt. Those that wait for an earlier one
   * of their resource continue to wait. The caller must lock the webhook.
   * @returns true if there can be more
   */
  async hurryDeliveries(id: Id): Promise<boolean> {
    const rows = await this.database.query(sql`
      UPDATE webhook_deliveries SET next_attempt_at = now() WHERE id IN (
        SELECT id FROM webhook_deliveries
        WHERE webhook_id = ${id} AND state = 'pending' AND is_head AND next_attempt_at > now()
        LIMIT ${HURRIED_AT_ONCE})
      RETURNING 1`);
    return rows.length === HURRIED_AT_ONCE;
  }

  /** Deletes some of the deliveries of a webhook. @returns true if there can be more */
  async deleteDeliveries(id: Id): Promise<boolean> {
    const rows = await this.database.query(sql`
      DELETE FROM webhook_deliveries WHERE id IN (
        SELECT id FROM webhook_deliveries WHERE webhook_id = ${id} LIMIT ${DELETED_AT_ONCE})
      RETURNING 1`);
    return rows.length === DELETED_AT_ONCE;
  }

  async delete(id: Id): Promise<void> {
    await this.database.query(sql`DELETE FROM webhooks WHERE id = ${id}`);
  }

  /** Returns the address of the owner, from users. Undefined if the account is gone, disabled or has no address. */
  async ownerOf(id: Id): Promise<{ name: string; email: string } | undefined> {
    const [row] = await this.database.query<{ name: string; email: string }>(sql`
      SELECT u.name, u.email FROM webhooks w JOIN users u ON u.id = w.owner_id
      WHERE w.id = ${id} AND u.active AND u.email IS NOT NULL`);
    return row;
  }

  /** Returns the active webhooks and what they subscribe to. */
  active(): Promise<Pick<WebhookRow, 'id' | 'events'>[]> {
    return this.database.query(sql`SELECT w.id, w.events FROM webhooks w WHERE w.active`);
  }

  /** Prevents the deletion of those webhooks that are still active. @returns their ids */
  async lockActive(ids: Id[]): Promise<Id[]> {
    const rows = await this.database.query<{ id: Id }>(sql`
      SELECT w.id FROM webhooks w WHERE w.id = ANY(${ids}::uuid[]) AND w.active FOR KEY SHARE`);
    return rows.map(({ id }) => id);
  }
}
