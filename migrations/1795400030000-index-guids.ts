import type { QueryRunner } from 'typeorm';
import { buildIndex } from './build-index.js';
import type { Expand } from './phase.js';

/** Finds the posts of earlier imports by GUID. */
export class IndexGuids1795400030000 implements Expand {
  readonly name = 'IndexGuids1795400030000';
  readonly phase = 'expand';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await buildIndex(
      runner,
      'import_keys_guid_idx',
      'ON import_keys (guid, created_at) WHERE guid IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS import_keys_guid_idx');
  }
}
