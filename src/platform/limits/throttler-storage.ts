import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { WindowStore } from './window-store.js';

/** @nestjs/throttler's view of the bounded store. */
@Injectable()
export class BoundedThrottlerStorage implements ThrottlerStorage {
  constructor(private readonly store: WindowStore) {}

  increment(key: string, ttl: number, limit: number) {
    const { hits, resetMs } = this.store.add(key, ttl);
    const timeToExpire = Math.ceil(Math.floor(resetMs) / 1000);
    const isBlocked = hits > limit;
    return Promise.resolve({
      totalHits: hits,
      timeToExpire,
      isBlocked,
      timeToBlockExpire: isBlocked ? timeToExpire : 0,
    });
  }
}
