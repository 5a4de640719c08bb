import pg from 'pg';
import { DatabaseUnavailable } from '../errors/problems.js';
import { PooledConnection } from './pooled-connection.js';
import type { StatementLog } from './statement-log.js';

/**
 * The connections to PostgreSQL. The pool is ours: TypeORM makes it through its `driver` option, and ends it when the
 * data source is destroyed. A data source that connects once more gets a new one.
 */
export class ConnectionPool {
  private pool: pg.Pool | undefined;

  constructor(
    private readonly options: pg.PoolConfig,
    private readonly log: StatementLog,
  ) {}

  /** For the `driver` option of TypeORM: the part of the package pg that it uses. */
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
   * A connection, taken when its first statement needs it.
   * @throws DatabaseUnavailable while no database was reached yet
   */
  connection(): PooledConnection {
    if (!this.pool) throw new DatabaseUnavailable();
    return new PooledConnection(this.pool, this.log);
  }

  /** Connections by what they do, and the requests that wait for one. */
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
