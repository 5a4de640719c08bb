import type { QueryRunner } from 'typeorm';
import { buildIndex } from './build-index.js';
import type { Expand } from './phase.js';

/**
 * By the words of a post, and by its author in the order of lists. The former index over words goes: each write
 * would still pay its parser, whose time grows with the square of some bodies. The release before finds the same
 * posts without it, more slowly.
 */
export class IndexPostLists1795400003000 implements Expand {
  readonly name = 'IndexPostLists1795400003000';
  readonly phase = 'expand';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await buildIndex(runner, 'posts_words_idx', 'ON posts USING gin (search)');
    await buildIndex(
      runner,
      'posts_author_listed_idx',
      `ON posts (author_id, status, type, (CASE WHEN status = 'published' THEN published_at ELSE updated_at END), id)`,
    );
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS posts_search_idx');
  }

  async down(runner: QueryRunner): Promise<void> {
    await buildIndex(
      runner,
      'posts_search_idx',
      `ON posts USING gin (to_tsvector('simple', title || ' ' || left(body, 100000)))`,
    );
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS posts_author_listed_idx');
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS posts_words_idx');
  }
}
