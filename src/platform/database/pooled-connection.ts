import type { Pool, PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import type { Sql } from 'sql-template-tag';
import type { DatabaseBreaker } from './database-breaker.js';
import { within } from '../deadline/deadline.js';
import { DatabaseUnavailable } from '../errors/server-problems.js';
import { isUnanswered } from './database-problems.js';
import type { PoolQueue } from './pool-queue.js';
import type { Queryable } from './queryable.js';
import type { StatementLog } from './statement-log.js';
import { TransactionEnded } from './transaction.errors.js';

/** The maximum of setTimeout: 24.8 days. */
const LONGEST_MS = 2 ** 31 - 1;

const IDLE_LIMIT = 'idle_in_transaction_session_timeout';

/**
 * How long a transaction without limits may wait for its process: for a large post that is rendered, or for the reader
 * of an export. One that was stopped (Ctrl-Z) would otherwise keep its locks for ever, and writes would wait for them.
 */
const LONGEST_IDLE_MS = 600_000;

/**
 * One connection of the pool, acquired at the first statement and returned by `release`. A statement fails if it is
 * not answered within the deadline of its pool (createDataSource), because a frozen server enforces no limits. The
 * deadline of the first statement includes the wait for the connection.
 */
export class PooledConnection implements Queryable {
  private connecting: Promise<PoolClient> | undefined;
  private client: PoolClient | undefined;
  /** The server still runs a statement, or has gone. The connection must not be used again. */
  private broken = false;
  private released = false;
  private deadlineMs: number;

  constructor(
    { options }: Pool,
    private readonly queue: PoolQueue,
    private readonly log: StatementLog,
    private readonly breaker: DatabaseBreaker,
  ) {
    this.deadlineMs = options.query_timeout ?? LONGEST_MS;
  }

  /** @param name the name of the prepared statement of this connection */
  async query<T>(statement: Pick<Sql, 'text' | 'values'>, name?: string): Promise<T[]> {
    const { rows } = await this.send(statement.text, statement.values, name);
    return rows as T[];
  }

  /** The limits are removed, or raised, until the transaction ends. */
  async liftLimits(): Promise<void> {
    await this
      .send(`SELECT set_config(name, CASE name WHEN '${IDLE_LIMIT}' THEN '${LONGEST_IDLE_MS}' ELSE '0' END, true)
      FROM unnest(ARRAY['statement_timeout', 'lock_timeout', '${IDLE_LIMIT}']) AS name`);
    this.deadlineMs = LONGEST_MS;
  }

  begin(): Promise<void> {
    // Outside of a transaction, statements can only read: poolOptions.
    return this.orBreakOff('BEGIN READ WRITE');
  }

  commit(): Promise<void> {
    return this.orBreakOff('COMMIT');
  }

  /** If the rollback fails, the connection is closed, and the server rolls back. */
  async rollback(): Promise<void> {
    if (!this.broken) await this.orBreakOff('ROLLBACK').catch(() => undefined);
  }

  /** Begins a part of the transaction that can be undone alone. The innermost part ends first. */
  async beginPart(): Promise<void> {
    await this.send('SAVEPOINT part');
  }

  async endPart(): Promise<void> {
    await this.send('RELEASE SAVEPOINT part');
  }

  /** If this fails, the connection is closed, and the server rolls back all of the transaction. */
  async undoPart(): Promise<void> {
    if (!this.broken)
      await this.orBreakOff('ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part').catch(() => undefined);
  }

  /** A connection that arrives after its caller has given up is also returned. */
  release(): void {
    this.released = true;
    void this.connecting?.then(
      (client) => {
        client.off('error', this.breakOff);
        client.release(this.broken);
      },
      () => undefined,
    );
    this.connecting = this.client = undefined;
  }

  /**
   * The server can still execute a BEGIN that it has not answered. The next user of this connection would then
   * write into a transaction that nothing ends.
   */
  private async orBreakOff(step: string): Promise<void> {
    try {
      await this.send(step);
    } catch (error) {
      this.breakOff();
      throw error;
    }
  }

  private async send(text: string, values?: unknown[], name?: string): Promise<QueryResult<QueryResultRow>> {
    if (this.released) throw new TransactionEnded();
    if (this.broken || this.breaker.isOpen) throw new DatabaseUnavailable(this.breaker.fault);
    this.breaker.asked();
    try {
      const result = await this.sendWithin(this.deadlineMs, { name, text, values });
      this.breaker.answered();
      return result;
    } catch (error) {
      this.breaker.failed(error);
      if (isUnanswered(error)) this.breakOff();
      throw error;
    }
  }

  private async sendWithin(deadlineMs: number, statement: QueryConfig): Promise<QueryResult<QueryResultRow>> {
    const since = performance.now();
    const client = (this.client ??= await this.connected());
    const sent = performance.now();
    const left = Math.max(1, Math.ceil(deadlineMs - (sent - since)));
    try {
      return await client.query({ ...statement, query_timeout: left } as QueryConfig);
    } finally {
      this.log.remarkIfSlow(performance.now() - sent, statement.text);
    }
  }

  /** @throws DatabaseUnavailable for every reason, which is its cause */
  private connected(): Promise<PoolClient> {
    const connecting = (this.connecting ??= this.queue.acquire().then(
      (client) => client.on('error', this.breakOff),
      (error: unknown) => Promise.reject(new DatabaseUnavailable(error)),
    ));
    return within(this.deadlineMs, connecting, () => new DatabaseUnavailable());
  }

  private readonly breakOff = (): void => {
    this.broken = true;
  };
}
