import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { RedisConnection } from '../platform/redis/redis-connection.js';

/** Checks that Redis responds and accepts commands. Readiness ignores it, because Galley works without Redis. */
@Injectable()
export class RedisIndicator {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly redis: RedisConnection,
  ) {}

  get enabled(): boolean {
    return this.redis.enabled;
  }

  async check() {
    const indicator = this.health.check('redis');
    if (!(await this.redis.answers())) return indicator.down({ message: 'does not respond' });
    return this.redis.refuses ? indicator.down({ message: 'refuses commands' }) : indicator.up();
  }
}
