import { hash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { remembering } from '../memory/remembering.js';
import { type Hash, WindowTable } from './window-table.js';

/** A count in the current window. */
export interface WindowCount {
  hits: number;
  /** Milliseconds until the window ends. */
  resetMs: number;
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

  /** Adds one and returns the count. */
  add(key: string, windowMs: number): WindowCount {
    const now = performance.now();
    const hashed = this.hash(key);
    const number = hashed.high % TABLES;
    for (;;) {
      const table = (this.tables[number] ??= new WindowTable());
      const window = table.add(hashed, windowMs, now);
      if (window) return { hits: window.hits, resetMs: window.endsAt - now };
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

  private readonly hash = remembering((key): Hash => {
    const digest = hash('sha256', this.secret + key, 'buffer');
    return { high: digest.readUInt32LE(0), low: digest.readUInt32LE(4) };
  });
}
