import { PgBoss } from 'pg-boss';
import type { Sql } from 'sql-template-tag';
import type { Queryable } from '../database/queryable.js';

/** The schema of the tables of pg-boss, which a migration creates. */
export const JOB_SCHEMA = 'pgboss';

/**
 * Returns the statements of pg-boss, which run in the present transaction. It is never started: it creates no schema,
 * opens no connection and runs no timers.
 */
export function statementsOfPgBoss(database: Queryable): PgBoss {
  const executeSql = async (text: string, values: unknown[] = []) => ({
    rows: await database.query({ text, values } as Sql),
  });
  return new PgBoss({ schema: JOB_SCHEMA, db: { executeSql } });
}
