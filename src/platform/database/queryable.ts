import type { Sql } from 'sql-template-tag';

/** Runs statements. */
export interface Queryable {
  /** Returns the rows of a statement. Parameters are bound, never inserted into the text. */
  query<T>(statement: Sql): Promise<T[]>;
}
