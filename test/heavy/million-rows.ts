import type { Pool } from 'pg';
import { CHAINED } from '#dist/platform/audit/audit.sql.js';
import { type ChainedEntry, GENESIS, sealOf } from '#dist/platform/audit/chain.js';
import { untilTrue } from './job-app.ts';

export const ACTOR = '00000000-0000-4000-8000-000000000007';
export const TARGET = '00000000-0000-4000-8000-000000000123';

const SEALED_AT_ONCE = 5000;

/** An id that grows with n, as those of the app do, and one of `most` ids that do not. */
const grown = `('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`;
const oneOf = (most: number) => `('00000000-0000-4000-8000-' || lpad((n % ${most})::text, 12, '0'))`;

/** Events of posts and comments: half of them are public. */
export async function fillEvents(pool: Pool, rows: number): Promise<void> {
  await pool.query(`
    WITH filled AS (
      INSERT INTO events (id, position, type, resource_type, resource_id, resource_version, is_public, owner_ids, data,
        occurred_at)
      SELECT ${grown}, l.head + n,
        CASE WHEN n % 1000 = 0 THEN 'comment.created' WHEN n % 3 = 0 THEN 'cache.invalidated' ELSE 'post.updated' END,
        CASE WHEN n % 1000 = 0 THEN 'comment' WHEN n % 3 = 0 THEN 'cache' ELSE 'post' END,
        ${oneOf(10_000)}::uuid, n, n % 2 = 0, ARRAY[${oneOf(100)}::uuid],
        jsonb_build_object('title', 'A title of usual length for ' || n, 'excerpt', repeat('words ', 30)),
        now() - (${rows} - n) * interval '2 seconds'
      FROM event_log l, generate_series(1, ${rows}) n RETURNING 1)
    UPDATE event_log SET head = head + (SELECT count(*) FROM filled)`);
  await pool.query('VACUUM (ANALYZE) events');
}

/** Entries of the last year, with the chain over them. */
export async function fillAudit(pool: Pool, rows: number): Promise<void> {
  await pool.query(`
    INSERT INTO audit_entries (id, at, via, actor_id, credential_id, action, target_type, target_id, request_id)
    SELECT ${grown}, '2025-12-01'::timestamptz + n * interval '30 seconds',
      CASE WHEN n % 100000 = 0 THEN 'cli' WHEN n % 10 = 0 THEN 'system' ELSE 'session' END,
      ${oneOf(100)}::uuid, ${oneOf(1000)}::uuid,
      CASE WHEN n % 10 = 1 THEN 'post.updated' WHEN n % 5 = 2 THEN 'session.created' ELSE 'comment.moderated' END,
      CASE WHEN n % 10 = 1 THEN 'post' WHEN n % 5 = 2 THEN 'session' ELSE 'comment' END,
      ${oneOf(20_000)}, ${oneOf(1_000_000)}
    FROM generate_series(1, ${rows}) n`);
  await untilTrue(pool, 'NOT EXISTS (SELECT 1 FROM audit_unsealed)'); // The process seals its own entries.
  await sealAll(pool);
  await pool.query('VACUUM (ANALYZE) audit_entries, audit_seals');
}

/** Extends the chain by all entries without a seal, like the work of the app but with larger batches. */
async function sealAll(pool: Pool): Promise<void> {
  const { rows: heads } = await pool.query<{ position: number; hash: Buffer }>(
    'SELECT position::float8 AS position, hash FROM audit_seals ORDER BY audit_seals.position DESC LIMIT 1',
  );
  let { position, hash } = heads[0] ?? { position: 0, hash: GENESIS };
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const { rows } = await pool.query<ChainedEntry>(
      `SELECT ${CHAINED.text} FROM audit_entries e WHERE e.id > $1
         AND NOT EXISTS (SELECT 1 FROM audit_seals s WHERE s.entry_id = e.id) ORDER BY e.id LIMIT ${SEALED_AT_ONCE}`,
      [after],
    );
    const last = rows.at(-1);
    if (!last) return;
    after = last.id;
    const sealed = rows.map((entry) => ({
      id: entry.id,
      position: ++position,
      hash: (hash = sealOf(hash, position, entry)),
    }));
    await pool.query(
      `INSERT INTO audit_seals (position, entry_id, hash) SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::bytea[])`,
      [sealed.map((seal) => seal.position), sealed.map(({ id }) => id), sealed.map((seal) => seal.hash)],
    );
    await pool.query('DELETE FROM audit_unsealed WHERE entry_id = ANY($1::uuid[])', [
      sealed.map(({ id }) => id),
    ]);
  }
}
