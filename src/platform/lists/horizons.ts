import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database, sql } from '../database/database.js';
import { horizonOf, isSettled, type Look } from './horizon.js';

/** About a second in all: a transaction of a request is over by then, or stuck. */
const PAUSES_MS = [2, 5, 10, 20, 40, 80, 160, 320, 400];

/** What is known of lists whose rows get their sort key from the clock, by the lock class of their writers. */
@Injectable()
export class Horizons {
  private readonly horizons = new Map<number, number>();

  constructor(private readonly database: Database) {}

  /** The latest horizon that was seen: it is right for all that is read from now on. Undefined before the first look. */
  known(writers: number): number | undefined {
    return this.horizons.get(writers);
  }

  /** Waits, for about a second at most and without a connection, until everything up to the key is committed. */
  async reach(writers: number, key: string): Promise<Look> {
    let look = await this.look(writers);
    for (const pause of PAUSES_MS) {
      if (isSettled(key, look)) break;
      await delay(pause);
      look = await this.look(writers);
    }
    return look;
  }

  /** The clock is asked before the locks, as of the statement's start: who registers later writes a later time. */
  private async look(writers: number): Promise<Look> {
    const [row] = await this.database.prepared<{ now: number; begun: number[] | null }>(sql`
      SELECT floor(extract(epoch FROM statement_timestamp()) * 1000)::float8 AS now, array_agg(l.objid::bigint::float8) AS begun
      FROM pg_locks l
      WHERE l.locktype = 'advisory' AND l.classid::bigint = ${writers} AND l.objsubid = 2
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
    const { now, begun } = row as { now: number; begun: number[] | null };
    const look = { now, horizon: horizonOf(now, begun ?? []) };
    this.horizons.set(writers, Math.max(look.horizon, this.horizons.get(writers) ?? -Infinity));
    return look;
  }
}
