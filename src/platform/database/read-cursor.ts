import sql, { raw, type Sql } from 'sql-template-tag';
import type { Queryable } from './queryable.js';

/** The number of rows in memory. A row can have a megabyte. */
const ROWS = 20;

/**
 * Streams the rows of a statement of any size, a few at a time.
 * @param session an open transaction
 */
export async function* readAll<T>(
  name: string,
  statement: Sql,
  session: Queryable,
): AsyncGenerator<T, void, void> {
  await session.query(sql`DECLARE ${raw(name)} NO SCROLL CURSOR FOR ${statement}`);
  for (;;) {
    const rows = await session.query<T>(sql`FETCH ${raw(String(ROWS))} FROM ${raw(name)}`);
    if (rows.length === 0) break;
    yield* rows;
  }
  await session.query(sql`CLOSE ${raw(name)}`);
}
