import type { TestDatabase } from './database.js';

/**
 * Returns the number of statements that wait for a lock of another transaction.
 * @param statement a pattern of LIKE, by default any statement
 */
export const locksAwaited = async ({ query }: Pick<TestDatabase, 'query'>, statement = '%') =>
  (
    await query(
      `SELECT 1 FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1`,
      [statement],
    )
  ).length;

/**
 * Tells whether a statement waits for a lock of another transaction.
 * @param statement a pattern of LIKE, by default any statement
 */
export const isLockAwaited = async (database: Pick<TestDatabase, 'query'>, statement?: string) =>
  (await locksAwaited(database, statement)) > 0;
