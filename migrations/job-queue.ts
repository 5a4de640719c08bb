import { getConstructionPlans } from 'pg-boss';
import type { QueryRunner } from 'typeorm';

/** The schema of the tables and functions of pg-boss. */
export const JOB_SCHEMA = 'pgboss';

/**
 * Creates the objects of pg-boss in the transaction of the migration. `deploy/sql/roles.sql` has created the schema
 * if the migration role may not.
 */
export async function createJobQueue(runner: QueryRunner): Promise<void> {
  const [schema] = (await runner.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [
    JOB_SCHEMA,
  ])) as object[];
  if (!schema) await runner.query(`CREATE SCHEMA ${JOB_SCHEMA}`);
  await runner.query(withoutTransaction(getConstructionPlans(JOB_SCHEMA, { createSchema: false })));
}

/** The plans of pg-boss begin and end a transaction, but a migration has its own. */
export function withoutTransaction(plan: string): string {
  const [, statements] = /^\s*BEGIN;([\s\S]*)COMMIT;\s*$/.exec(plan) ?? [];
  if (!statements) throw new Error('The plan of pg-boss is not one transaction');
  return statements;
}
