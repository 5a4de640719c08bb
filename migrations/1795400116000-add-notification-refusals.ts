import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/** How often the mail server refused the address of an account, so that notices by mail to it pause. */
export class AddNotificationRefusals1795400116000 implements Expand {
  readonly name = 'AddNotificationRefusals1795400116000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE notification_refusals (
        user_id uuid CONSTRAINT notification_refusals_pkey PRIMARY KEY
          CONSTRAINT notification_refusals_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
        address text NOT NULL,
        count integer NOT NULL,
        refused_at timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE notification_refusals');
  }
}
