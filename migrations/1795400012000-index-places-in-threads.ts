import type { QueryRunner } from 'typeorm';
import { buildIndex } from './build-index.js';
import type { Expand } from './phase.js';

/** Finds the comments of a post that are not visible, of which some hold the place of a thread. */
export class IndexPlacesInThreads1795400012000 implements Expand {
  readonly name = 'IndexPlacesInThreads1795400012000';
  readonly phase = 'expand';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await buildIndex(runner, 'comments_places_idx', `ON comments (post_id) WHERE status <> 'visible'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS comments_places_idx');
  }
}
