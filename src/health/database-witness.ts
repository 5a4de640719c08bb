import { Inject, Injectable } from '@nestjs/common';
import { PROCESS_ROLE, type ProcessRole } from '../platform/lifecycle/process-role.js';
import { RedisConnection } from '../platform/redis/redis-connection.js';

/** Three periods of the readiness probe. Later, it is not known whether other processes still reach PostgreSQL. */
const LIFE_MS = 15_000;
/** A process can write the key this long after PostgreSQL responded to it. */
const MARGIN_MS = 1000;

/**
 * Lets the processes of a deployment tell each other that they reach PostgreSQL, so that one without PostgreSQL knows
 * whether it is the only one. Processes that serve the API and workers have separate keys, because a worker cannot take
 * over the requests of the API. Redis measures the time, so the clocks of the processes do not matter.
 */
@Injectable()
export class DatabaseWitness {
  private readonly key: string;

  constructor(
    private readonly redis: RedisConnection,
    @Inject(PROCESS_ROLE) role: ProcessRole,
  ) {
    this.key = `{galley:health}:database-reached:${role === 'worker' ? 'worker' : 'api'}`;
  }

  /** False if Redis is not set. Then this is the only process. */
  get enabled(): boolean {
    return this.redis.enabled;
  }

  /** Tells the other processes that this one has reached PostgreSQL now. */
  async testify(): Promise<void> {
    if (!this.enabled) return;
    await this.redis.run((client) => client.set(this.key, '1', 'PX', LIFE_MS)).catch(() => undefined);
  }

  /**
   * Tells whether another process of the same role has reached PostgreSQL since this one lost it, and in the last 15 s.
   * @returns undefined if Redis does not respond
   */
  async othersReachedIt(lostForMs: number): Promise<boolean | undefined> {
    try {
      const left = await this.redis.run((client) => client.pttl(this.key));
      return left >= 0 && LIFE_MS - left < lostForMs - MARGIN_MS;
    } catch {
      return undefined;
    }
  }
}
