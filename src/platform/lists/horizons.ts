import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database, sql } from '../database/database.js';
import { horizonOf, isSettled, type Look } from './horizon.js';

/** About a second in total. A transaction of a request has ended by then, or is stuck. */
const PAUSES_MS = [2, 5, 10, 20, 40, 80, 160, 320, 400];

/** The horizons of lists whose sort key is the time of the write, by the lock class of their writers. */
@Injectable()
export class Horizons {
  private readonly horizons = new Map<number, number>();

  constructor(private readonly database: Database) {}

  /** The latest horizon, which is valid for all later reads, or undefined before the first look. */
  known(writers: number): number | undefined {
    return this.horizons.get(writers);
  }

  /** Waits for about a second at most, without a connection, until all rows up to the key are committed. */
  async reach(writers: number, key: string): Promise<Look> {
    let look = await this.look(writers);
    for (const pause of PAUSES_MS) {
      if (isSettled(key, look)) break;
      await delay(pause);
      look = await this.look(writers);
    }
    return look;
  }

  /**
   * The clock is read before the locks, with the time of the start of the statement, because a writer that
   * registers later writes a later time.
   */
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
