import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { RedisConnection } from '../platform/redis/redis-connection.js';

/** Does Redis answer, and do what it is told? Nothing depends on it, so readiness does not ask. */
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
