import type { QueryRunner } from 'typeorm';
import { buildIndex } from './build-index.js';
import type { Expand } from './phase.js';

/** Finds the posts whose time of publication has come. */
export class IndexScheduledPosts1795400051000 implements Expand {
  readonly name = 'IndexScheduledPosts1795400051000';
  readonly phase = 'expand';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await buildIndex(runner, 'posts_scheduled_idx', `ON posts (scheduled_at) WHERE status = 'scheduled'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS posts_scheduled_idx`);
  }
}
