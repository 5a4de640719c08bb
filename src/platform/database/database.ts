import { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import { Injectable } from '@nestjs/common';
import sql, { type Sql } from 'sql-template-tag';
import { DataSource, type QueryRunner } from 'typeorm';
import { Problem } from '../errors/problem.js';
import { DatabaseUnavailable } from '../errors/problems.js';
import { isRetryable, isUnanswered } from './database-problems.js';

/** Where statements run: the pool, or an open transaction. */
export interface Queryable {
  /** Rows of a statement; parameters are bound, never pasted. */
  query<T>(statement: Sql): Promise<T[]>;
}

/** An open transaction. */
export interface Transaction extends Queryable {
  readonly isTransaction: true;
}

const MOST_TRIES = 3;

/**
 * The one way to PostgreSQL. `transaction` joins the one that the request
 * already opened (carried in AsyncLocalStorage) and opens one only where there
 * is none.
 */
@Injectable()
export class Database implements Queryable {
  private readonly open = new AsyncLocalStorage<Transaction>();

  constructor(private readonly source: DataSource) {}

  async query<T>(statement: Sql): Promise<T[]> {
    const joined = this.open.getStore();
    if (joined) return joined.query<T>(statement);
    return this.withRunner((runner) => run<T>(runner, statement));
  }

  /**
   * Runs `work` in a transaction. A problem marked `commits` ends it by commit
   * and is thrown on; every other error rolls back. A deadlock or serialization
   * failure is tried again, three times in all.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const joined = this.open.getStore();
    if (joined) return work(joined);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.withRunner((runner) => this.attempt(runner, work));
      } catch (error) {
        if (attempt >= MOST_TRIES || !isRetryable(error)) throw error;
      }
    }
  }

  private async attempt<T>(runner: QueryRunner, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const tx: Transaction = { isTransaction: true, query: (statement) => run(runner, statement) };
    await runner.startTransaction();
    try {
      const result = await this.open.run(tx, () => work(tx));
      await runner.commitTransaction();
      return result;
    } catch (error) {
      if (error instanceof Problem && error.commits) await runner.commitTransaction();
      else await runner.rollbackTransaction().catch(() => undefined); // the connection may be gone: the server rolls back
      throw error;
    }
  }

  private async withRunner<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    if (!this.source.isInitialized) throw new DatabaseUnavailable();
    const runner = this.source.createQueryRunner();
    try {
      return await work(runner);
    } finally {
      await runner.release();
    }
  }
}

async function run<T>(runner: QueryRunner, statement: Sql): Promise<T[]> {
  try {
    const result = await runner.query(statement.text, statement.values, true);
    return result.records as T[];
  } catch (error) {
    if (isUnanswered(error)) await breakOff(runner);
    throw error;
  }
}

/** The server still works on it, or is gone: the connection must serve nobody else, not even a rollback. */
async function breakOff(runner: QueryRunner): Promise<void> {
  const client = (await runner.connect()) as { connection: { stream: Socket } };
  client.connection.stream.destroy();
}

export { sql };
