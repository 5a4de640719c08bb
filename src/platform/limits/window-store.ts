import { Injectable } from '@nestjs/common';
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

/** About 130 bytes each: 13 MB when full. */
const MOST_KEYS = 100_000;

/**
 * Fixed windows counted in this process. Bounded: the key that was quiet for
 * longest makes room, and ended windows are dropped.
 */
@Injectable()
export class WindowStore {
  private readonly windows = new LRUCache<string, Window>({ max: MOST_KEYS });
  private lastSweep = 0;

  /** Adds `by` (negative gives back) and tells the count. */
  add(key: string, windowMs: number, by = 1): Count {
    const now = performance.now();
    this.sweep(now, windowMs);
    let window = this.windows.get(key);
    if (!window || window.endsAt <= now) window = { hits: 0, endsAt: now + windowMs };
    window.hits = Math.max(0, window.hits + by);
    this.windows.set(key, window);
    return { hits: window.hits, resetMs: window.endsAt - now };
  }

  /** The count as it stands. */
  peek(key: string, windowMs: number): Count {
    const now = performance.now();
    const window = this.windows.peek(key);
    return window && window.endsAt > now
      ? { hits: window.hits, resetMs: window.endsAt - now }
      : { hits: 0, resetMs: windowMs };
  }

  get size(): number {
    return this.windows.size;
  }

  private sweep(now: number, windowMs: number): void {
    if (now - this.lastSweep < Math.min(windowMs, 60_000)) return;
    this.lastSweep = now;
    for (const [key, window] of this.windows.entries()) if (window.endsAt <= now) this.windows.delete(key);
  }
}
