import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/**
 * When each revision of a post was replaced: its age counts from then. Revisions without a time, such as those of the previous
 * release, count from the creation of the next one.
 */
export class AddReplacedAt1795400114000 implements Expand {
  readonly name = 'AddReplacedAt1795400114000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE post_revisions ADD COLUMN replaced_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE post_revisions DROP COLUMN replaced_at`);
  }
}
