import { type DataSource, type Migration, MigrationExecutor, type QueryRunner } from 'typeorm';
import { applyMigration } from './apply-migration.js';
import { nameOf, type PhasedMigration } from './migration-classes.js';
import { MigrationError } from './migration-error.js';
import { lockMigrations, unlockMigrations } from './migration-lock.js';
import type { MigrationStep } from './migration-step.js';
import { readSchemaState } from './schema-state.js';

export interface MigrateOptions {
  /** How long to wait for another process that migrates, in milliseconds. */
  waitMs?: number;
  report?: (step: MigrationStep) => void;
}

const WAIT_MS = 60_000;

/**
 * Applies the pending migrations in order, with a lock that all processes share.
 * @returns the names of the applied migrations
 * @throws MigrationError with the migration that failed, the reason, and what remains of it
 */
export async function migrate(
  source: DataSource,
  { waitMs = WAIT_MS, report = () => undefined }: MigrateOptions = {},
): Promise<string[]> {
  const runner = source.createQueryRunner();
  try {
    await lockMigrations(runner, waitMs, (holder) => report({ step: 'waiting', holder }));
    await refuseBelowFloor(source, runner);
    const executor = new MigrationExecutor(source, runner);
    const applied: string[] = [];
    for (const migration of await executor.getPendingMigrations()) {
      await reported(migration, report, () => applyMigration(runner, executor, migration, report));
      applied.push(migration.name);
    }
    return applied;
  } finally {
    await unlockMigrations(runner);
    await runner.release();
  }
}

/** Rejects code that is older than an applied contract migration, because it cannot change this schema. */
async function refuseBelowFloor(source: DataSource, runner: QueryRunner): Promise<void> {
  const database = {
    query: async <T>(statement: { text: string; values: unknown[] }) =>
      (await runner.query(statement.text, statement.values)) as T[],
  };
  const { status, floor } = await readSchemaState(database, source.migrations.map(nameOf));
  if (status === 'below-floor')
    throw new MigrationError(
      `The database requires a release that knows ${floor}, and this release does not. Run a newer release, or restore a backup.`,
    );
}

async function reported(
  { name, instance }: Migration,
  report: (step: MigrationStep) => void,
  apply: () => Promise<void>,
): Promise<void> {
  const phase = (instance as PhasedMigration).phase ?? 'expand';
  const since = performance.now();
  report({ step: 'started', migration: name, phase });
  await apply();
  report({ step: 'applied', migration: name, phase, ms: Math.round(performance.now() - since) });
}
