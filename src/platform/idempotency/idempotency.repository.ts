import { Injectable } from '@nestjs/common';
import { Database, sql } from '../database/database.js';
import type { Claim } from './claim.js';
import type { RecordedAnswer } from './recorded-answer.js';

export type StoredAnswer = RecordedAnswer & Pick<Claim, 'fingerprint'>;

const LIFE_HOURS = 24;
const fresh = sql`created_at > now() - make_interval(hours => ${LIFE_HOURS})`;

@Injectable()
export class IdempotencyRepository {
  constructor(private readonly database: Database) {}

  async find({ id }: Claim): Promise<StoredAnswer | undefined> {
    const rows = await this.database.query<StoredAnswer>(
      sql`SELECT fingerprint, status, headers, resource, resource_id AS "resourceId", convert_from(body, 'UTF8') AS body
          FROM idempotency_keys WHERE id = ${id} AND ${fresh}`,
    );
    return rows[0];
  }

  /** Returns false if another transaction uses the same key. The lock is held until this transaction ends. */
  async lock({ id }: Claim): Promise<boolean> {
    const [row] = await this.database.query<{ locked: boolean }>(
      sql`SELECT pg_try_advisory_xact_lock(${id.readBigInt64BE(0).toString()}::bigint) AS locked`,
    );
    return row?.locked === true;
  }

  /** Inserts a record, or replaces an expired one. */
  async insert({ id, fingerprint }: Claim, answer: RecordedAnswer): Promise<void> {
    const { status, headers, resource, resourceId, body } = answer;
    await this.database.query(sql`
      INSERT INTO idempotency_keys (id, fingerprint, status, headers, resource, resource_id, body)
      VALUES (${id}, ${fingerprint}, ${status}, ${JSON.stringify(headers)}, ${resource}, ${resourceId},
        convert_to(${body}, 'UTF8'))
      ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status,
        headers = excluded.headers, resource = excluded.resource, resource_id = excluded.resource_id,
        body = excluded.body, created_at = excluded.created_at`);
  }

  /**
   * Deletes at most `most` expired records.
   * @returns the number of deleted records
   */
  async deleteExpired(most: number): Promise<number> {
    const statement = sql`
      DELETE FROM idempotency_keys WHERE id IN (
        SELECT id FROM idempotency_keys WHERE NOT (${fresh}) ORDER BY created_at LIMIT ${most} FOR UPDATE SKIP LOCKED
      ) RETURNING 1 AS deleted`;
    return (await this.database.transaction(() => this.database.query(statement))).length;
  }
}
