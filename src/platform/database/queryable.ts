import type { Sql } from 'sql-template-tag';

/** Where statements run. */
export interface Queryable {
  /** Rows of a statement; parameters are bound, never pasted. */
  query<T>(statement: Sql): Promise<T[]>;
}
