import { Inject, Injectable } from '@nestjs/common';
import pLimit, { type LimitFunction } from 'p-limit';
import { Database, sql } from './database.js';
import { type DatabaseSettings, databaseSettings } from './database.settings.js';

/** The share of the pool that can hold locks: each one waits for another connection, on which its work runs. */
const SHARE_OF_POOL = 4;

/**
 * Runs work that only one process of this database may do at a time. The lock belongs to a transaction, because a
 * lock of a session does not work with a pooler. The statements of the work run outside of that transaction. If its
 * connection breaks, the lock is lost and the work continues, so the work must be correct even then.
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
      // There is no limit, because the transaction is idle during the whole work.
      const [row] = await this.database.query<{ held: boolean }>(sql`
        SELECT pg_try_advisory_xact_lock(hashtextextended(${`galley ${name}`}, 0)) AS held,
          set_config('idle_in_transaction_session_timeout', '0', true)`);
      if (row?.held) await this.database.apart(work);
      return row?.held === true;
    });
  }
}
