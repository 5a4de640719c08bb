import { Module } from '@nestjs/common';
import { Periodic } from '../periodic/periodic.js';
import { PeriodicModule } from '../periodic/periodic.module.js';
import { RedisConnection } from './redis-connection.js';
import { REDIS_METRICS } from './redis.metrics.js';

@Module({
  imports: [PeriodicModule],
  providers: [...REDIS_METRICS, RedisConnection],
  exports: [RedisConnection],
})
export class RedisModule {
  constructor(periodic: Periodic, redis: RedisConnection) {
    if (!redis.enabled) return;
    const roles = ['api', 'worker'] as const;
    periodic.add({ name: 'redis-probe', roles, everyMs: 500, run: () => redis.probe() });
    periodic.add({ name: 'redis-heartbeat', roles, everyMs: 5000, run: () => redis.beat() });
  }
}
