import { Injectable } from '@nestjs/common';
import { Database, sql } from '../platform/database/database.js';
import type { Id } from '../platform/schemas/schemas.js';
import { inSlices } from './in-slices.js';
import { CURRENT_FORM, olderForms } from './older-keys.js';

/** The resource that belongs to a key of another system. */
export interface KeyMapping {
  id: Id;
  /** True if this import created it: `now()` does not change within a transaction. */
  isFresh: boolean;
}

/** The resource with its key as it is stored, and the GUID of a post of WordPress. */
export interface StoredKey extends KeyMapping {
  key: string;
  guid: string | null;
}

export interface NewKey {
  key: string;
  id: Id;
  guid?: string;
}

/** A number that no other program uses for an advisory lock on the same database. */
const LOCK_KEY = 6_284_519_204;

/** Sites that were copied from each other share GUIDs. Nobody imports more copies than this. */
const MOST_COPIES = 10;

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
  async find(keys: string[]): Promise<Map<string, StoredKey>> {
    const known = new Map<string, StoredKey>();
    for (const some of inSlices(keys)) {
      const current = new Map(some.flatMap((key) => olderForms(key).map((form) => [form, key] as const)));
      const rows = await this.database.query<StoredKey & { form: string }>(sql`
        SELECT form, key, guid, id, "isFresh" FROM (
          SELECT key AS form, key, guid, resource_id AS id, created_at = now() AS "isFresh", NULL AS since
          FROM import_keys WHERE key = ANY(${some})
          UNION ALL
          SELECT ${CURRENT_FORM}, key, guid, resource_id, false, created_at
          FROM import_keys WHERE key ~ '^wordpress https?://' AND ${CURRENT_FORM} = ANY(${[...current.keys()]})) AS found
        ORDER BY since DESC NULLS LAST`);
      for (const { form, ...row } of rows) known.set(current.get(form) ?? form, row);
    }
    return known;
  }

  /** Stores keys that do not exist. */
  async addMissing(made: NewKey[]): Promise<void> {
    for (const some of inSlices(made)) {
      await this.database.query(sql`
        INSERT INTO import_keys (key, resource_id)
        SELECT * FROM unnest(${some.map((one) => one.key)}::text[], ${some.map((one) => one.id)}::uuid[])
        ON CONFLICT (key) DO NOTHING`);
    }
  }

  /** Returns the posts of earlier imports by GUID, the first ones first. Any number of posts can have the same GUID. */
  async findByGuid(guids: string[]): Promise<Map<string, StoredKey[]>> {
    const known = new Map<string, StoredKey[]>();
    for (const some of inSlices([...new Set(guids)])) {
      const rows = await this.database.query<StoredKey & { guid: string }>(sql`
        SELECT found.* FROM unnest(${some}::text[]) AS given(guid) CROSS JOIN LATERAL (
          SELECT key, guid, resource_id AS id, created_at = now() AS "isFresh" FROM import_keys
          WHERE import_keys.guid = given.guid ORDER BY created_at LIMIT ${MOST_COPIES}) AS found`);
      for (const row of rows) if (!row.isFresh) known.set(row.guid, [...(known.get(row.guid) ?? []), row]);
    }
    return known;
  }

  /** Returns the keys of posts of WordPress, without those of their addresses. Reads the whole table. */
  findKeysOf(ids: Id[]): Promise<StoredKey[]> {
    return this.database.query(sql`
      SELECT key, guid, resource_id AS id, created_at = now() AS "isFresh" FROM import_keys
      WHERE resource_id = ANY(${ids}::uuid[]) AND key ~ '^wordpress [^ ]* (?:post|guid) '`);
  }

  /** Stores keys. An existing key gets the new resource, because its previous one no longer exists. */
  async add(made: NewKey[]): Promise<void> {
    for (const some of inSlices(made)) {
      const [keys, ids] = [some.map(({ key }) => key), some.map(({ id }) => id)];
      await this.database.query(sql`
        INSERT INTO import_keys (key, resource_id, guid)
        SELECT * FROM unnest(${keys}::text[], ${ids}::uuid[], ${some.map(({ guid }) => guid ?? null)}::text[])
        ON CONFLICT (key) DO UPDATE SET resource_id = excluded.resource_id, guid = excluded.guid`);
    }
  }

  /** Stores the GUIDs of posts that an earlier release imported without them. */
  async learn(guids: { key: string; guid: string }[]): Promise<void> {
    for (const some of inSlices(guids)) {
      const [keys, values] = [some.map(({ key }) => key), some.map(({ guid }) => guid)];
      await this.database.query(sql`
        UPDATE import_keys SET guid = given.guid
        FROM unnest(${keys}::text[], ${values}::text[]) AS given(key, guid)
        WHERE import_keys.key = given.key AND import_keys.guid IS NULL`);
    }
  }
}
