import { raw, type Sql } from 'sql-template-tag';
import { sql, type Transaction } from './database.js';

/** Rows that are in memory at once: a post's body may be a megabyte. */
const ROWS = 20;

/**
 * The rows of a statement of any size, a few at a time, in one transaction.
 * @param name of the cursor, for which no other open one of the transaction may have it
 */
export async function* readAll<T>(
  name: string,
  statement: Sql,
  tx: Transaction,
): AsyncGenerator<T, void, void> {
  await tx.query(sql`DECLARE ${raw(name)} NO SCROLL CURSOR FOR ${statement}`);
  for (;;) {
    const rows = await tx.query<T>(sql`FETCH ${raw(String(ROWS))} FROM ${raw(name)}`);
    if (rows.length === 0) break;
    yield* rows;
  }
  await tx.query(sql`CLOSE ${raw(name)}`);
}
