import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

/** A count in the present window. */
export interface Count {
  hits: number;
  /** Milliseconds until the window ends. */
  resetMs: number;
}

interface Window {
  hits: number;
  endsAt: number;
}

/** About 270 bytes each: 27 MB when full (test/heavy/limiter-memory.js). */
const MOST_KEYS = 100_000;
const SWEEP_EVERY_MS = 1000;
/** Of one sweep, which takes about a millisecond then. */
const SWEPT_AT_ONCE = 5000;

/**
 * Fixed windows counted in this process. Bounded: the key that was quiet for
 * longest makes room, and ended windows are dropped a few thousand at a time.
 */
@Injectable()
export class WindowStore implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly windows = new LRUCache<string, Window>({ max: MOST_KEYS });
  private timer: NodeJS.Timeout | undefined;

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.sweep(), SWEEP_EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Adds one and tells the count. */
  add(key: string, windowMs: number): Count {
    const now = performance.now();
    let window = this.windows.get(key);
    if (!window || window.endsAt <= now) {
      window = { hits: 0, endsAt: now + windowMs };
      this.windows.set(key, window);
    }
    window.hits++;
    return { hits: window.hits, resetMs: window.endsAt - now };
  }

  get size(): number {
    return this.windows.size;
  }

  /** Drops ended windows, from the quietest on; one behind a window that still runs waits for that. */
  sweep(): void {
    const now = performance.now();
    const ended: string[] = [];
    for (const key of this.windows.rkeys()) {
      const window = this.windows.peek(key);
      if (!window || window.endsAt > now || ended.length === SWEPT_AT_ONCE) break;
      ended.push(key);
    }
    for (const key of ended) this.windows.delete(key);
  }
}
