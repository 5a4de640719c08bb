import type { TestDatabase } from './database.js';

/**
 * Tells whether a statement waits for a lock of another transaction.
 * @param statement a pattern of LIKE, by default any statement
 */
export const isLockAwaited = async ({ query }: Pick<TestDatabase, 'query'>, statement = '%') =>
  (
    await query(
      `SELECT 1 FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1`,
      [statement],
    )
  ).length > 0;
