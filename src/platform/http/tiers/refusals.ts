import type { WindowCount } from '../../limits/window-store.js';
import type { Limit } from './limit.js';

/** The counts may change elsewhere, and failures are given back: after this they are looked at again. */
const HELD_MS = 1000;
const MOST_HELD = 10_000;

interface Held {
  limit: Limit;
  /** When the window ends. */
  endsAt: number;
  until: number;
}

/** Limits that refused a moment ago, in the order in which they are forgotten. */
export class Refusals {
  private readonly held = new Map<string, Held>();

  hold(limit: Limit, resetMs: number, now = performance.now()): void {
    const id = `${limit.name}:${limit.key}`;
    this.held.delete(id);
    for (const [first, { until }] of this.held) {
      if (until > now && this.held.size < MOST_HELD) break;
      this.held.delete(first);
    }
    const { name, key, max } = limit; // what is shown again must not be held again
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
