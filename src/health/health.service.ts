import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { type HealthCheckResult, HealthCheckService, type HealthIndicatorResult } from '@nestjs/terminus';
import { processSettings } from '../platform/config/process.settings.js';
import { memoryLimit } from '../platform/memory/memory-limit.js';
import { TargetHealth } from '../platform/outbound/target-health.js';
import { DatabaseIndicator } from './database.indicator.js';
import { DatabaseReadiness } from './database-readiness.js';
import { LifecycleIndicator } from './lifecycle.indicator.js';
import { MailIndicator } from './mail.indicator.js';
import { RedisIndicator } from './redis.indicator.js';

const MEMORY_WARNING = 0.85;

@Injectable()
export class HealthService {
  constructor(
    private readonly terminus: HealthCheckService,
    private readonly database: DatabaseIndicator,
    private readonly readiness: DatabaseReadiness,
    private readonly redis: RedisIndicator,
    private readonly mail: MailIndicator,
    private readonly lifecycle: LifecycleIndicator,
    private readonly services: TargetHealth,
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
    const [database, redis, mail] = await Promise.all([
      timed(() => this.database.check()),
      this.redis.enabled ? timed(() => this.redis.check()) : undefined,
      this.mail.enabled ? timed(() => this.mail.check()) : undefined,
    ]);
    const others = { ...this.services.checks(), ...(redis && { redis }), ...(mail && { mail }) };
    const isComplete = Object.values(others).every(({ status }) => status === 'up');
    const { rss, heapUsed } = process.memoryUsage();
    const limit = memoryLimit();
    return {
      ...this.summary(),
      status: database.status === 'up' ? (isComplete ? 'ok' : 'degraded') : 'error',
      environment: this.config.DEPLOY_ENV ?? this.config.NODE_ENV,
      checks: { ...others, database },
      memory: { rss, heapUsed, limit, warning: rss >= limit * MEMORY_WARNING },
    };
  }
}

async function timed(check: () => Promise<HealthIndicatorResult>) {
  const start = performance.now();
  const [result] = Object.values(await check()) as { status: string; message?: string }[];
  return {
    status: result?.status === 'up' ? ('up' as const) : ('down' as const),
    message: result?.message,
    responseTime: Math.round(performance.now() - start),
  };
}
