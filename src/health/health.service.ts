import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { type HealthCheckResult, HealthCheckService, type HealthIndicatorResult } from '@nestjs/terminus';
import { processSettings } from '../platform/config/process.settings.js';
import { memoryLimit } from '../platform/memory/memory-limit.js';
import { DatabaseIndicator } from './database.indicator.js';
import { DatabaseReadiness } from './database-readiness.js';
import { LifecycleIndicator } from './lifecycle.indicator.js';
import { RedisIndicator } from './redis.indicator.js';

const MEMORY_WARNING = 0.85;

@Injectable()
export class HealthService {
  constructor(
    private readonly terminus: HealthCheckService,
    private readonly database: DatabaseIndicator,
    private readonly readiness: DatabaseReadiness,
    private readonly redis: RedisIndicator,
    private readonly lifecycle: LifecycleIndicator,
    @Inject(processSettings.KEY) private readonly config: ConfigType<typeof processSettings>,
  ) {}

  summary() {
    return {
      status: 'ok' as const,
      timestamp: new Date().toISOString(),
      uptime: process.uptime(),
      version: this.config.APP_VERSION,
    };
  }

  /** Checks only the process. If the database is down, restarting every pod does not help. */
  live(): Promise<HealthCheckResult> {
    return this.terminus.check([]);
  }

  ready(): Promise<HealthCheckResult> {
    return this.terminus.check([() => this.lifecycle.serving(), () => this.readiness.check()]);
  }

  startup(): Promise<HealthCheckResult> {
    return this.terminus.check([() => this.lifecycle.started(), () => this.database.check()]);
  }

  async details() {
    const [database, redis] = await Promise.all([
      timed(() => this.database.check()),
      this.redis.enabled ? timed(() => this.redis.check()) : undefined,
    ]);
    const degraded = redis?.status === 'down' ? ('degraded' as const) : ('ok' as const);
    const { rss, heapUsed } = process.memoryUsage();
    const limit = memoryLimit();
    return {
      ...this.summary(),
      status: database.status === 'up' ? degraded : ('error' as const),
      environment: this.config.DEPLOY_ENV ?? this.config.NODE_ENV,
      checks: { database, ...(redis && { redis }) },
      memory: { rss, heapUsed, limit, warning: rss >= limit * MEMORY_WARNING },
    };
  }
}

async function timed(check: () => Promise<HealthIndicatorResult>) {
  const start = performance.now();
  const [result] = Object.values(await check());
  return {
    status: result?.status === 'up' ? ('up' as const) : ('down' as const),
    responseTime: Math.round(performance.now() - start),
  };
}
