import { Injectable } from '@nestjs/common';
import { Database, sql } from '../platform/database/database.js';
import type { Id } from '../platform/schemas/schemas.js';
import { inSlices } from './in-slices.js';

/** The resource that belongs to a key of another system. */
export interface KeyMapping {
  id: Id;
  /** True if this import created it: `now()` does not change within a transaction. */
  isFresh: boolean;
}

/** A number that no other program uses for an advisory lock on the same database. */
const LOCK_KEY = 6_284_519_204;

@Injectable()
export class ImportKeysRepository {
  constructor(private readonly database: Database) {}

  /** Returns false while another import is running. The lock is held until the transaction ends. */
  async tryLock(): Promise<boolean> {
    const [row] = await this.database.query<{ locked: boolean }>(
      sql`SELECT pg_try_advisory_xact_lock(${LOCK_KEY}) AS locked`,
    );
    return row?.locked === true;
  }

  /** Starts a part of the transaction that can be rolled back alone, because another caller may own the transaction. */
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

  /** Stores keys. An existing key gets the new resource, because its previous one no longer exists. */
  async add(made: { key: string; id: Id }[]): Promise<void> {
    for (const some of inSlices(made)) {
      await this.database.query(sql`
        INSERT INTO import_keys (key, resource_id)
        SELECT * FROM unnest(${some.map((one) => one.key)}::text[], ${some.map((one) => one.id)}::uuid[])
        ON CONFLICT (key) DO UPDATE SET resource_id = excluded.resource_id`);
    }
  }
}
