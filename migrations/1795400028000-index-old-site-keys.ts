import type { QueryRunner } from 'typeorm';
import { buildIndex } from './build-index.js';
import type { Expand } from './phase.js';

/** Finds the keys of earlier releases, which contain the address of the site as its export spelled it. */
export class IndexOldSiteKeys1795400028000 implements Expand {
  readonly name = 'IndexOldSiteKeys1795400028000';
  readonly phase = 'expand';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await buildIndex(
      runner,
      'import_keys_old_site_idx',
      String.raw`ON import_keys ((
        'wordpress '
        || regexp_replace(lower(substring(key from '^wordpress https?://([^/ ]*)')), '^www\.|\.?(?::80|:443)?$', '', 'g')
        || substring(key from '^wordpress https?://[^/ ]*(.*)$')
      )) WHERE key ~ '^wordpress https?://'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS import_keys_old_site_idx');
  }
}
