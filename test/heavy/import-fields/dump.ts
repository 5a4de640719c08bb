import { createHash } from 'node:crypto';
import type pg from 'pg';

/** The tables that an import writes. */
export const TABLES = ['users', 'posts', 'tags', 'post_tags', 'comments', 'import_keys'];

/** Returns a hash of all rows of each table. */
export async function dump(pool: pg.Pool): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const table of TABLES) {
    const { rows } = await pool.query<{ row: string }>(`SELECT t::text AS row FROM ${table} AS t ORDER BY 1`);
    hashes[table] = createHash('sha256').update(JSON.stringify(rows)).digest('hex');
  }
  return hashes;
}

export const changedTables = (before: Record<string, string>, after: Record<string, string>): string[] =>
  TABLES.filter((table) => before[table] !== after[table]);

export async function countRows(pool: pg.Pool): Promise<string> {
  const counts = TABLES.filter((table) => table !== 'import_keys').map(
    (table) => `(SELECT count(*) FROM ${table})`,
  );
  const { rows } = await pool.query<{ counts: string }>(
    `SELECT concat_ws(' ', ${counts.join(', ')}) AS counts`,
  );
  return rows[0]?.counts ?? '';
}
