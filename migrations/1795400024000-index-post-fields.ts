import type { QueryRunner } from 'typeorm';
import { buildIndex } from './build-index.js';
import type { Expand } from './phase.js';

/** Finds the pages below a page, and featured posts in the order of lists. Few posts are in either index. */
export class IndexPostFields1795400024000 implements Expand {
  readonly name = 'IndexPostFields1795400024000';
  readonly phase = 'expand';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await buildIndex(runner, 'posts_parent_id_idx', 'ON posts (parent_id) WHERE parent_id IS NOT NULL');
    await buildIndex(
      runner,
      'posts_featured_idx',
      `ON posts (status, type, (CASE WHEN status = 'published' THEN published_at ELSE updated_at END), id)
       WHERE featured`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS posts_featured_idx');
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS posts_parent_id_idx');
  }
}
