import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Sql } from 'sql-template-tag';
import type { DataSource } from 'typeorm';
import { DatabaseUnavailable } from '../errors/problems.js';
import { isUnanswered } from './database-problems.js';

const names = new Map<string, string>();

function nameOf(text: string): string {
  let name = names.get(text);
  if (!name)
    names.set(text, (name = `galley_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`));
  return name;
}

/**
 * Rows of a statement that stays prepared on the connection it ran on: TypeORM
 * prepares nothing. For reads whose texts are few, because each is kept.
 * @throws DatabaseUnavailable while no database was reached yet
 */
export async function queryPrepared<T>(source: DataSource, { text, values }: Sql): Promise<T[]> {
  if (!source.isInitialized) throw new DatabaseUnavailable();
  const pool = (source.driver as unknown as { master: pg.Pool }).master;
  const since = performance.now();
  const client = await pool.connect();
  try {
    const { rows } = await client.query({ name: nameOf(text), text, values });
    client.release();
    return rows as T[];
  } catch (error) {
    client.release(isUnanswered(error)); // else the server still works on it: the connection must serve nobody else
    throw error;
  } finally {
    const elapsed = performance.now() - since;
    const slow = source.options.maxQueryExecutionTime;
    if (slow !== undefined && elapsed > slow) source.logger.logQuerySlow(Math.round(elapsed), text);
  }
}
