import { Injectable } from '@nestjs/common';
import type { Sql } from 'sql-template-tag';
import { Database, sql } from '../platform/database/database.js';
import type { Id } from '../platform/schemas/schemas.js';

/** After so many refusals in a row, no notices are sent to the address. */
const MOST_REFUSALS = 3;
/** Then one is tried again, because also a mailbox that is full, or a wrong setting of the server, can cause refusals. */
const PAUSE_DAYS = 7;

/** A refusal says nothing about a mailbox after this time. */
const KEPT_DAYS = 30;

/** A condition over `users u LEFT JOIN notification_refusals r ON r.user_id = u.id`: no notices are sent to the account. */
export const isPaused: Sql = sql`coalesce(r.address = u.email AND r.count >= ${MOST_REFUSALS}
  AND r.refused_at > now() - make_interval(days => ${PAUSE_DAYS}), false)`;

@Injectable()
export class RefusalsRepository {
  constructor(private readonly database: Database) {}

  /** Counts a refusal of the present address of an account. Returns true if its notices now pause. Reads users. */
  count(userId: Id): Promise<boolean> {
    return this.database.transaction(async () => {
      const rows = await this.database.query<{ count: number }>(sql`
        INSERT INTO notification_refusals AS r (user_id, address, count, refused_at)
        SELECT id, email, 1, now() FROM users WHERE id = ${userId} AND email IS NOT NULL
        ON CONFLICT (user_id) DO UPDATE SET address = excluded.address, refused_at = excluded.refused_at,
          count = CASE WHEN r.address = excluded.address THEN r.count + 1 ELSE 1 END
        RETURNING r.count`);
      return (rows[0]?.count ?? 0) >= MOST_REFUSALS;
    });
  }

  /** Deletes some of those that are old or about an address that the account no longer has, and returns their number. Reads users. */
  deleteOld(most: number): Promise<number> {
    return this.database.transaction(async () => {
      const rows = await this.database.query(sql`
        DELETE FROM notification_refusals WHERE user_id IN (
          SELECT r.user_id FROM notification_refusals r JOIN users u ON u.id = r.user_id
          WHERE r.refused_at < now() - make_interval(days => ${KEPT_DAYS}) OR r.address IS DISTINCT FROM u.email
          LIMIT ${most} FOR UPDATE OF r SKIP LOCKED)
        RETURNING 1`);
      return rows.length;
    });
  }

  /** Forgets the refusals. Nearly all accounts have none, and then this writes nothing. */
  async forget(userId: Id): Promise<void> {
    const rows = await this.database.query(
      sql`SELECT 1 FROM notification_refusals WHERE user_id = ${userId}`,
    );
    if (rows.length === 0) return;
    await this.database.transaction(() =>
      this.database.query(sql`DELETE FROM notification_refusals WHERE user_id = ${userId}`),
    );
  }
}
