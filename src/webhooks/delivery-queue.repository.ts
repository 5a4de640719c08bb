import { Injectable } from '@nestjs/common';
import { Database, sql } from '../platform/database/database.js';
import type { Id } from '../platform/schemas/schemas.js';
import { ResourceLocks } from './resource-locks.js';
import type { SealedSecrets } from './webhook-secrets.js';
import { SEALED_SECRETS } from './webhook-secrets.sql.js';

/** How long a job that does not renew its lease can still send to a webhook. */
const LEASE_SECONDS = 30;

/** A delivery whose time has come, with all that its request needs. */
export interface DueDelivery extends SealedSecrets {
  id: Id;
  webhookId: Id;
  eventId: Id;
  body: string;
  resource: string | null;
  url: string;
  /** The number of attempts that were made. */
  attempts: number;
}

/** What an attempt found out. */
export interface AttemptResult {
  at: string;
  status: number | null;
  durationMs: number;
  error: string | null;
  responseBody: string | null;
}

/** The state of the webhook when the result of an attempt is recorded. */
export interface HeldWebhook {
  /** True if all attempts of this number of days have failed. */
  isFailingFor: boolean;
}

/**
 * The queue of each webhook. One job at a time sends to it, which holds a lease. Everything that changes which delivery
 * of a resource is next holds the lock of the resource.
 */
@Injectable()
export class DeliveryQueueRepository {
  constructor(
    private readonly database: Database,
    private readonly locks: ResourceLocks,
  ) {}

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /** @returns the webhooks that nobody sends to although a delivery is due */
  async neglected(): Promise<Id[]> {
    const rows = await this.database.query<{ id: Id }>(sql`
      SELECT w.id FROM webhooks w
      WHERE (w.pump_until IS NULL OR w.pump_until < now()) AND (w.rest_until IS NULL OR w.rest_until < now())
        AND EXISTS (
          SELECT 1 FROM webhook_deliveries d
          WHERE d.webhook_id = w.id AND d.state = 'pending' AND d.is_head AND d.next_attempt_at <= now()
            AND (w.active OR d.resource IS NULL))`);
    return rows.map(({ id }) => id);
  }

  /** @returns false if another job sends to the webhook, or nobody may at present */
  async acquire(webhookId: Id, jobId: Id): Promise<boolean> {
    const rows = await this.database.query(sql`
      UPDATE webhooks SET pump_id = ${jobId}, pump_until = now() + make_interval(secs => ${LEASE_SECONDS})
      WHERE id = ${webhookId} AND (rest_until IS NULL OR rest_until < now())
        AND (pump_id = ${jobId} OR pump_until IS NULL OR pump_until < now())
      RETURNING 1`);
    return rows.length > 0;
  }

  /**
   * Renews the lease and locks the webhook.
   * @returns undefined if the lease was lost
   */
  async hold(webhookId: Id, jobId: Id, failingDays: number): Promise<HeldWebhook | undefined> {
    const [row] = await this.database.query<HeldWebhook>(sql`
      UPDATE webhooks w SET pump_until = now() + make_interval(secs => ${LEASE_SECONDS})
      WHERE w.id = ${webhookId} AND w.pump_id = ${jobId}
      RETURNING coalesce(w.failing_since < now() - make_interval(days => ${failingDays}), false) AS "isFailingFor"`);
    return row;
  }

  /** Ends the lease. @returns true if another delivery is due */
  async release(webhookId: Id, jobId: Id): Promise<boolean> {
    const rows = await this.database.query(
      sql`UPDATE webhooks SET pump_id = NULL, pump_until = NULL WHERE id = ${webhookId} AND pump_id = ${jobId} RETURNING 1`,
    );
    if (rows.length === 0) return false;
    const [row] = await this.database.query<{ isMore: boolean }>(sql`
      SELECT EXISTS (
        SELECT 1 FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
        WHERE d.webhook_id = ${webhookId} AND d.state = 'pending' AND d.is_head AND d.next_attempt_at <= now()
          AND (w.rest_until IS NULL OR w.rest_until < now()) AND (w.active OR d.resource IS NULL)) AS "isMore"`);
    return row?.isMore ?? false;
  }

