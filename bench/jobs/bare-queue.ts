import pg from 'pg';
import type { Closing } from '../../test/support/closing.ts';
import { type JobQueue, SLOTS } from './job-queue.ts';

const TAKE = `UPDATE bare_jobs SET state = 'active' WHERE id = (
  SELECT id FROM bare_jobs WHERE name = $1 AND state = 'waiting' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id`;
const ADD = 'INSERT INTO bare_jobs (name, data) SELECT $1, $2::jsonb FROM generate_series(1, $3)';

/**
 * The lowest cost of a queue in PostgreSQL: one table with one index, SKIP LOCKED, a notification after the commit, and
 * loops that take one job each. It has no leases, retries, times, keys, metrics or logs.
 */
export async function bareQueue(url: string, closing: Closing): Promise<JobQueue> {
  const pool = new pg.Pool({ connectionString: url, max: SLOTS + 2 });
  const listener = new pg.Client({ connectionString: url });
  pool.on('error', () => undefined);
  listener.on('error', () => undefined);
  await listener.connect();
  closing.add(() => Promise.all([pool.end(), listener.end()]));
  await pool.query(
    `CREATE TABLE bare_jobs (id bigserial PRIMARY KEY, name text NOT NULL, state text NOT NULL DEFAULT 'waiting', data jsonb)`,
  );
  await pool.query(`CREATE INDEX ON bare_jobs (name, id) WHERE state = 'waiting'`);
  let free = SLOTS;
  const work = async () => {
    free -= 1;
    for (;;) {
      const { rows } = await pool.query<{ id: string }>(TAKE, ['trivial']);
      if (!rows[0]) break;
      queue.started();
      await pool.query('DELETE FROM bare_jobs WHERE id = $1', [rows[0].id]);
    }
    free += 1;
  };
  listener.on('notification', ({ payload }) => {
    for (let more = payload === 'many' ? free : Math.min(1, free); more > 0; more--)
      void work().catch(() => undefined);
  });
  await listener.query('LISTEN bare_jobs');
  const insert = async (name: string, count: number) => {
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query(ADD, [name, JSON.stringify({ n: 1 }), count]);
    await client.query('COMMIT');
    client.release();
  };
  const notify = (payload: string) => pool.query(`SELECT pg_notify('bare_jobs', $1)`, [payload]);
  const queue: JobQueue = {
    name: 'bare table',
    started: () => undefined,
    add: async () => {
      await insert('trivial', 1);
      void notify('one');
    },
    addMany: async (count) => {
      await insert('trivial', count);
      await notify('many');
    },
    fill: async (count) => {
      await insert('waiting', count);
      await pool.query('VACUUM ANALYZE bare_jobs');
    },
    take: async () => (await pool.query(TAKE, ['waiting'])).rowCount ?? 0,
    busy: () => Promise.reject(new Error('It has no retries')),
    clear: async () => void (await pool.query('TRUNCATE bare_jobs')),
  };
  return queue;
}
