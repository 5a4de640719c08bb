import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import pLimit, { type LimitFunction } from 'p-limit';
import sql, { type Sql } from 'sql-template-tag';
import { Config } from '../config/config.js';
import { Busy, SearchTimedOut, ValidationFailed } from '../errors/problems.js';
import { Database } from './database.js';
import { isCanceled } from './database-problems.js';
import type { Transaction } from './queryable.js';
import { searchTerms } from './search-terms.js';

/** So many wait per read that runs; the next one is refused. Other reads than searches usually take a millisecond or two. */
const WAITING_PER_RUNNING = { searches: 8, others: 25 };

/** A read that took so long takes up a core: its place rests for as long, and a share has half of one. */
const RESTS_AFTER_MS = 20;

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
  private readonly bulkheads: Record<keyof typeof WAITING_PER_RUNNING, Record<Reader, LimitFunction>>;

  constructor(
    private readonly database: Database,
    private readonly config: Config,
  ) {
    const ofEach = () => ({
      anonymous: pLimit(config.SEARCH_CONCURRENCY),
      account: pLimit(config.SEARCH_CONCURRENCY),
    });
    this.bulkheads = { searches: ofEach(), others: ofEach() };
  }

  /**
   * The rows of a statement that looks for `q`.
   * @throws ValidationFailed when no index can find `q`; Busy, SearchTimedOut
   */
  async search<T>(q: string, statement: Sql, reader: Reader): Promise<T[]> {
    await this.mustBeIndexed(q);
    return this.within('searches', reader, async (tx) => {
      await tx.query(sql`SELECT ${this.limits}`);
      return tx.query<T>(statement).catch((error: unknown) => {
        throw isCanceled(error) ? new SearchTimedOut(this.config.SEARCH_TIMEOUT_MS) : error;
      });
    });
  }

  /** Costs next to nothing, so it needs no share: what nobody can find is refused while others wait, too. */
  private async mustBeIndexed(q: string): Promise<void> {
    const [{ indexed }] = (await this.database.query(
      sql`SELECT querytree(websearch_to_tsquery('simple', ${searchTerms(q)})) AS indexed`,
    )) as [{ indexed: string }];
    if (indexed === '' || indexed === 'T') throw new ValidationFailed([NOT_SEARCHABLE]);
  }

  /** @throws Busy */
  read<T>(statement: Sql, reader: Reader): Promise<T[]> {
    return this.within('others', reader, async (tx) => {
      await tx.query(sql`SELECT ${this.limits}`);
      return tx.query<T>(statement);
    });
  }

  /** Until the transaction ends. */
  private get limits(): Sql {
    return sql`set_config('statement_timeout', ${String(this.config.SEARCH_TIMEOUT_MS)}, true),
      set_config('max_parallel_workers_per_gather', '0', true)`;
  }

  private async within<T>(
    kind: keyof typeof WAITING_PER_RUNNING,
    reader: Reader,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    const bulkhead = this.bulkheads[kind][reader];
    if (bulkhead.pendingCount >= this.config.SEARCH_CONCURRENCY * WAITING_PER_RUNNING[kind]) throw new Busy();
    return new Promise((resolve) => {
      void bulkhead(async () => {
        const since = performance.now();
        const rows = this.database.transaction(work);
        resolve(rows);
        await rows.catch(() => undefined);
        const tookMs = performance.now() - since;
        if (tookMs >= RESTS_AFTER_MS) await delay(tookMs, undefined, { ref: false });
      });
    });
  }
}

const NOT_SEARCHABLE = {
  path: 'q',
  code: 'no_word_to_find',
  message: 'must name a word to find: on each side of "or" there must be one that is not excluded by "-"',
};
