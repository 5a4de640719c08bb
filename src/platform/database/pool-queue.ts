import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Pool, PoolClient } from 'pg';
import { isAnswer } from './session-faults.js';

const LOOKS_EVERY_MS = 5;

/**
 * Acquires connections of a pool. The pool opens another connection if none is free, and fails if PostgreSQL rejects it.
 * The caller then waits for one of those that are open, as it would if the pool were full: PostgreSQL may have no more
 * connections for this process, but those that it has are in use for milliseconds. One caller looks at a time.
 */
export class PoolQueue {
  private readonly inTurn = pLimit(1);

  /** @param areOpen tells whether a connection is open, in use or not */
  constructor(
    private readonly pool: Pool,
    private readonly areOpen: () => boolean,
  ) {}

  async acquire(): Promise<PoolClient> {
    try {
      return await this.pool.connect();
    } catch (refusal) {
      if (!isAnswer(refusal)) throw refusal;
      const until = performance.now() + (this.pool.options.connectionTimeoutMillis ?? 0);
      return this.inTurn(() => this.freed(refusal, until));
    }
  }

  /** @throws the last refusal if no connection is open, or none is free in time */
  private async freed(refusal: unknown, until: number): Promise<PoolClient> {
    while (this.pool.idleCount === 0) {
      if (!this.areOpen() || performance.now() > until) throw refusal;
      await delay(LOOKS_EVERY_MS);
    }
    try {
      return await this.pool.connect();
    } catch (another) {
      // A caller that did not wait has taken the connection.
      if (isAnswer(another) && performance.now() < until) return this.freed(another, until);
      throw another;
    }
  }
}
