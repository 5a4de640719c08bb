import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import pLimit, { type LimitFunction } from 'p-limit';
import sql, { type Sql } from 'sql-template-tag';
import { databaseSettings } from './database.settings.js';
import { mostConnections } from './expensive-shares.js';
import type { Problem } from '../errors/problem.js';
import { ValidationFailed } from '../errors/request-problems.js';
import { Busy, ReadTimedOut, SearchTimedOut } from '../errors/server-problems.js';
import { Database } from './database.js';
import { isCanceled } from './database-problems.js';
import { searchTerms } from './search-terms.js';

/**
 * The number of reads that can wait per running read. The next one is rejected. Reads other than searches usually
 * take one or two milliseconds.
 */
const WAITING_PER_RUNNING = { searches: 8, others: 25 };

/**
 * A read that takes longer uses a whole core. Its place then pauses for the same time, so that a share uses at most
 * half of a core.
 */
const RESTS_AFTER_MS = 20;

/** The groups of callers that share a bulkhead. */
export type Reader = 'anonymous' | 'account';

/** The name of a read for the message about its timeout, the setting of that timeout, and the advice for the caller. */
export interface BoundRead {
  what: string;
  timeout: 'SEARCH_TIMEOUT_MS' | 'DATABASE_STATEMENT_TIMEOUT_MS';
  advice: string;
}

/**
 * Runs reads whose cost depends on the number of all rows or on the caller. They have their own statement timeout,
 * use one core each, and are limited to a share of the pool: one share for searches and one for all others.
 * Anonymous callers cannot use the share of accounts. All shares together never use more than half of the pool.
 * Source: docs/decisions/0034-searches.md.
 */
@Injectable()
export class ExpensiveReads {
  private readonly bulkheads: Record<keyof typeof WAITING_PER_RUNNING, Record<Reader, LimitFunction>>;
  private readonly connections: LimitFunction;

  constructor(
    private readonly database: Database,
    @Inject(databaseSettings.KEY) private readonly config: ConfigType<typeof databaseSettings>,
  ) {
    const ofEach = () => ({
      anonymous: pLimit(config.SEARCH_CONCURRENCY),
      account: pLimit(config.SEARCH_CONCURRENCY),
    });
    this.bulkheads = { searches: ofEach(), others: ofEach() };
    this.connections = pLimit(mostConnections(config.DATABASE_POOL_MAX));
  }

  /**
   * Returns the rows of a statement that searches for `q`.
   * @throws ValidationFailed if no index can find `q`; Busy, SearchTimedOut
   */
  async search<T>(q: string, statement: Sql, reader: Reader): Promise<T[]> {
    const indexed = sql`querytree(websearch_to_tsquery('simple', ${searchTerms(q)})) AS indexed`;
    // This check costs almost nothing and requires no share. It rejects impossible searches even if all places are
    // in use.
    if (this.isFull('searches', reader))
      refuseUnsearchable(await this.database.query<Looked>(sql`SELECT ${indexed}`));
    const timeoutMs = this.timeoutMs('SEARCH_TIMEOUT_MS');
    return this.within('searches', reader, async () => {
      refuseUnsearchable(await this.database.query<Looked>(sql`SELECT ${limits(timeoutMs)}, ${indexed}`));
      return orTimedOut(this.database.query<T>(statement), new SearchTimedOut(timeoutMs));
    });
  }

  /** @throws Busy, ReadTimedOut */
  read<T>(statement: Sql, reader: Reader, { what, timeout, advice }: BoundRead): Promise<T[]> {
    const timeoutMs = this.timeoutMs(timeout);
    return this.within('others', reader, async () => {
      await this.database.query(sql`SELECT ${limits(timeoutMs)}`);
      return orTimedOut(this.database.query<T>(statement), new ReadTimedOut(what, timeoutMs, advice));
    });
  }

  /** Never longer than the timeout of all statements, at which the client stops waiting for the response. */
  private timeoutMs(setting: BoundRead['timeout']): number {
    return Math.min(this.config[setting], this.config.DATABASE_STATEMENT_TIMEOUT_MS);
  }

  private isFull(kind: keyof typeof WAITING_PER_RUNNING, reader: Reader): boolean {
    const { activeCount, pendingCount } = this.bulkheads[kind][reader];
    return activeCount + pendingCount >= this.config.SEARCH_CONCURRENCY;
  }

  private async within<T>(
    kind: keyof typeof WAITING_PER_RUNNING,
    reader: Reader,
    work: () => Promise<T>,
  ): Promise<T> {
    const bulkhead = this.bulkheads[kind][reader];
    if (bulkhead.pendingCount >= this.config.SEARCH_CONCURRENCY * WAITING_PER_RUNNING[kind]) throw new Busy();
    return new Promise((resolve) => {
      void bulkhead(async () => {
        let since = 0;
        const rows = this.connections(() => {
          since = performance.now();
          return this.database.transaction(work);
        });
        resolve(rows);
        await rows.catch(() => undefined);
        const tookMs = performance.now() - since;
        if (tookMs >= RESTS_AFTER_MS) await delay(tookMs, undefined, { ref: false });
      });
    });
  }
}

/** The part of a query that an index can use, according to PostgreSQL. '' or 'T' mean that it can use nothing. */
interface Looked {
  indexed: string;
}

/** @throws ValidationFailed */
function refuseUnsearchable([looked]: Looked[]): void {
  if (looked?.indexed === '' || looked?.indexed === 'T') throw new ValidationFailed([NOT_SEARCHABLE]);
}

/** The limits apply until the transaction ends. */
const limits = (timeoutMs: number): Sql => sql`set_config('statement_timeout', ${String(timeoutMs)}, true),
  set_config('max_parallel_workers_per_gather', '0', true)`;

function orTimedOut<T>(rows: Promise<T>, problem: Problem): Promise<T> {
  return rows.catch((error: unknown) => {
    throw isCanceled(error) ? problem : error;
  });
}

const NOT_SEARCHABLE = {
  path: 'q',
  code: 'no_word_to_find',
  message: 'must name a word to find: on each side of "or" there must be one that is not excluded by "-"',
};
