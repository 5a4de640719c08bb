import type { QueryRunner } from 'typeorm';
import { buildIndex } from './build-index.js';
import type { Expand } from './phase.js';

/**
 * Finds accounts by their name, which a mention contains, and those who moderate comments. Imported names can be longer
 * than an index permits.
 */
export class IndexAccounts1795400060200 implements Expand {
  readonly name = 'IndexAccounts1795400060200';
  readonly phase = 'expand';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await buildIndex(runner, 'users_short_name_idx', 'ON users (lower(left(name, 100)))');
    await buildIndex(runner, 'users_role_idx', 'ON users (role)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS users_role_idx');
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS users_short_name_idx');
  }
}
