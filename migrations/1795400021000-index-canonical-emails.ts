import type { QueryRunner } from 'typeorm';
import { buildIndex } from './build-index.js';
import type { Expand } from './phase.js';

/** Gives a canonical address once, and finds the accounts that have none yet. */
export class IndexCanonicalEmails1795400021000 implements Expand {
  readonly name = 'IndexCanonicalEmails1795400021000';
  readonly phase = 'expand';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await buildIndex(runner, 'users_canonical_email_key', 'ON users (canonical_email)', { unique: true });
    await buildIndex(
      runner,
      'users_without_canonical_email_idx',
      'ON users (id) WHERE canonical_email IS NULL AND email IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS users_without_canonical_email_idx');
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS users_canonical_email_key');
  }
}
