import sql, { empty, raw, type Sql } from 'sql-template-tag';
import type { Position } from './cursors.js';
import type { ListQuery } from './list-query.js';

/** A sortable expression and its type, to bind the cursor's text at full precision. */
export interface SortKey {
  expression: Sql;
  type: 'timestamptz' | 'text' | 'integer';
  /** Rows get it from the clock as they are written: the lock class under which their writers are registered. */
  writers?: number;
}

export interface Keyset {
  /** `AND (key, id) < (…)`, or nothing on the first page; then where it has to end. */
  after: Sql;
  orderBy: Sql;
  /** One row more than the page, to know whether another follows. */
  limit: Sql;
}

/**
 * Keyset pagination: page 10,000 costs what page 1 costs, and rows that arrive shift nothing.
 * @param before rows whose key is this or later are left out
 */
export function keyset(
  key: SortKey,
  id: Sql,
  query: ListQuery,
  start: Position | undefined,
  before?: string,
): Keyset {
  const direction = raw(query.sort.descending ? 'DESC' : 'ASC');
  const beyond = raw(query.sort.descending ? '<' : '>');
  const offset = query.page === undefined ? empty : raw(`OFFSET ${(query.page - 1) * query.limit}`);
  const after = start
    ? sql`AND (${key.expression}, ${id}) ${beyond} (${start.key}::${raw(key.type)}, ${start.id}::uuid)`
    : empty;
  return {
    after: before === undefined ? after : sql`${after} AND ${key.expression} < ${before}::${raw(key.type)}`,
    orderBy: sql`ORDER BY ${key.expression} ${direction}, ${id} ${direction}`,
    limit: sql`LIMIT ${raw(String(query.limit + 1))} ${offset}`,
  };
}
