import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import pLimit, { type LimitFunction } from 'p-limit';
import sql, { type Sql } from 'sql-template-tag';
import { databaseSettings } from './database.settings.js';
import { mostConnections } from './expensive-shares.js';
import type { Problem } from '../errors/problem.js';
import { Busy, ReadTimedOut, SearchTimedOut, ValidationFailed } from '../errors/problems.js';
import { Database } from './database.js';
import { isCanceled } from './database-problems.js';
import { searchTerms } from './search-terms.js';

/** So many wait per read that runs; the next one is refused. Other reads than searches usually take a millisecond or two. */
const WAITING_PER_RUNNING = { searches: 8, others: 25 };

/** A read that took so long takes up a core: its place rests for as long, and a share has half of one. */
const RESTS_AFTER_MS = 20;

/** Who shares a bulkhead. */
export type Reader = 'anonymous' | 'account';

/** What a read is called when it takes too long, the setting that says how long that is, and what its caller may do. */
export interface BoundRead {
  what: string;
  timeout: 'SEARCH_TIMEOUT_MS' | 'DATABASE_STATEMENT_TIMEOUT_MS';
  advice: string;
}

/**
 * Reads whose cost grows with all rows, or is the caller's to decide. They have
 * a statement timeout of their own, one core each, and a share of the pool that
 * they cannot leave; searches one, all others another. Those without an account
 * cannot take the share of those with one; together the shares never have more
 * than half of the pool. Source: docs/decisions/0034-searches.md.
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
   * The rows of a statement that looks for `q`.
   * @throws ValidationFailed when no index can find `q`; Busy, SearchTimedOut
   */
  async search<T>(q: string, statement: Sql, reader: Reader): Promise<T[]> {
    const indexed = sql`querytree(websearch_to_tsquery('simple', ${searchTerms(q)})) AS indexed`;
    // Costs next to nothing, so it needs no share: what nobody can find is refused while others wait, too.
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

  /** Never more than that of all statements, at which the wait for an answer ends, too. */
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

/** What PostgreSQL says that an index can find of a query: nothing, or everything, if it says '' or 'T'. */
interface Looked {
  indexed: string;
}

/** @throws ValidationFailed */
function refuseUnsearchable([looked]: Looked[]): void {
  if (looked?.indexed === '' || looked?.indexed === 'T') throw new ValidationFailed([NOT_SEARCHABLE]);
}

/** Until the transaction ends. */
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
