import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

const KINDS = `kind IN ('post_published', 'comment_reply', 'comment_mention', 'comment_on_post', 'comment_pending')`;

/**
 * Notices of accounts, what each account wants to hear of, and the last daily message of each account. Posts and comments
 * have no foreign key, so that deleting one does not delete the notices of a hundred thousand followers with it.
 * Source: docs/decisions/0069-notifications.md.
 */
export class AddNotifications1795400060100 implements Expand {
  readonly name = 'AddNotifications1795400060100';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    // The first 48 bits of a UUIDv7 are the milliseconds since 1970. PostgreSQL before 18 cannot create one.
    await runner.query(`
      CREATE FUNCTION galley_uuidv7(at timestamptz) RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
        SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
          PLACING substring(int8send(floor(extract(epoch FROM at) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
      $$`);
    await runner.query(`
      CREATE TABLE notifications (
        id uuid CONSTRAINT notifications_pkey PRIMARY KEY,
        user_id uuid NOT NULL CONSTRAINT notifications_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
        kind text NOT NULL CONSTRAINT notifications_kind_check CHECK (${KINDS}),
        event_id uuid NOT NULL,
        post_id uuid NOT NULL,
        comment_id uuid,
        in_app boolean NOT NULL,
        awaits_digest boolean NOT NULL,
        read_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp()
      )`);
    await runner.query(`CREATE UNIQUE INDEX notifications_event_id_key ON notifications (event_id, user_id)`);
    await runner.query(`CREATE INDEX notifications_user_id_idx ON notifications (user_id, created_at, id)`);
    await runner.query(
      `CREATE INDEX notifications_unread_idx ON notifications (user_id, created_at, id) WHERE in_app AND read_at IS NULL`,
    );
    await runner.query(
      `CREATE INDEX notifications_digest_idx ON notifications (user_id, created_at) WHERE awaits_digest`,
    );
    await runner.query(
      `CREATE INDEX notifications_comment_id_idx ON notifications (comment_id, user_id) WHERE comment_id IS NOT NULL`,
    );
    await runner.query(`
      CREATE TABLE notification_preferences (
        user_id uuid NOT NULL CONSTRAINT notification_preferences_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
        kind text NOT NULL CONSTRAINT notification_preferences_kind_check CHECK (${KINDS}),
        app boolean NOT NULL,
        email text NOT NULL CONSTRAINT notification_preferences_email_check
          CHECK (email IN ('off', 'immediate', 'daily')),
        CONSTRAINT notification_preferences_pkey PRIMARY KEY (user_id, kind)
      )`);
    await runner.query(`
      CREATE TABLE notification_digests (
        user_id uuid CONSTRAINT notification_digests_pkey PRIMARY KEY
          CONSTRAINT notification_digests_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
        slot timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE notification_digests`);
    await runner.query(`DROP TABLE notification_preferences`);
    await runner.query(`DROP TABLE notifications`);
    await runner.query(`DROP FUNCTION galley_uuidv7(timestamptz)`);
  }
}
