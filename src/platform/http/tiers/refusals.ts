import type { WindowCount } from '../../limits/window-store.js';
import type { Limit } from './limit.js';

/**
 * After this time the counts are read again, because they can change in other processes and failures can be
 * reverted.
 */
const HELD_MS = 1000;
const MOST_HELD = 10_000;

interface Held {
  limit: Limit;
  /** The time at which the window ends. */
  endsAt: number;
  until: number;
}

/** Limits that were reached a moment ago, in the order of their expiry. */
export class Refusals {
  private readonly held = new Map<string, Held>();

  hold(limit: Limit, resetMs: number, now = performance.now()): void {
    const id = `${limit.name}:${limit.key}`;
    this.held.delete(id);
    for (const [first, { until }] of this.held) {
      if (until > now && this.held.size < MOST_HELD) break;
      this.held.delete(first);
    }
    const { name, key, max } = limit; // A repeated rejection must not extend the time.
    this.held.set(id, {
      limit: { name, key, max },
      endsAt: now + resetMs,
      until: now + Math.min(HELD_MS, resetMs),
    });
  }

  find(
    { name, key }: Pick<Limit, 'name' | 'key'>,
    now = performance.now(),
  ): { limit: Limit; count: WindowCount } | undefined {
    const held = this.held.get(`${name}:${key}`);
    if (!held || held.until <= now) return undefined;
    return { limit: held.limit, count: { hits: held.limit.max + 1, resetMs: held.endsAt - now } };
  }

  get size(): number {
    return this.held.size;
  }
}
