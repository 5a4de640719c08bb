import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';

/** Any number that no other program on the same database uses for an advisory lock. */
const LOCK_KEY = 6_284_519_203;
const POLL_MS = 100;

/**
 * Applies what is pending, one transaction each, under a lock that several
 * starters share: polled, because waiting in pg_advisory_lock would deadlock
 * with a concurrent index build.
 * @returns the names of the migrations that were applied
 */
export async function migrate(source: DataSource): Promise<string[]> {
  const runner = source.createQueryRunner();
  try {
    while (!(await tryLock(runner))) await delay(POLL_MS);
    const applied = await source.runMigrations({ transaction: 'each' });
    return applied.map((migration) => migration.name);
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [LOCK_KEY]).catch(() => undefined);
    await runner.release();
  }
}

async function tryLock(runner: {
  query(text: string, values: unknown[]): Promise<unknown>;
}): Promise<boolean> {
  const [row] = (await runner.query('SELECT pg_try_advisory_lock($1) AS locked', [LOCK_KEY])) as [
    { locked: boolean },
  ];
  return row.locked;
}
