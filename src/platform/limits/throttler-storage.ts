import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { LimitStore } from './limit-store.js';

/** @nestjs/throttler's view of the counts. */
@Injectable()
export class CountingThrottlerStorage implements ThrottlerStorage {
  constructor(private readonly store: LimitStore) {}

  async increment(key: string, ttl: number, limit: number) {
    const { hits, resetMs } = await this.store.add(key, ttl);
    const timeToExpire = Math.ceil(Math.floor(resetMs) / 1000);
    const isBlocked = hits > limit;
    return { totalHits: hits, timeToExpire, isBlocked, timeToBlockExpire: isBlocked ? timeToExpire : 0 };
  }
}
