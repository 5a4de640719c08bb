import type { QueryRunner } from 'typeorm';
import { buildIndex } from './build-index.js';
import type { Expand } from './phase.js';

/** Finds the deletions and merges of tags by slug, which tell that another tag has had a slug since. */
export class IndexEndedTags1795400076000 implements Expand {
  readonly name = 'IndexEndedTags1795400076000';
  readonly phase = 'expand';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await buildIndex(
      runner,
      'events_ended_tags_idx',
      `ON events ((data->>'slug')) WHERE type IN ('tag.deleted', 'tag.merged')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS events_ended_tags_idx`);
  }
}
