/**
 * Kills workers with SIGKILL in the middle of their jobs, processes between adding a job and the commit, and the
 * connection that listens; and freezes a worker until another one has taken its job. No job may be lost, no effect may
 * happen twice, and a job of a killed worker must run again within 60 seconds.
 * `npm run test:heavy -- jobs-kill [kills of workers, default 1000] [kills of adders, default 200]`
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Closing } from '../support/closing.ts';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';
import { openJobApp, openJobDatabase, ORDER, untilTrue } from './job-app.ts';

const AT_A_TIME = 3;
const MOST_AGAIN_SECONDS = 60;
const MOST_WITHOUT_LISTENER_MS = 5000;
const JOBS_PER_KILL = 5;

export const jobsKill: HeavyTest = async ([workers = '1000', adders = '200'], closing) => {
  const { url, pool } = await openJobDatabase(closing);
  await pool.query(`CREATE TABLE orders (n int GENERATED ALWAYS AS IDENTITY)`);
  await pool.query(`CREATE TABLE effects (n int NOT NULL)`);
  await pool.query(`CREATE TABLE attempts (job uuid, attempt int, at timestamptz DEFAULT clock_timestamp())`);
  return [
    ...(await killAdders(pool, url, Number(adders))),
    ...(await killWorkers(pool, url, Number(workers), closing)),
    ...(await freezeWorker(pool, url, closing)),
    ...(await cutListener(pool, url, closing)),
  ];
};

function start(role: 'worker' | 'adder', url: string): ChildProcess {
  const child = spawn(process.execPath, ['test/heavy/job-process.ts', role, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return child;
}

/** Kills a process at a random time after it has printed its first lines. */
async function killOne(role: 'worker' | 'adder', url: string): Promise<void> {
  const child = start(role, url);
  const exited = once(child, 'exit');
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  await delay(Math.random() * (role === 'worker' ? 200 : 30));
  child.kill('SIGKILL');
  await exited;
}

