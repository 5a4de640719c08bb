import { Injectable } from '@nestjs/common';
import { Database, sql } from '../platform/database/database.js';
import type { Id } from '../platform/schemas/schemas.js';
import { inSlices } from './in-slices.js';

/** What a key of another system became here. */
export interface KeyMapping {
  id: Id;
  /** In this import, not in an earlier one: `now()` stands still within a transaction. */
  isFresh: boolean;
}

/** Any number that no other program on the same database uses for an advisory lock. */
const LOCK_KEY = 6_284_519_204;

@Injectable()
export class ImportKeysRepository {
  constructor(private readonly database: Database) {}

  /** False while another import is running; held until the transaction ends. */
  async tryLock(): Promise<boolean> {
    const [row] = await this.database.query<{ locked: boolean }>(
      sql`SELECT pg_try_advisory_xact_lock(${LOCK_KEY}) AS locked`,
    );
    return row?.locked === true;
  }

  /** What follows can be taken back without ending the transaction, which may be somebody else's. */
  async beginTrial(): Promise<void> {
    await this.database.query(sql`SAVEPOINT trial`);
  }

  async takeBack(): Promise<void> {
    await this.database.query(sql`ROLLBACK TO SAVEPOINT trial`);
  }

  async find(keys: string[]): Promise<Map<string, KeyMapping>> {
    const known = new Map<string, KeyMapping>();
    for (const some of inSlices(keys)) {
      const rows = await this.database.query<KeyMapping & { key: string }>(sql`
        SELECT key, resource_id AS id, created_at = now() AS "isFresh"
        FROM import_keys WHERE key = ANY(${some})`);
      for (const { key, id, isFresh } of rows) known.set(key, { id, isFresh });
    }
    return known;
  }

  /** A key that is there gets another resource: what it stood for is gone. */
  async add(made: { key: string; id: Id }[]): Promise<void> {
    for (const some of inSlices(made)) {
      await this.database.query(sql`
        INSERT INTO import_keys (key, resource_id)
        SELECT * FROM unnest(${some.map((one) => one.key)}::text[], ${some.map((one) => one.id)}::uuid[])
        ON CONFLICT (key) DO UPDATE SET resource_id = excluded.resource_id`);
    }
  }
}
