import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/** Counts of failed logins, which hold across processes, restarts and without Redis. */
export class AddLoginFailures1795220000000 implements Expand {
  readonly name = 'AddLoginFailures1795220000000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE login_failures (
        key bytea CONSTRAINT login_failures_pkey PRIMARY KEY,
        count integer NOT NULL,
        window_ends_at timestamptz NOT NULL
      )`);
    await runner.query(`CREATE INDEX login_failures_window_ends_at_idx ON login_failures (window_ends_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE login_failures`);
  }
}
