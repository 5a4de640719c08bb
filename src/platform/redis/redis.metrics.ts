import type { FactoryProvider } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import { metricsOfApp } from '../metrics/metrics-of-app.js';
import { RedisConnection } from './redis-connection.js';
import { redisSettings } from './redis.settings.js';

/** Omits a metric without REDIS_URL: an alert on redis_up must apply only to deployments with Redis. */
const withRedis = ({ provide, useFactory, inject = [] }: FactoryProvider): FactoryProvider => ({
  provide,
  inject: [redisSettings.KEY, ...inject],
  useFactory: ({ REDIS_URL }: ConfigType<typeof redisSettings>, ...dependencies: unknown[]): unknown =>
    REDIS_URL ? useFactory(...dependencies) : undefined,
});

export const REDIS_METRICS = metricsOfApp(
  makeGaugeProvider({
    name: 'redis_up',
    help: '1 while Redis is in use, 0 while requests are served without it.',
    inject: [RedisConnection],
    collect(redis: RedisConnection) {
      this.set(Number(redis.up));
    },
  }),
  makeCounterProvider({
    name: 'redis_faults_total',
    help: 'Number of Redis commands that failed, by reason: timeout, connection (lost connection) or refused.',
    labelNames: ['kind'],
  }),
).map(withRedis);
