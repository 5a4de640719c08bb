import type { QueryRunner } from 'typeorm';
import { buildIndex } from './build-index.js';
import type { Expand } from './phase.js';

/**
 * Finds the places of the comments of before, the threads of one post at a time, and gives what everybody sees of them
 * an index in the order of lists. The index over places goes: the release before finds them without it, more slowly.
 */
export class IndexThreads1795400014500 implements Expand {
  readonly name = 'IndexThreads1795400014500';
  readonly phase = 'expand';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    let last = '00000000-0000-0000-0000-000000000000';
    for (let post; (post = await postAfter(last, runner)) !== undefined; last = post)
      await runner.query(
        `SELECT galley_mark_thread(post_id, id, false) FROM comments WHERE post_id = $1 AND status <> 'visible'`,
        [post],
      );
    await buildIndex(runner, 'comments_threads_idx', 'ON comments (post_id, created_at, id) WHERE in_thread');
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS comments_places_idx');
  }

  async down(runner: QueryRunner): Promise<void> {
    await buildIndex(runner, 'comments_places_idx', `ON comments (post_id) WHERE status <> 'visible'`);
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS comments_threads_idx');
  }
}

/** The next post with a comment that is not visible. */
async function postAfter(last: string, runner: QueryRunner): Promise<string | undefined> {
  const [next] = (await runner.query(
    `SELECT post_id AS post FROM comments WHERE status <> 'visible' AND post_id > $1 ORDER BY post_id LIMIT 1`,
    [last],
  )) as { post: string }[];
  return next?.post;
}
