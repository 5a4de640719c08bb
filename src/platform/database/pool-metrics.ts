import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Metrics } from '../metrics/registry.js';

interface Pool {
  totalCount: number;
  idleCount: number;
  waitingCount: number;
  options: { max: number };
}

/** The connection pool, read at each scrape. */
@Injectable()
export class PoolMetrics {
  constructor(metrics: Metrics, source: DataSource) {
    const pool = (): Pool | undefined =>
      source.isInitialized ? (source.driver as unknown as { master: Pool }).master : undefined;
    metrics.gauge({
      name: 'database_connections_active',
      help: 'Connections in use',
      collect() {
        const { totalCount = 0, idleCount = 0 } = pool() ?? {};
        this.set(totalCount - idleCount);
      },
    });
    metrics.gauge({
      name: 'database_connection_pool_size',
      help: 'Connections by state, waiting requests as pending, and the largest number as max',
      labelNames: ['state'],
      collect() {
        const { totalCount = 0, idleCount = 0, waitingCount = 0, options } = pool() ?? {};
        this.set({ state: 'used' }, totalCount - idleCount);
        this.set({ state: 'free' }, idleCount);
        this.set({ state: 'pending' }, waitingCount);
        this.set({ state: 'max' }, options?.max ?? 0);
      },
    });
  }
}