async function killMany(
  role: 'worker' | 'adder',
  url: string,
  kills: number,
  between?: () => Promise<unknown>,
) {
  let left = kills;
  const since = performance.now();
  const one = async () => {
    while (left-- > 0) {
      await between?.();
      await killOne(role, url);
      if (left % 50 === 0)
        console.log(`${kills - left} ${role}s killed, ${Math.round((performance.now() - since) / 1000)} s`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, one));
}

async function killAdders(pool: Pool, url: string, kills: number): Promise<string[]> {
  await killMany('adder', url, kills);
  // The server rolls back what the killed processes left open.
  await untilTrue(
    pool,
    `NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE state LIKE 'idle in transaction%')`,
  );
  const { rows } = await pool.query<{ orders: number; orphans: number }>(`
    SELECT (SELECT count(*)::int FROM orders) AS orders, count(*)::int AS orphans
    FROM orders o FULL JOIN pgboss.job j ON (j.data->'payload'->>'order')::int = o.n
    WHERE o.n IS NULL OR j.id IS NULL`);
  const { orders = 0, orphans = -1 } = rows[0] ?? {};
  console.log(`${kills} adders killed: ${orders} writes, ${orphans} without their job or the reverse`);
  return faultsAmong([orphans !== 0 && `${orphans} orphans after ${kills} kills of adders`]);
}

/** An attempt that was killed before it was recorded is not counted: the step between the others is then 2. */
async function killWorkers(pool: Pool, url: string, kills: number, closing: Closing): Promise<string[]> {
  const adder = await openJobApp(url, 'api');
  closing.add(() => adder.close());
  // One worker survives. It does not know these jobs, but it ends the leases of those that were killed.
  const survivor = await openJobApp(url, 'worker');
  closing.add(() => survivor.close());
  const addSome = () =>
    adder.database.transaction(async () => {
      for (let n = 0; n < JOBS_PER_KILL; n++) {
        const { rows } = await pool.query<{ n: number }>('INSERT INTO orders DEFAULT VALUES RETURNING n');
        await adder.jobs.add(ORDER, { order: rows[0]?.n ?? 0 });
      }
    });
  await addSome();
  await killMany('worker', url, kills, addSome);
  const last = start('worker', url);
  const isEnded = await untilTrue(pool, `NOT EXISTS (SELECT 1 FROM pgboss.job WHERE state < 'completed')`);
  last.kill('SIGTERM');
  await once(last, 'exit');
  const { rows } = await pool.query<{
    orders: number;
    lost: number;
    doubled: number;
    attempts: number;
    seconds: number;
  }>(`
    SELECT (SELECT count(*)::int FROM orders) AS orders,
      (SELECT count(*)::int FROM orders WHERE n NOT IN (SELECT n FROM effects)) AS lost,
      (SELECT count(*)::int - count(DISTINCT n)::int FROM effects) AS doubled,
      (SELECT count(*)::int FROM attempts WHERE attempt > 1) AS attempts,
      (SELECT coalesce(max(extract(epoch FROM gap)), 0)::float8 FROM (
         SELECT at - lag(at) OVER job AS gap, attempt - lag(attempt) OVER job AS step FROM attempts
         WINDOW job AS (PARTITION BY job ORDER BY at)) gaps
       WHERE step = 1) AS seconds`);
  const { orders = 0, lost = -1, doubled = -1, attempts = 0, seconds = Infinity } = rows[0] ?? {};
  console.log(
    `${kills} workers killed: ${orders} jobs, ${attempts} attempts again, ${lost} lost, ${doubled} doubled, again within ${seconds.toFixed(1)} s`,
  );
  return faultsAmong([
    !isEnded && 'not all jobs ended',
    attempts === 0 && 'no kill hit a running job',
    lost !== 0 && `${lost} effects lost`,
    doubled !== 0 && `${doubled} effects doubled`,
    seconds > MOST_AGAIN_SECONDS && `a job ran again only after ${seconds} s`,
  ]);
}

/** Stops a worker until another one has done its jobs, and lets it continue. */
async function freezeWorker(pool: Pool, url: string, closing: Closing): Promise<string[]> {
  await pool.query('TRUNCATE effects, attempts');
  const adder = await openJobApp(url, 'api');
  closing.add(() => adder.close());
  const frozen = start('worker', url);
  const orders = [-1, -2, -3, -4];
  await adder.database.transaction(() =>
    adder.jobs.addMany(
      ORDER,
      orders.map((order) => ({ payload: { order } })),
    ),
  );
  await once(frozen.stdout as NodeJS.ReadableStream, 'data');
  frozen.kill('SIGSTOP');
  const other = start('worker', url);
  const isTaken = await untilTrue(pool, `NOT EXISTS (SELECT 1 FROM pgboss.job WHERE state < 'completed')`);
  frozen.kill('SIGCONT');
  await delay(3000);
  for (const child of [frozen, other]) child.kill('SIGKILL');
  const { rows } = await pool.query<{ effects: number; different: number }>(
    'SELECT count(*)::int AS effects, count(DISTINCT n)::int AS different FROM effects',
  );
  const { effects = 0, different = 0 } = rows[0] ?? {};
  console.log(`a frozen worker: ${orders.length} jobs, ${effects} effects`);
  return faultsAmong([
    !isTaken && 'the jobs of a frozen worker were not taken over',
    (effects !== orders.length || different !== orders.length) &&
      `${effects} effects of ${orders.length} jobs`,
  ]);
}

async function cutListener(pool: Pool, url: string, closing: Closing): Promise<string[]> {
  const [adder, worker] = [await openJobApp(url, 'api'), await openJobApp(url, 'worker')];
  closing.add(() => adder.close());
  closing.add(() => worker.close());
  let seen: (() => void) | undefined;
  worker.jobs.handle(ORDER, () => Promise.resolve(seen?.()));
  let most = 0;
  for (let round = 0; round < 20; round++) {
    const started = new Promise<void>((resolve) => (seen = resolve));
    await pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'`);
    const since = performance.now();
    await adder.database.transaction(() => adder.jobs.add(ORDER, { order: 0 }));
    await started;
    most = Math.max(most, performance.now() - since);
  }
  console.log(`20 cuts of the connection that listens: a job starts within ${most.toFixed(0)} ms`);
  return faultsAmong([
    most > MOST_WITHOUT_LISTENER_MS && `without a listener a job started after ${most} ms`,
  ]);
}
