import { Injectable } from '@nestjs/common';
import { RedisConnection } from '../redis/redis-connection.js';
import { countInRedis } from './redis-windows.js';
import { type WindowCount, WindowStore } from './window-store.js';

/**
 * Counts requests: in Redis, where all processes count together, and in this
 * process alone while Redis is absent or does not answer.
 */
@Injectable()
export class LimitStore {
  constructor(
    private readonly redis: RedisConnection,
    private readonly local: WindowStore,
  ) {}

  /** Adds one and tells the count; at once where this process counts alone. */
  add(key: string, windowMs: number): WindowCount | Promise<WindowCount> {
    return this.redis.up ? this.addInRedis(key, windowMs) : this.local.add(key, windowMs);
  }

  private async addInRedis(key: string, windowMs: number): Promise<WindowCount> {
    try {
      return await this.redis.run((client) => countInRedis(client, key, windowMs));
    } catch {
      return this.local.add(key, windowMs);
    }
  }
}
