import pg from 'pg';
import { DatabaseBreaker } from './database-breaker.js';
import { DatabaseUnavailable } from '../errors/server-problems.js';
import { PoolQueue } from './pool-queue.js';
import { PooledConnection } from './pooled-connection.js';
import type { StatementLog } from './statement-log.js';

/**
 * The connections to PostgreSQL. Galley provides the pool: TypeORM creates it through its `driver` option and ends
 * it with the data source. A data source that connects again gets a new pool.
 */
export class ConnectionPool {
  private pool: pg.Pool | undefined;
  private queue: PoolQueue | undefined;
  private readonly clients = new Set<pg.PoolClient>();
  private readonly breaker: DatabaseBreaker;
  private startFault: unknown;

  constructor(
    private readonly options: pg.PoolConfig,
    private readonly log: StatementLog,
  ) {
    this.breaker = new DatabaseBreaker(options, {
      exist: () => this.clients.size > 0,
      drop: () => this.drop(),
      report: (fault) => this.log.remarkOnBreaker(fault),
    });
  }

  /** True if PostgreSQL has been reached and responded to the last statement. */
  get isReached(): boolean {
    return this.pool !== undefined && this.breaker.isReached;
  }

  /** Remembers why PostgreSQL was not reached, until it is reached for the first time. */
  notReached(error: unknown): void {
    this.startFault = error;
  }

  /** The value of TypeORM's `driver` option: the part of the package pg that TypeORM uses. */
  get driver(): { Pool: new () => pg.Pool } {
    const { options } = this;
    const forget = (client: pg.PoolClient) => this.clients.delete(client);
    const keep = (pool: pg.Pool, client: pg.PoolClient) => {
      if (this.pool !== pool) this.queue = new PoolQueue(pool, () => this.clients.size > 0);
      this.pool = pool;
      this.clients.add(client);
      // PostgreSQL can end it before its user listens, and an error that nobody hears ends the process.
      client.on('error', () => undefined);
      // The pool removes a connection that PostgreSQL has ended only when its user returns it.
      client.once('end', () => forget(client));
    };
    return {
      Pool: class extends pg.Pool {
        constructor() {
          super(options);
          this.on('connect', (client) => keep(this, client));
          this.on('remove', forget);
        }
      },
    };
  }

  /**
   * Returns a connection that is acquired at its first statement.
   * @throws DatabaseUnavailable until the database has been reached for the first time, and while the breaker is open
   */
  connection(): PooledConnection {
    if (!this.pool || !this.queue) throw new DatabaseUnavailable(this.startFault);
    if (this.breaker.isOpen) throw new DatabaseUnavailable(this.breaker.fault);
    return new PooledConnection(this.pool, this.queue, this.log, this.breaker);
  }

  /** Opens and closes the breaker. Call it twice a second once the database has been reached. */
  async watch(): Promise<void> {
    if (this.pool) await this.breaker.watch();
  }

  /** The numbers of connections in use and idle, and of requests that wait for a connection. */
  get counts(): { used: number; free: number; pending: number; max: number } {
    const { totalCount = 0, idleCount = 0, waitingCount = 0, options } = this.pool ?? {};
    return {
      used: totalCount - idleCount,
      free: idleCount,
      pending: waitingCount,
      max: options?.max ?? 0,
    };
  }

  /** Breaks all connections. Their statements fail, and the pool opens new ones when it needs them. */
  private drop(): void {
    for (const client of this.clients) client.connection.stream.destroy();
    this.clients.clear();
  }
}
