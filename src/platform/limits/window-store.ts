import { hash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Hash, WindowTable } from './window-table.js';

/** A count in the current window. */
export interface WindowCount {
  hits: number;
  /** Milliseconds until the window ends. */
  resetMs: number;
  /** True if nothing was added, because the result would be above the maximum of the call. */
  isRefused?: boolean;
}

/** With tables of at most 4,096 counts, a million counts require 20 MB. */
const TABLES = 256;
/** Runs once per second, so that each table is checked every 16 s, in less than a millisecond. */
const SWEPT_AT_ONCE = 16;

/**
 * Counts fixed windows in this process, in memory that is bounded and released: 500,000 addresses require 20 MB,
 * and all but 0.06 % of them are counted exactly (test/heavy/limiter-memory.ts). If there is no space, the lowest
 * of 16 counts is dropped, and never added to another one. A keyed hash determines which keys share a bucket. To
 * make the store drop an own count of n, an attacker must fill all buckets with counts of n, which requires about a
 * million times n requests from a million addresses in one window, and then 65,000 requests for each additional
 * one.
 */
@Injectable()
export class WindowStore {
  private readonly tables: (WindowTable | undefined)[] = new Array<undefined>(TABLES).fill(undefined);
  private readonly secret = randomBytes(16).toString('latin1');
  private nextSwept = 0;

  /**
   * Adds to a count and returns it.
   * @param most adds nothing if the result would be above this
   */
  add(key: string, windowMs: number, count = 1, most = Infinity): WindowCount {
    const now = performance.now();
    const hashed = this.hash(key);
    const number = hashed.high % TABLES;
    for (;;) {
      const table = (this.tables[number] ??= new WindowTable());
      const window = table.add(hashed, windowMs, now, count, most);
      if (window) {
        const { hits, endsAt, isRefused } = window;
        return { hits, resetMs: endsAt - now, isRefused };
      }
      this.tables[number] = table.doubled(now);
    }
  }

  get size(): number {
    return this.tables.reduce((sum, table) => sum + (table?.size ?? 0), 0);
  }

  /** Drops expired windows of some tables. The next call continues with the next tables. */
  sweep(): void {
    const now = performance.now();
    for (let n = 0; n < SWEPT_AT_ONCE; n++) {
      this.tables[this.nextSwept] = this.tables[this.nextSwept]?.swept(now);
      this.nextSwept = (this.nextSwept + 1) % TABLES;
    }
  }

  /** As text: a buffer for each key would lie outside of the heap until it is collected. */
  private hash(key: string): Hash {
    const digest = hash('sha256', this.secret + key, 'hex');
    return {
      high: Number.parseInt(digest.slice(0, 8), 16),
      low: Number.parseInt(digest.slice(8, 16), 16),
    };
  }
}
