import type { QueryRunner } from 'typeorm';
import { buildIndex } from './build-index.js';
import type { Expand } from './phase.js';

/** Finds the entries of commands, tokens and the server, which can be rare. Sessions write most of the others. */
export class IndexRareVias1795400070000 implements Expand {
  readonly name = 'IndexRareVias1795400070000';
  readonly phase = 'expand';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await buildIndex(
      runner,
      'audit_entries_via_idx',
      `ON audit_entries (via, at, id) WHERE via <> 'session'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS audit_entries_via_idx`);
  }
}
