import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import pLimit, { type LimitFunction } from 'p-limit';
import { Database, sql } from './database.js';
import { type DatabaseSettings, databaseSettings } from './database.settings.js';

/** The share of the pool that can hold locks: each one waits for another connection, on which its work runs. */
const SHARE_OF_POOL = 4;
/** Several signs of life fit into the time after which PostgreSQL ends an idle transaction (createDataSource). */
const SIGN_EVERY_MS = 2000;

/**
 * Runs work that only one process of this database may do at a time. The lock belongs to a transaction, because a
 * lock of a session does not work with a pooler. The statements of the work run outside of that transaction. A process
 * that was stopped or cut off gives no sign of life in that transaction, so PostgreSQL ends it and the lock is free for
 * others. When the process continues, its work continues without the lock, so the work must be correct even then.
 */
@Injectable()
export class AdvisoryLocks {
  private readonly atMost: LimitFunction;

  constructor(
    private readonly database: Database,
    @Inject(databaseSettings.KEY) { DATABASE_POOL_MAX: max }: DatabaseSettings,
  ) {
    this.atMost = pLimit(Math.max(1, Math.floor(max / SHARE_OF_POOL)));
  }

  /**
   * Runs `work` while it holds the lock of `name`. If another process holds the lock, it does nothing and returns
   * false.
   */
  holding(name: string, work: () => Promise<void>): Promise<boolean> {
    return this.atMost(() => this.hold(name, work));
  }

  private hold(name: string, work: () => Promise<void>): Promise<boolean> {
    return this.database.transaction(async () => {
      const [row] = await this.database.query<{ held: boolean }>(sql`
        SELECT pg_try_advisory_xact_lock(hashtextextended(${`galley ${name}`}, 0)) AS held`);
      if (row?.held) await this.aliveDuring(work);
      return row?.held === true;
    });
  }

  private async aliveDuring(work: () => Promise<void>): Promise<void> {
    const stop = new AbortController();
    const signs = this.giveSigns(stop.signal);
    try {
      await this.database.apart(work);
    } finally {
      stop.abort();
      await signs;
    }
  }

  /** If a sign fails, the lock is lost, and the end of the transaction says why. */
  private async giveSigns(signal: AbortSignal): Promise<void> {
    while (await isOver(SIGN_EVERY_MS, signal)) {
      const given = this.database.query(sql`SELECT 1`).then(() => true);
      if (!(await given.catch(() => false))) return;
    }
  }
}

/** Waits, and tells whether the time is over. It is false if the signal ended the wait. */
const isOver = (ms: number, signal: AbortSignal): Promise<boolean> =>
  delay(ms, true, { ref: false, signal }).catch(() => false);
