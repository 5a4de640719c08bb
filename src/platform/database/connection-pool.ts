import pg from 'pg';
import { DatabaseUnavailable } from '../errors/problems.js';
import { PooledConnection } from './pooled-connection.js';
import type { StatementLog } from './statement-log.js';

/**
 * The connections to PostgreSQL. Galley provides the pool: TypeORM creates it through its `driver` option and ends
 * it with the data source. A data source that connects again gets a new pool.
 */
export class ConnectionPool {
  private pool: pg.Pool | undefined;

  constructor(
    private readonly options: pg.PoolConfig,
    private readonly log: StatementLog,
  ) {}

  /** The value of TypeORM's `driver` option: the part of the package pg that TypeORM uses. */
  get driver(): { Pool: new () => pg.Pool } {
    const { options } = this;
    const keep = (pool: pg.Pool) => (this.pool = pool);
    return {
      Pool: class extends pg.Pool {
        constructor() {
          super(options);
          this.once('connect', () => keep(this));
        }
      },
    };
  }

  /**
   * Returns a connection that is acquired at its first statement.
   * @throws DatabaseUnavailable until the database has been reached for the first time
   */
  connection(): PooledConnection {
    if (!this.pool) throw new DatabaseUnavailable();
    return new PooledConnection(this.pool, this.log);
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
}
