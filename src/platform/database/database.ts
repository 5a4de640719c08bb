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
 * The only access to PostgreSQL. A statement runs in the transaction that is open in its context, wherever the call
 * is made. Outside of a transaction, the server rejects writes and locks.
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

  /** True if PostgreSQL responded to the last statement. */
  get isReached(): boolean {
    return this.pool.isReached;
  }

  /** @throws OutsideTransaction if the statement writes or locks and no transaction is open */
  query<T>(statement: Sql): Promise<T[]> {
    return this.run((connection) => connection.query<T>(statement));
  }

  /**
   * Like `query`, but each connection keeps the statement prepared. Use it for frequent statements with few
   * different texts. TypeORM prepares no statements.
   */
  prepared<T>(statement: Pick<Sql, 'text' | 'values'>): Promise<T[]> {
    return this.run((connection) => connection.query<T>(statement, preparedName(statement.text)));
  }

  /**
   * Streams the rows of a statement of any size, a few at a time. The current transaction reads them, regardless of
   * the context that requests the rows.
   * @param name the name of the cursor, which must be unique among the open cursors of the transaction
   */
  stream<T>(name: string, statement: Sql): AsyncGenerator<T, void, void> {
    return readAll(name, statement, this.mustBeOpen('A cursor'));
  }

  /** Removes the limits of the current transaction, for an import. It may be idle for ten minutes. */
  liftLimits(): Promise<void> {
    return this.mustBeOpen('The removal of limits').liftLimits();
  }

  /**
   * Runs `work` in the current transaction, or in a new one. The outermost call ends it: with a commit if `work`
   * returns or throws a problem marked `commits`, and with a rollback if it throws any other error. After a
   * deadlock or a serialization failure the transaction is repeated, up to three runs in total.
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
   * Runs reads that see the same state of the database, in a transaction of their own. Outside of a transaction, each
   * statement sees what has been committed before it.
   */
  snapshot<T>(work: () => Promise<T>): Promise<T> {
    return this.transaction(async () => {
      await this.query(sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`);
      return work();
    });
  }

  /**
   * Runs `work` so that all its transactions are one transaction, between `begin` and `finish` of the bracket. The
   * first statement opens it, so that no connection is in use earlier, for example while a password is hashed.
   */
  bracketed<T>(bracket: Bracket<T>, work: () => Promise<T>): Promise<T> {
    return this.within(new UnitOfWork(bracket as Bracket<unknown>), async () => {
      const result = await work();
      await this.transaction(() => bracket.finish(result));
      return result;
    });
  }

  /** True if all transactions of the present context are one (`bracketed`). */
  get isBracketed(): boolean {
    return this.units.getStore() !== undefined;
  }

  /**
   * Runs `work` in a transaction of its own, or as a part of the current one that is rolled back alone if `work` throws.
   * Callbacks that follow the commit are then forgotten, too. Locks of the part that were there before remain.
   */
  separately<T>(work: () => Promise<T>): Promise<T> {
    const unit = this.units.getStore();
    return this.transaction(unit ? () => unit.part(work) : work);
  }

  /**
   * Runs `work` outside of the current transaction. What it writes, in its own transaction, remains even if the
   * current one is rolled back.
   */
  apart<T>(work: () => Promise<T>): Promise<T> {
    return this.units.exit(work);
  }

  /**
   * Runs `work` after the current transaction has been committed, or may have been, but never after a rollback.
   * Without a transaction, it runs immediately. Its errors are logged and counted, because the write has already
   * happened.
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
      throw isReadOnly(error) ? new OutsideTransaction('A statement that writes or locks', error) : error;
    } finally {
      connection.release();
    }
  }

  /**
   * Runs `work` in the unit and ends the unit. Then it runs the callbacks that follow a commit, when the locks and
   * the connection have been released.
   */
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
