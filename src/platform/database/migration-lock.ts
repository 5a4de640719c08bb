import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { MigrationError } from './migration-error.js';

/** A number that no other program uses for an advisory lock on the same database. */
const LOCK_KEY = 6_284_519_203;
const POLL_MS = 100;
const REPORT_EVERY_MS = 10_000;

/** Session defaults of a role or a database that a migration must not inherit. */
const WITHOUT_LIMITS = [
  'statement_timeout',
  'lock_timeout',
  'transaction_timeout',
  'idle_session_timeout',
  'idle_in_transaction_session_timeout',
];

/**
 * Acquires the migration lock in the session of `runner`. It polls, because waiting in pg_advisory_lock holds a
 * snapshot, for which a concurrent index build under the lock would wait. The lock belongs to the session that does
 * the work, so it ends with the work, even if a killed process leaves its backend running.
 * @throws MigrationError if another session holds the lock for longer than `waitMs`
 */
export async function lockMigrations(
  runner: QueryRunner,
  waitMs: number,
  onWait: (holder: string) => void,
): Promise<void> {
  await prepareSession(runner);
  const since = performance.now();
  let reportAt = 0;
  while (!(await tryLock(runner))) {
    const waited = performance.now() - since;
    if (waited >= waitMs) {
      const seconds = Math.round(waited / 1000);
      throw new MigrationError(
        `Another migration is running: ${await holder(runner)}. Gave up after ${seconds} s. Run the command again when the other migration has ended.`,
      );
    }
    if (waited >= reportAt) {
      onWait(await holder(runner));
      reportAt = waited + REPORT_EVERY_MS;
    }
    await delay(Math.min(POLL_MS, waitMs - waited));
  }
}

export async function unlockMigrations(runner: QueryRunner): Promise<void> {
  await runner.query('SELECT pg_advisory_unlock($1)', [LOCK_KEY]).catch(() => undefined);
}

async function prepareSession(runner: QueryRunner): Promise<void> {
  await runner.query(`SELECT set_config('application_name', $1, false)`, [
    `galley migrate (${hostname().slice(0, 30)}, process ${process.pid})`,
  ]);
  await runner.query(`SELECT set_config(name, '0', false) FROM pg_settings WHERE name = ANY ($1)`, [
    WITHOUT_LIMITS,
  ]);
  // With this setting, the backend of a killed process stops building an index. Some operating systems do not
  // support it.
  await runner.query(`SET client_connection_check_interval = '1s'`).catch(() => undefined);
}

async function tryLock(runner: QueryRunner): Promise<boolean> {
  const [row] = (await runner.query('SELECT pg_try_advisory_lock($1) AS locked', [LOCK_KEY])) as [
    { locked: boolean },
  ];
  return row.locked;
}

/** Describes the session that holds the lock for an operator. */
async function holder(runner: QueryRunner): Promise<string> {
  const [session] = (await runner.query(
    `SELECT a.pid, a.usename, a.application_name, host(a.client_addr) AS address, a.backend_start::text AS since
     FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND (l.classid::bigint << 32) + l.objid::bigint = $1`,
    [LOCK_KEY],
  )) as { pid: number; usename: string; application_name: string; address: string | null; since: string }[];
  if (!session) return 'it has just ended';
  const { pid, usename, application_name: application, address, since } = session;
  return `${application}, role ${usename}, ${address ? `from ${address}, ` : ''}PostgreSQL pid ${pid}, since ${since}`;
}
