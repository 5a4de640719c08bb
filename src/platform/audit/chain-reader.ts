import { sql } from '../database/database.js';
import type { Queryable } from '../database/queryable.js';
import { CHAINED } from './audit.sql.js';
import { LEAST_RETENTION_DAYS } from './audit.settings.js';
import { ERASED } from './audit-log.js';
import type { ChainedEntry } from './chain.js';

/** A seal and its entry, of which all is null if it does not exist. */
export type ChainRow = { [Part in keyof ChainedEntry]: ChainedEntry[Part] | null } & {
  position: number;
  entryId: string;
  hash: Buffer;
  /** True if the retention may have deleted the entry. */
  isOld: boolean;
  network: string | null;
  networkSalt: Buffer | null;
  changes: string | null;
  changesSalt: Buffer | null;
};

const PAGE = 2000;

/** Reads all seals in their order, a page at a time. */
export async function* readChain(database: Queryable): AsyncGenerator<ChainRow, void, void> {
  let after = 0;
  for (;;) {
    const rows = await database.query<ChainRow>(sql`
      SELECT s.position::float8 AS position, s.entry_id AS "entryId", s.hash, ${CHAINED},
        s.sealed_at < now() - make_interval(days => ${LEAST_RETENTION_DAYS}) AS "isOld", e.network,
        e.network_salt AS "networkSalt", e.changes::text AS changes, e.changes_salt AS "changesSalt"
      FROM audit_seals s LEFT JOIN audit_entries e ON e.id = s.entry_id
      WHERE s.position > ${after} ORDER BY s.position LIMIT ${PAGE}`);
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.position;
  }
}

/** Returns the accounts whose personal data was removed from the log. */
export async function readErased(database: Queryable): Promise<Set<string>> {
  const rows = await database.query<{ id: string }>(
    sql`SELECT DISTINCT target_id AS id FROM audit_entries WHERE action = ${ERASED}`,
  );
  return new Set(rows.map(({ id }) => id));
}

/** The entries that have no seal. A seal follows its entry within seconds. */
export interface Unsealed {
  /** Not older than ten minutes. */
  waiting: number;
  /** Older ones, also those that nothing would seal. */
  late: number;
  /** Entries that waited for a seal and do not exist. */
  missing: string[];
}

export async function readUnsealed(database: Queryable): Promise<Unsealed> {
  const [row] = await database.query<Omit<Unsealed, 'missing'>>(sql`
    SELECT (count(*) FILTER (WHERE e.at >= now() - interval '10 minutes'))::float8 AS waiting,
      (count(*) FILTER (WHERE e.at < now() - interval '10 minutes'))::float8 AS late
    FROM audit_entries e WHERE NOT EXISTS (SELECT FROM audit_seals s WHERE s.entry_id = e.id)`);
  const missing = await database.query<{ id: string }>(sql`
    SELECT u.entry_id AS id FROM audit_unsealed u
    WHERE NOT EXISTS (SELECT FROM audit_entries e WHERE e.id = u.entry_id) ORDER BY 1 LIMIT 100`);
  return { waiting: row?.waiting ?? 0, late: row?.late ?? 0, missing: missing.map(({ id }) => id) };
}
