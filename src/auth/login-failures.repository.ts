import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Sql } from 'sql-template-tag';
import { Database, sql } from '../platform/database/database.js';
import type { WindowCount } from '../platform/limits/window-store.js';
import type { Limit } from '../platform/http/tiers/limit.js';

/** The limit that decided about an attempt. If its count exceeds its `max`, the attempt is rejected. */
export interface Verdict {
  limit: Limit;
  count: WindowCount;
}

interface Row extends WindowCount {
  part: 'account' | 'address';
  /** True if this statement counted the attempt, false if it only read the count. */
  counted: boolean;
}

const keyOf = ({ name, key }: Limit): Buffer => createHash('sha256').update(`${name}:${key}`).digest();
const ended = sql`f.window_ends_at <= now()`;
const oneMore = sql`count = CASE WHEN ${ended} THEN 1 ELSE f.count + 1 END,
  window_ends_at = CASE WHEN ${ended} THEN excluded.window_ends_at ELSE f.window_ends_at END`;
const shown = sql`count AS hits, ceil(extract(epoch FROM window_ends_at - now()) * 1000)::int AS "resetMs"`;
const windowEnd = (windowMs: number) => sql`now() + make_interval(secs => ${windowMs / 1000})`;

/**
 * Counts failed logins by the clock of the database. It runs outside of the transaction of the request, so the
 * counts remain if that fails. If two rows are written, the row of the account is always locked first.
 */
@Injectable()
export class LoginFailuresRepository {
  constructor(private readonly database: Database) {}

  /**
   * Counts a failure for an account and its address in advance, unless one of the limits is reached. In that case
   * neither is counted, and the check costs only a read.
   */
  async reserve(account: Limit, address: Limit, windowMs: number): Promise<Verdict> {
    const rows = await this.tryToCount(account, address, windowMs);
    const find = (part: Row['part'], counted: boolean) =>
      rows.find((row) => row.part === part && row.counted === counted);
    const counted = { account: find('account', true), address: find('address', true) };
    if (counted.account && counted.address) {
      if (counted.address.hits <= address.max) return { limit: account, count: counted.account };
      await this.giveBack(account); // A concurrent request used up the limit of the address.
      return { limit: address, count: counted.address };
    }
    const seenAddress = find('address', false);
    return seenAddress && seenAddress.hits >= address.max
      ? { limit: address, count: refusing(address, seenAddress, windowMs) }
      : { limit: account, count: refusing(account, find('account', false), windowMs) };
  }

  /** Reverts a failure that was counted in advance, because the login succeeded. */
  async giveBack(account: Limit, address?: Limit): Promise<void> {
    const less = (limit: Limit) =>
      sql`UPDATE login_failures SET count = count - 1 WHERE key = ${keyOf(limit)} AND count > 0 AND window_ends_at > now()`;
    if (!address) await this.query(less(account));
    else
      await this.query(sql`
        WITH account AS (${less(account)} RETURNING 1)
        ${less(address)} AND (SELECT count(*) FROM account) IS NOT NULL`);
  }

  /**
   * Deletes at most `most` counts of expired windows.
   * @returns the number of deleted counts
   */
  async deleteEnded(most: number): Promise<number> {
    const rows = await this.query(sql`
      DELETE FROM login_failures WHERE key IN (
        SELECT key FROM login_failures WHERE window_ends_at <= now()
        ORDER BY window_ends_at LIMIT ${most} FOR UPDATE SKIP LOCKED
      ) RETURNING 1 AS deleted`);
    return rows.length;
  }

  /** Returns the counts before the attempt, and those after it if both were counted. */
  private tryToCount(account: Limit, address: Limit, windowMs: number): Promise<Row[]> {
    const accountKey = keyOf(account);
    const addressKey = keyOf(address);
    return this.query<Row>(sql`
      WITH seen AS (
        SELECT key, ${shown} FROM login_failures
        WHERE key IN (${accountKey}, ${addressKey}) AND window_ends_at > now()
      ), account AS (
        INSERT INTO login_failures AS f (key, count, window_ends_at)
        SELECT ${accountKey}::bytea, 1, ${windowEnd(windowMs)}
        WHERE NOT EXISTS (
          SELECT FROM seen WHERE hits >= CASE key WHEN ${accountKey} THEN ${account.max}::int ELSE ${address.max}::int END
        )
        ON CONFLICT (key) DO UPDATE SET ${oneMore} WHERE ${ended} OR f.count < ${account.max}
        RETURNING ${shown}
      ), address AS (
        INSERT INTO login_failures AS f (key, count, window_ends_at)
        SELECT ${addressKey}::bytea, 1, ${windowEnd(windowMs)} FROM account
        ON CONFLICT (key) DO UPDATE SET ${oneMore}
        RETURNING ${shown}
      )
      SELECT 'account' AS part, true AS counted, hits, "resetMs" FROM account
      UNION ALL SELECT 'address', true, hits, "resetMs" FROM address
      UNION ALL SELECT CASE key WHEN ${accountKey} THEN 'account' ELSE 'address' END, false, hits, "resetMs" FROM seen`);
  }

  private query<T>(statement: Sql): Promise<T[]> {
    return this.database.apart(() => this.database.transaction(() => this.database.query<T>(statement)));
  }
}

/**
 * The result for a limit that is reached: the count is one above the limit, and it resets at the end of the window
 * that was read.
 */
const refusing = (limit: Limit, seen: WindowCount | undefined, windowMs: number): WindowCount => ({
  hits: limit.max + 1,
  resetMs: seen?.resetMs ?? windowMs,
});
