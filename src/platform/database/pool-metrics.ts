import { Injectable } from '@nestjs/common';
import { Metrics } from '../metrics/registry.js';
import { ConnectionPool } from './connection-pool.js';

/** The connection pool, read at each scrape. */
@Injectable()
export class PoolMetrics {
  constructor(metrics: Metrics, pool: ConnectionPool) {
    metrics.gauge({
      name: 'database_connections_active',
      help: 'Number of database connections in use.',
      collect() {
        this.set(pool.counts.used);
      },
    });
    metrics.gauge({
      name: 'database_connection_pool_size',
      help: 'Number of database connections by state. The state pending counts waiting requests, and max is the size of the pool.',
      labelNames: ['state'],
      collect() {
        for (const [state, count] of Object.entries(pool.counts)) this.set({ state }, count);
      },
    });
  }
}
