import type { QueryRunner } from 'typeorm';
import { buildIndex } from './build-index.js';
import type { Expand } from './phase.js';

/** Finds the dearest imported bcrypt hash, whose cost every failed login has. */
export class IndexBcryptCosts1795400008000 implements Expand {
  readonly name = 'IndexBcryptCosts1795400008000';
  readonly phase = 'expand';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await buildIndex(
      runner,
      'users_bcrypt_cost_idx',
      `ON users (substr(password_hash, 5, 2)) WHERE password_hash LIKE '$2%'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS users_bcrypt_cost_idx');
  }
}
