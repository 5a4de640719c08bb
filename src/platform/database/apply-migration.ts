import { setTimeout as delay } from 'node:timers/promises';
import type { Migration, MigrationExecutor, QueryRunner } from 'typeorm';
import { codeOf, messageOf } from '../errors/thrown.js';
import type { PhasedMigration } from './migration-classes.js';
import { MigrationError } from './migration-error.js';
import type { MigrationStep } from './migration-step.js';

/** Requests queue behind a waiting DDL statement and fail after 1.5 s, so the DDL statement must fail earlier. */
const LOCK_TIMEOUT_MS = 800;
/** About half a minute in total. */
const PAUSES_MS = [500, 1000, 2000, 4000, 5000, 5000, 5000];
const INSUFFICIENT_PRIVILEGE = '42501';
/** lock_not_available, deadlock_detected */
const LOCKED = ['55P03', '40P01'];

/**
 * Applies one migration. By default, it runs in a transaction whose statements wait for a short time for their
 * locks, and which is repeated. With `transaction = false`, it runs without a transaction and without that limit.
 */
export async function applyMigration(
  runner: QueryRunner,
  executor: MigrationExecutor,
  migration: Migration,
  report: (step: MigrationStep) => void,
): Promise<void> {
  try {
    if (migration.instance?.transaction === false) return await carryOut(runner, executor, migration);
    for (let attempt = 1; ; attempt++) {
      const outcome = await inTransaction(runner, () => carryOut(runner, executor, migration));
      if (outcome === undefined) return;
      const pause = PAUSES_MS[attempt - 1];
      if (!isLocked(outcome) || pause === undefined) throw outcome;
      const reason = `${messageOf(outcome)}; ${await longestTransactions(runner)}`;
      report({ step: 'retrying', migration: migration.name, attempt, reason });
      await delay(pause);
    }
  } catch (error) {
    throw new MigrationError(sentence(migration, error), error);
  }
}

/**
 * Runs the statements, records the migration, and sets the new floor of a contract migration. All of it is atomic,
 * because code below the floor must not see the result.
 */
async function carryOut(
  runner: QueryRunner,
  executor: MigrationExecutor,
  migration: Migration,
): Promise<void> {
  const { phase, completes } = migration.instance as PhasedMigration;
  if (phase === 'contract')
    await runner.query(
      `INSERT INTO schema_floors (migration, completed_by) VALUES ($1, $2) ON CONFLICT (migration) DO NOTHING`,
      [completes, migration.name],
    );
  await executor.executeMigration(migration);
}

/** @returns the error of `work`, after it was rolled back */
async function inTransaction(runner: QueryRunner, work: () => Promise<void>): Promise<Error | undefined> {
  await runner.startTransaction();
  try {
    await runner.query(`SELECT set_config('lock_timeout', $1, true)`, [String(LOCK_TIMEOUT_MS)]);
    await work();
    await runner.commitTransaction();
    return undefined;
  } catch (error) {
    await runner.rollbackTransaction().catch(() => undefined);
    return error instanceof Error ? error : new Error(String(error));
  }
}

const isLocked = (error: Error) => LOCKED.includes(codeOf(error) ?? '');

/** Returns the transactions that have been open for the longest time, which probably hold the lock. */
async function longestTransactions(runner: QueryRunner): Promise<string> {
  const sessions = (await runner.query(
    `SELECT format('pid %s (%s, role %s) for %s s', pid, coalesce(nullif(application_name, ''), 'unnamed'), usename,
                   round(extract(epoch FROM clock_timestamp() - xact_start))) AS session
     FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
     ORDER BY xact_start LIMIT 3`,
  )) as { session: string }[];
  return sessions.length > 0
    ? `open transactions: ${sessions.map(({ session }) => session).join(', ')}`
    : 'no transaction is open now';
}

function sentence({ name, instance }: Migration, error: unknown): string {
  const code = codeOf(error);
  const left =
    instance?.transaction === false
      ? 'It runs outside a transaction, so its completed work remains. Run it again to continue.'
      : 'It was rolled back, and nothing was changed.';
  const advice =
    code === INSUFFICIENT_PRIVILEGE
      ? ' A release can require more rights than the one before: run deploy/sql/roles.sql of this release as an administrator of the database, and migrate again.'
      : '';
  return `Migration ${name} failed: ${messageOf(error)}${code ? ` (${code})` : ''}. ${left}${advice}`;
}
