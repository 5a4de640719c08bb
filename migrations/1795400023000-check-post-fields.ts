import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

const CONSTRAINTS = {
  posts: ['posts_parent_id_fkey', 'posts_parent_check', 'posts_body_dialect_check'],
  comments: ['comments_body_dialect_check'],
};

/** Checks the existing rows without blocking writes. */
export class CheckPostFields1795400023000 implements Expand {
  readonly name = 'CheckPostFields1795400023000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, names] of Object.entries(CONSTRAINTS))
      for (const name of names) await runner.query(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`);
  }

  async down(): Promise<void> {
    // The constraints go with the migration that made them.
  }
}
