import { hash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { remembering } from '../memory/remembering.js';
import { type Hash, WindowTable } from './window-table.js';

/** A count in the present window. */
export interface WindowCount {
  hits: number;
  /** Milliseconds until the window ends. */
  resetMs: number;
}

/** With tables of at most 4,096: a million counts in 20 MB. */
const TABLES = 256;
/** Once a second, so that each is looked at every 16 s, for less than a millisecond. */
const SWEPT_AT_ONCE = 16;

/**
 * Fixed windows counted in this process, in memory that is bounded and given
 * back: 500,000 addresses take 20 MB, and all but 0.06 % of them are counted
 * exactly (test/heavy/limiter-memory.ts). Where there is no room the lowest of 16
 * counts is forgotten, and never charged to somebody else. Who shares a bucket
 * is decided by a keyed hash: whoever wants an own count of n forgotten has to
 * fill them all with counts of n, about a million times n requests from a
 * million addresses in one window, and then 65,000 for each request gained.
 */
@Injectable()
export class WindowStore {
  private readonly tables: (WindowTable | undefined)[] = new Array<undefined>(TABLES).fill(undefined);
  private readonly secret = randomBytes(16).toString('latin1');
  private nextSwept = 0;

  /** Adds one and tells the count. */
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

  /** Drops ended windows of some tables; the next call goes on with the next ones. */
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
