import type { Socket } from 'node:net';
import type { Sql } from 'sql-template-tag';
import type { DataSource, QueryRunner } from 'typeorm';
import { DatabaseUnavailable } from '../errors/problems.js';
import { isUnanswered } from './database-problems.js';
import type { Transaction } from './queryable.js';

/** One connection of the pool, taken at the first statement and given back by `release`. */
export class Session implements Transaction {
  readonly isTransaction = true;

  private constructor(private readonly runner: QueryRunner) {}

  /** @throws DatabaseUnavailable while no database was reached yet */
  static of(source: DataSource): Session {
    if (!source.isInitialized) throw new DatabaseUnavailable();
    return new Session(source.createQueryRunner());
  }

  async query<T>(statement: Sql): Promise<T[]> {
    try {
      const result = await this.runner.query(statement.text, statement.values, true);
      return result.records as T[];
    } catch (error) {
      if (isUnanswered(error)) await this.breakOff();
      throw error;
    }
  }

  begin(): Promise<void> {
    return this.runner.startTransaction();
  }

  commit(): Promise<void> {
    return this.runner.commitTransaction();
  }

  /** The connection may be gone already: then the server rolls back by itself. */
  async rollback(): Promise<void> {
    await this.runner.rollbackTransaction().catch(() => undefined);
  }

  release(): Promise<void> {
    return this.runner.release();
  }

  /** The server still works on it, or is gone: the connection must serve nobody else, not even a rollback. */
  private async breakOff(): Promise<void> {
    const client = (await this.runner.connect()) as { connection: { stream: Socket } };
    client.connection.stream.destroy();
  }
}
