import { Injectable } from '@nestjs/common';
import { RedisConnection } from '../redis/redis-connection.js';
import { countInRedis } from './redis-windows.js';
import { type WindowCount, WindowStore } from './window-store.js';

/**
 * Counts requests in Redis, where all processes share the counts. If Redis is absent or does not respond, it counts
 * in this process alone.
 */
@Injectable()
export class LimitStore {
  constructor(
    private readonly redis: RedisConnection,
    private readonly local: WindowStore,
  ) {}

  /** Adds one and returns the count, without a promise if this process counts alone. */
  add(key: string, windowMs: number): WindowCount | Promise<WindowCount> {
    return this.redis.up ? this.addInRedis(key, windowMs, 1, Infinity) : this.local.add(key, windowMs);
  }

  /** Adds `count`, or nothing if the result would be above `most`, and returns the count. */
  addUpTo(most: number, key: string, windowMs: number, count: number): WindowCount | Promise<WindowCount> {
    return this.redis.up
      ? this.addInRedis(key, windowMs, count, most)
      : this.local.add(key, windowMs, count, most);
  }

  private async addInRedis(key: string, windowMs: number, count: number, most: number): Promise<WindowCount> {
    try {
      return await this.redis.run((client) => countInRedis(client, key, windowMs, count, most));
    } catch {
      return this.local.add(key, windowMs, count, most);
    }
  }
}