  /** The receiver does not respond, so nothing is sent to it for a while. */
  async rest(webhookId: Id, seconds: number): Promise<void> {
    await this.database.query(
      sql`UPDATE webhooks SET rest_until = now() + make_interval(secs => ${seconds}) WHERE id = ${webhookId}`,
    );
  }

  /** Returns the next deliveries that are due, except those that are being sent. Tests are sent in any state. */
  due(webhookId: Id, sent: Id[], most: number): Promise<DueDelivery[]> {
    return this.database.query(sql`
      SELECT d.id, d.webhook_id AS "webhookId", d.message_id AS "eventId", m.body, d.resource, w.url, d.attempts,
        ${SEALED_SECRETS}
      FROM webhook_deliveries d JOIN webhook_messages m ON m.id = d.message_id JOIN webhooks w ON w.id = d.webhook_id
      WHERE d.webhook_id = ${webhookId} AND d.state = 'pending' AND d.is_head AND d.next_attempt_at <= now()
        AND (w.active OR d.resource IS NULL) AND d.id <> ALL(${sent}::uuid[])
      ORDER BY d.next_attempt_at, d.seq LIMIT ${most}`);
  }

  /** @returns false if the delivery has ended or was deleted meanwhile */
  async recordAttempt(deliveryId: Id, result: AttemptResult): Promise<boolean> {
    const { at, status, durationMs, error, responseBody } = result;
    const rows = await this.database.query(sql`
      WITH counted AS (
        UPDATE webhook_deliveries SET attempts = attempts + 1 WHERE id = ${deliveryId} AND state = 'pending' RETURNING attempts
      )
      INSERT INTO webhook_attempts (delivery_id, number, at, status, duration_ms, error, response_body)
      SELECT ${deliveryId}, attempts, ${at}, ${status}, ${Math.round(durationMs)}, ${error}, ${responseBody} FROM counted
      RETURNING 1`);
    return rows.length > 0;
  }

  /** The next delivery of the same resource becomes due. */
  async end({ id, webhookId, resource }: DueDelivery, state: 'delivered' | 'failed'): Promise<void> {
    await this.locks.acquire([resource]);
    await this.database.query(sql`
      UPDATE webhook_deliveries SET state = ${state}, is_head = false, next_attempt_at = NULL WHERE id = ${id}`);
    if (resource === null) return;
    await this.database.query(sql`
      UPDATE webhook_deliveries SET is_head = true, next_attempt_at = now() WHERE id = (
        SELECT id FROM webhook_deliveries
        WHERE webhook_id = ${webhookId} AND resource = ${resource} AND state = 'pending' ORDER BY seq LIMIT 1)`);
  }

  async postpone(id: Id, seconds: number): Promise<void> {
    await this.database.query(
      sql`UPDATE webhook_deliveries SET next_attempt_at = now() + make_interval(secs => ${seconds}) WHERE id = ${id}`,
    );
  }

  /** Notes whether the receiver works. Only a change writes. */
  async note(webhookId: Id, isFailing: boolean): Promise<void> {
    await this.database.query(sql`
      UPDATE webhooks SET failing_since = CASE WHEN ${isFailing} THEN now() END
      WHERE id = ${webhookId} AND (failing_since IS NOT NULL) <> ${isFailing}`);
  }

  /** Returns how much waits. `seconds` is how long the next delivery has been due although nothing prevents it. */
  async backlog(): Promise<{ pending: number; seconds: number; failing: number }> {
    const [row] = await this.database.query<{ pending: number; seconds: number; failing: number }>(sql`
      SELECT (SELECT count(*) FROM (SELECT 1 FROM webhook_deliveries WHERE state = 'pending' LIMIT 100000) c)::float8 AS pending,
        coalesce((
          SELECT max(extract(epoch FROM now() - greatest(due.at, w.rest_until))) FROM webhooks w CROSS JOIN LATERAL (
            SELECT min(d.next_attempt_at) AS at FROM webhook_deliveries d
            WHERE d.webhook_id = w.id AND d.state = 'pending' AND d.is_head) due
          WHERE w.active AND greatest(due.at, w.rest_until) <= now()), 0)::float8 AS seconds,
        (SELECT count(*) FROM webhooks WHERE active AND failing_since < now() - interval '1 hour')::float8 AS failing`);
    return row as { pending: number; seconds: number; failing: number };
  }
}
