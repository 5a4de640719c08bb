import type { Sql } from 'sql-template-tag';

/** Where statements run: the pool, or an open transaction. */
export interface Queryable {
  /** Rows of a statement; parameters are bound, never pasted. */
  query<T>(statement: Sql): Promise<T[]>;
}

/** An open transaction. */
export interface Transaction extends Queryable {
  readonly isTransaction: true;
  /** Until it ends, its statements may take and wait as long as they like: an import is no request. */
  liftLimits(): Promise<void>;
}
