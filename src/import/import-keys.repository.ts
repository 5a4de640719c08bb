import { Injectable } from '@nestjs/common';
import { raw } from 'sql-template-tag';
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

/**
 * Converts a key of an earlier release to its current form, for example to 'wordpress blog.example post 1' from
 * 'wordpress http://www.Blog.example post 1'. It is the expression of the index import_keys_old_site_idx.
 */
const OLD_KEY = raw(String.raw`('wordpress '
  || regexp_replace(lower(substring(key from '^wordpress https?://([^/ ]*)')), '^www\.|\.?(?::80|:443)?$', '', 'g')
  || substring(key from '^wordpress https?://[^/ ]*(.*)$'))`);

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

  /**
   * Returns the resources of these keys. The keys of earlier releases contain the address of the site as its export
   * spelled it. A site that was imported in several spellings keeps the first one.
   */
  async find(keys: string[]): Promise<Map<string, KeyMapping>> {
    const known = new Map<string, KeyMapping>();
    for (const some of inSlices(keys)) {
      const rows = await this.database.query<KeyMapping & { key: string }>(sql`
        SELECT key, id, "isFresh" FROM (
          SELECT key, resource_id AS id, created_at = now() AS "isFresh", NULL AS since
          FROM import_keys WHERE key = ANY(${some})
          UNION ALL
          SELECT ${OLD_KEY}, resource_id, false, created_at
          FROM import_keys WHERE key ~ '^wordpress https?://' AND ${OLD_KEY} = ANY(${some})) AS found
        ORDER BY since DESC NULLS LAST`);
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
