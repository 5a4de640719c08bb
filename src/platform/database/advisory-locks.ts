import { Injectable } from '@nestjs/common';
import { Database, sql } from './database.js';

/**
 * Work that one process at a time does, on this database. The lock is a transaction's, because a session's does not
 * survive a pooler; the statements of the work run beside that transaction. When its connection breaks the lock is
 * lost and the work goes on: what is done under it must be right even then.
 */
@Injectable()
export class AdvisoryLocks {
  constructor(private readonly database: Database) {}

  /** Runs `work` while nobody else holds the lock of `name`; when somebody does, returns false and does nothing. */
  holding(name: string, work: () => Promise<void>): Promise<boolean> {
    return this.database.transaction(async () => {
      // Without a limit, because the transaction idles for as long as the work takes.
      const [row] = await this.database.query<{ held: boolean }>(sql`
        SELECT pg_try_advisory_xact_lock(hashtextextended(${`galley ${name}`}, 0)) AS held,
          set_config('idle_in_transaction_session_timeout', '0', true)`);
      if (row?.held) await this.database.apart(work);
      return row?.held === true;
    });
  }
}
