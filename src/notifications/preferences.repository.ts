import { Injectable } from '@nestjs/common';
import { Database, sql } from '../platform/database/database.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { NotificationKind } from './notification-kinds.js';
import { type Choice, DEFAULT_CHOICE } from './preferences.schemas.js';

/** The class of locks of the preferences of an account, which has no row while they are the defaults. */
const CHANGES_OF_PREFERENCES = 771_009;

@Injectable()
export class PreferencesRepository {
  constructor(private readonly database: Database) {}

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /** Prevents other changes of the preferences of the account until the transaction ends. */
  async lock(userId: Id): Promise<void> {
    await this.database.query(
      sql`SELECT pg_advisory_xact_lock(${CHANGES_OF_PREFERENCES}, hashtext(${userId}::text))`,
    );
  }

  /** Returns what the account has chosen. Kinds without a row have the default. */
  of(userId: Id): Promise<(Choice & { kind: NotificationKind })[]> {
    return this.database.query(
      sql`SELECT kind, app, email FROM notification_preferences WHERE user_id = ${userId}`,
    );
  }

  /** Changes one kind. Channels that are absent keep their value, whoever changes them at the same time. */
  async set(userId: Id, kind: NotificationKind, { app, email }: Partial<Choice>): Promise<void> {
    await this.database.query(sql`
      INSERT INTO notification_preferences AS p (user_id, kind, app, email)
      VALUES (${userId}, ${kind}, ${app ?? DEFAULT_CHOICE.app}, ${email ?? DEFAULT_CHOICE.email})
      ON CONFLICT (user_id, kind) DO UPDATE
      SET app = coalesce(${app ?? null}::boolean, p.app), email = coalesce(${email ?? null}::text, p.email)`);
  }

  /** Ends messages about one kind. Without a row, there are none. A link that is used again writes nothing. */
  async endMail(userId: Id, kind: NotificationKind): Promise<void> {
    await this.database.query(
      sql`UPDATE notification_preferences SET email = 'off' WHERE user_id = ${userId} AND kind = ${kind} AND email <> 'off'`,
    );
  }

  /** Ends the daily message of all kinds. */
  async endDaily(userId: Id): Promise<void> {
    await this.database.query(
      sql`UPDATE notification_preferences SET email = 'off' WHERE user_id = ${userId} AND email = 'daily'`,
    );
  }
}
