import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter } from 'prom-client';
import sql, { type Sql } from 'sql-template-tag';
import { Problem } from '../errors/problem.js';
import { Logger } from '../logging/logger.js';
import { ConnectionPool } from './connection-pool.js';
import { isReadOnly, isRetryable } from './database-problems.js';
import { preparedName } from './prepared-name.js';
import type { Queryable } from './queryable.js';
import { readAll } from './read-cursor.js';
import type { PooledConnection } from './pooled-connection.js';
import { OutsideTransaction } from './transaction.errors.js';
import { type Bracket, type Following, UnitOfWork } from './unit-of-work.js';

export type { Bracket } from './unit-of-work.js';
export type { Queryable } from './queryable.js';

const MOST_TRIES = 3;

/**
 * The one way to PostgreSQL, and the one channel of the transaction: a statement runs in the transaction that is open
 * around it, wherever it is called from. Outside of one, the server refuses whatever writes or locks.
 * Source: docs/decisions/0044-one-channel.md.
 */
@Injectable()
export class Database implements Queryable {
  private readonly units = new AsyncLocalStorage<UnitOfWork>();

  constructor(
    private readonly pool: ConnectionPool,
    private readonly logger: Logger,
    @InjectMetric('after_commit_failures_total') private readonly failures: Counter,
  ) {}

  /** @throws OutsideTransaction when the statement writes or locks and no transaction is open */
  query<T>(statement: Sql): Promise<T[]> {
    return this.run((connection) => connection.query<T>(statement));
  }

  /** As `query`, and each connection keeps the statement prepared: for hot ones, whose texts are few. TypeORM prepares nothing. */
  prepared<T>(statement: Pick<Sql, 'text' | 'values'>): Promise<T[]> {
    return this.run((connection) => connection.query<T>(statement, preparedName(statement.text)));
  }

  /**
   * The rows of a statement of any size, a few at a time, read by the transaction that is open now, whoever asks for
   * the rows.
   * @param name of the cursor, for which no other open one of the transaction may have it
   */
  stream<T>(name: string, statement: Sql): AsyncGenerator<T, void, void> {
    return readAll(name, statement, this.mustBeOpen('A cursor'));
  }

  /** Until the present transaction ends, its statements may take and wait as long as they like: an import is no request. */
  liftLimits(): Promise<void> {
    return this.mustBeOpen('Lifting its limits').liftLimits();
  }

  /**
   * Runs `work` in the transaction that is open, or in one of its own. The outermost call ends it: by commit where
   * `work` returns or throws a problem marked `commits`, by rollback where it throws anything else. A deadlock or
   * serialization failure is tried again, three times in all.
   */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    const unit = this.units.getStore();
    if (unit?.present) return work();
    if (unit) return this.retrying(() => unit.open(this.pool.connection(), work));
    return this.retrying(() => {
      const own = new UnitOfWork();
      return this.within(own, () => own.open(this.pool.connection(), work));
    });
  }

  /**
   * Runs `work` so that all its transactions are one, between `begin` and
   * `finish` of the bracket. It is opened by the first that asks, so that
   * nothing holds a connection before: a password is hashed without one.
   */
  bracketed<T>(bracket: Bracket<T>, work: () => Promise<T>): Promise<T> {
    return this.within(new UnitOfWork(bracket as Bracket<unknown>), async () => {
      const result = await work();
      await this.transaction(() => bracket.finish(result));
      return result;
    });
  }

  /** Runs `work` beside the present transaction: what it writes, in a transaction of its own, stays however that ends. */
  apart<T>(work: () => Promise<T>): Promise<T> {
    return this.units.exit(work);
  }

  /**
   * Runs `work` once the present transaction is committed, or may be; never after a rollback; at once where there is
   * none. What it throws is logged and counted: the write that it follows has happened.
   */
  async afterCommit(work: Following): Promise<void> {
    if (!this.units.getStore()?.follow(work)) await this.carryOut(work);
  }

  private async run<T>(statement: (connection: PooledConnection) => Promise<T>): Promise<T> {
    const present = this.units.getStore()?.present;
    if (present) return statement(present);
    const connection = this.pool.connection();
    try {
      return await statement(connection);
    } catch (error) {
      throw isReadOnly(error) ? new OutsideTransaction('What writes or locks', error) : error;
    } finally {
      connection.release();
    }
  }

  /** Does what belongs to the unit, ends it, and only then, without its locks and its connection, what follows. */
  private async within<T>(unit: UnitOfWork, work: () => Promise<T>): Promise<T> {
    try {
      return await this.units.run(unit, async () => {
        try {
          const result = await work();
          await unit.commit();
          return result;
        } catch (error) {
          await (error instanceof Problem && error.commits ? unit.commit() : unit.rollback());
          throw error;
        }
      });
    } finally {
      const following = unit.end();
      await this.apart(() => Promise.all(following.map((each) => this.carryOut(each))));
    }
  }

  private async carryOut(work: Following): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.failures.inc();
      this.logger.error({ err: error }, 'what follows a commit failed');
    }
  }

  private mustBeOpen(what: string): PooledConnection {
    const present = this.units.getStore()?.present;
    if (!present) throw new OutsideTransaction(what);
    return present;
  }

  private async retrying<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt >= MOST_TRIES || !isRetryable(error)) throw error;
      }
    }
  }
}

export { sql };
