import type { Socket } from 'node:net';
import sql, { type Sql } from 'sql-template-tag';
import type { DataSource, QueryRunner } from 'typeorm';
import { DatabaseUnavailable } from '../errors/problems.js';
import { isUnanswered } from './database-problems.js';
import type { Transaction } from './queryable.js';

/** What node-postgres keeps with each connection. */
interface Client {
  connection?: { stream: Socket };
  connectionParameters: { query_timeout: number | false };
}

/** One connection of the pool, taken at the first statement and given back by `release`. */
export class Session implements Transaction {
  readonly isTransaction = true;
  private restore = () => {};

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
    return this.orBreakOff(this.runner.startTransaction());
  }

  commit(): Promise<void> {
    return this.orBreakOff(this.runner.commitTransaction());
  }

  /** Where it fails the connection is broken off, and the server rolls back by itself. */
  async rollback(): Promise<void> {
    await this.orBreakOff(this.runner.rollbackTransaction()).catch(() => undefined);
  }

  release(): Promise<void> {
    this.restore();
    return this.runner.release();
  }

  /** PostgreSQL forgets its limits at the end of the transaction; the client's own is put back by `release`. */
  async liftLimits(): Promise<void> {
    await this.query(sql`
      SELECT set_config(name, '0', true)
      FROM unnest(ARRAY['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) AS name`);
    const { connectionParameters: client } = (await this.runner.connect()) as Client;
    const usual = client.query_timeout;
    if (usual === false) return;
    client.query_timeout = false;
    this.restore = () => (client.query_timeout = usual);
  }

  /**
   * A BEGIN that was sent and not answered may still be carried out: whoever
   * got this connection next would write into a transaction that nobody ends.
   */
  private async orBreakOff(step: Promise<void>): Promise<void> {
    try {
      await step;
    } catch (error) {
      await this.breakOff();
      throw error;
    }
  }

  /** The server still works on it, or is gone: the connection must serve nobody else. */
  private async breakOff(): Promise<void> {
    const client = (await this.runner.connect().catch(() => undefined)) as Client | undefined;
    client?.connection?.stream.destroy();
  }
}
