import { Injectable } from '@nestjs/common';
import pLimit, { type LimitFunction } from 'p-limit';
import sql, { type Sql } from 'sql-template-tag';
import { Config } from '../config/config.js';
import { Busy, SearchTimedOut, ValidationFailed } from '../errors/problems.js';
import { Database } from './database.js';
import { isCanceled } from './database-problems.js';
import type { Transaction } from './queryable.js';

/** So many wait per read that runs; the next one is refused. */
const WAITING_PER_RUNNING = 4;

/** Who shares a bulkhead. */
export type Reader = 'anonymous' | 'account';

/**
 * Reads whose cost grows with all rows, or is the caller's to decide. They have
 * a statement timeout of their own, one core each, and a share of the pool that
 * they cannot leave; searches one, all others another. Those without an account
 * cannot take the share of those with one. Source: docs/decisions/0034-searches.md.
 */
@Injectable()
export class ExpensiveReads {
  private readonly searches: Record<Reader, LimitFunction>;
  private readonly others: Record<Reader, LimitFunction>;

  constructor(
    private readonly database: Database,
    private readonly config: Config,
  ) {
    const bulkhead = () => pLimit(config.SEARCH_CONCURRENCY);
    this.searches = { anonymous: bulkhead(), account: bulkhead() };
    this.others = { anonymous: bulkhead(), account: bulkhead() };
  }

  /**
   * The rows of a statement that looks for `q`.
   * @throws ValidationFailed when no index can find `q`; Busy, SearchTimedOut
   */
  search<T>(q: string, statement: Sql, reader: Reader): Promise<T[]> {
    return this.within(this.searches[reader], async (tx) => {
      const [{ indexed }] = (await tx.query(
        sql`SELECT querytree(websearch_to_tsquery('simple', ${q})) AS indexed, ${this.limits}`,
      )) as [{ indexed: string }];
      if (indexed === '' || indexed === 'T') throw new ValidationFailed([NOT_SEARCHABLE]);
      return tx.query<T>(statement).catch((error: unknown) => {
        throw isCanceled(error) ? new SearchTimedOut(this.config.SEARCH_TIMEOUT_MS) : error;
      });
    });
  }

  /** @throws Busy */
  read<T>(statement: Sql, reader: Reader): Promise<T[]> {
    return this.within(this.others[reader], async (tx) => {
      await tx.query(sql`SELECT ${this.limits}`);
      return tx.query<T>(statement);
    });
  }

  /** Until the transaction ends. */
  private get limits(): Sql {
    return sql`set_config('statement_timeout', ${String(this.config.SEARCH_TIMEOUT_MS)}, true),
      set_config('max_parallel_workers_per_gather', '0', true)`;
  }

  private async within<T>(bulkhead: LimitFunction, work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (bulkhead.pendingCount >= this.config.SEARCH_CONCURRENCY * WAITING_PER_RUNNING) throw new Busy();
    return bulkhead(() => this.database.transaction(work));
  }
}

const NOT_SEARCHABLE = {
  path: 'q',
  code: 'no_word_to_find',
  message: 'must name a word to find: on each side of "or" there must be one that is not excluded by "-"',
};
