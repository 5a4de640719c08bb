import { makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import { metricsOfApp } from '../metrics/metrics-of-app.js';
import { ConnectionPool } from './connection-pool.js';

/** The gauges read the connection pool at each scrape. */
export const DATABASE_METRICS = metricsOfApp(
  makeCounterProvider({
    name: 'after_commit_failures_total',
    help: 'Number of callbacks after a commit that failed.',
  }),
  makeGaugeProvider({
    name: 'database_up',
    help: '1 while PostgreSQL can be used, 0 while public reads are served from the cache and all other requests fail.',
    inject: [ConnectionPool],
    collect(pool: ConnectionPool) {
      this.set(Number(pool.isReached));
    },
  }),
  makeGaugeProvider({
    name: 'database_connections_active',
    help: 'Number of database connections in use.',
    inject: [ConnectionPool],
    collect(pool: ConnectionPool) {
      this.set(pool.counts.used);
    },
  }),
  makeGaugeProvider({
    name: 'database_connection_pool_size',
    help: 'Number of database connections by state. The state pending counts waiting requests, and max is the size of the pool.',
    labelNames: ['state'],
    inject: [ConnectionPool],
    collect(pool: ConnectionPool) {
      for (const [state, count] of Object.entries(pool.counts)) this.set({ state }, count);
    },
  }),
);
