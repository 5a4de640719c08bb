import type { Sql } from 'sql-template-tag';

/** Where statements run: the pool, or an open transaction. */
export interface Queryable {
  /** Rows of a statement; parameters are bound, never pasted. */
  query<T>(statement: Sql): Promise<T[]>;
}

/** An open transaction. */
export interface Transaction extends Queryable {
  readonly isTransaction: true;
  /** An import or a job takes its time: no statement of the rest is bound as those of a request are. */
  liftLimits(): Promise<void>;
}
