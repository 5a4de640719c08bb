import sql, { empty, raw, type Sql } from 'sql-template-tag';
import type { Position } from './cursors.js';
import type { ListQuery } from './list-query.js';

/** A sortable expression and its type, so that the text of the cursor is bound with full precision. */
export interface SortKey {
  expression: Sql;
  type: 'timestamptz' | 'text' | 'integer';
  /** The lock class under which writers are registered, if the sort key is the time of the write. */
  writers?: number;
}

export interface Keyset {
  /** `AND (key, id) < (…)`, or nothing on the first page, and the condition for its end. */
  after: Sql;
  orderBy: Sql;
  /** One row more than the page, which shows whether another page follows. */
  limit: Sql;
}

/**
 * Keyset pagination: page 10,000 costs as much as page 1, and new rows do not shift pages.
 * @param before excludes rows with this sort key or a later one
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
