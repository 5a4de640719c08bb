import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import sql, { type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { Problem } from '../errors/problem.js';
import { isRetryable } from './database-problems.js';
import type { Queryable, Transaction } from './queryable.js';
import { preparedName } from './prepared-name.js';
import { Session } from './session.js';

export type { Queryable, Transaction } from './queryable.js';

/** What has to stand in the same transaction as the effect of a request. */
export interface Bracket<T> {
  /** The first statements of the transaction; what it throws rolls it back. */
  begin(tx: Transaction): Promise<void>;
  /** The last ones, after the work; what it throws rolls everything back. */
  finish(tx: Transaction, result: T): Promise<void>;
}

/** The unit of work that a request carries: its transaction once something has opened one. */
interface Unit {
  bracket?: Bracket<unknown>;
  session?: Session;
  /** What waits for its commit. */
  committed?: (() => Promise<void>)[];
}

const MOST_TRIES = 3;
/** What may run beside a bracket; every other statement is an effect, and alone it would be committed before the record. */
const READ = /^\s*SELECT\b/i;

/**
 * The one way to PostgreSQL. `transaction` joins the one that the request
 * already opened (carried in AsyncLocalStorage) and opens one only where there
 * is none.
 */
@Injectable()
export class Database implements Queryable {
  private readonly unit = new AsyncLocalStorage<Unit>();

  constructor(private readonly source: DataSource) {}

  async query<T>(statement: Sql): Promise<T[]> {
    const unit = this.unit.getStore();
    if (unit?.session) return unit.session.query<T>(statement);
    if (unit?.bracket && !READ.test(statement.text)) return this.transaction((tx) => tx.query<T>(statement));
    const session = Session.of(this.source);
    try {
      return await session.query<T>(statement);
    } finally {
      session.release();
    }
  }

  /**
   * Rows of a statement that each connection keeps prepared, outside of any
   * transaction: for hot reads, whose texts are few. TypeORM prepares nothing.
   */
  async prepared<T>(statement: Sql): Promise<T[]> {
    const session = Session.of(this.source);
    try {
      return await session.query<T>(statement, preparedName(statement.text));
    } finally {
      session.release();
    }
  }

  /**
   * Runs `work` in a transaction. A problem marked `commits` ends it by commit
   * and is thrown on; every other error rolls back. A deadlock or serialization
   * failure is tried again, three times in all.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const unit = this.unit.getStore();
    if (unit?.session) return work(unit.session);
    if (unit) return this.retrying(() => this.openIn(unit, work));
    const own: Unit = {};
    return this.retrying(() => this.unit.run(own, () => this.ending(own, () => this.openIn(own, work))));
  }

  /**
   * Runs `work` so that all its transactions are one, between `begin` and
   * `finish` of the bracket. It is opened by the first that asks, so that
   * nothing holds a connection before: a password is hashed without one.
   */
  async bracketed<T>(bracket: Bracket<T>, work: () => Promise<T>): Promise<T> {
    const unit: Unit = { bracket: bracket };
    return this.unit.run(unit, () =>
      this.ending(unit, async () => {
        const result = await work();
        await this.transaction((tx) => bracket.finish(tx, result));
        return result;
      }),
    );
  }

  /** Runs `work` beside the request's transaction: what it writes stays, however that ends. */
  apart<T>(work: () => Promise<T>): Promise<T> {
    return this.unit.exit(work);
  }

  /** Runs `work` once the present transaction is committed, or may be; never after a rollback; at once where there is none. */
  async afterCommit(work: () => Promise<void>): Promise<void> {
    const unit = this.unit.getStore();
    if (unit) (unit.committed ??= []).push(work);
    else await work();
  }

  /** Opens the unit's transaction and does the first work in it; the unit ends it. */
  private async openIn<T>(unit: Unit, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const session = Session.of(this.source);
    try {
      await session.begin();
      await unit.bracket?.begin(session);
      unit.session = session;
      return await work(session);
    } catch (error) {
      if (isRetryable(error) || unit.session === undefined) {
        unit.session = undefined;
        unit.committed = undefined;
        await session.rollback();
        session.release();
      }
      throw error;
    }
  }

  private async ending<T>(unit: Unit, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      await this.commit(unit);
      return result;
    } catch (error) {
      if (error instanceof Problem && error.commits) await this.commit(unit);
      else await unit.session?.rollback();
      throw error;
    } finally {
      unit.session?.release();
      unit.session = undefined;
    }
  }

  /** A commit that got no answer may have been carried out: who waits for it is told either way. */
  private async commit(unit: Unit): Promise<void> {
    try {
      await unit.session?.commit();
    } finally {
      const waiting = unit.committed ?? [];
      unit.committed = undefined;
      await this.apart(() => Promise.all(waiting.map((work) => work())));
    }
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
