import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/** A writer of one of them waits for the others: 2 s for as many bodies of 100 KB, 0.1 s for usual ones. */
const BATCH = 100;

/** Gives the posts of before their words, some at a time, each batch finding where the last one ended by id. */
export class FillPostSearch1795400002500 implements Expand {
  readonly name = 'FillPostSearch1795400002500';
  readonly phase = 'expand';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    let last: string | undefined = '00000000-0000-0000-0000-000000000000';
    while (last !== undefined) {
      const [batch] = (await runner.query(
        `WITH batch AS (SELECT id FROM posts WHERE id > $1 ORDER BY id LIMIT ${BATCH} FOR NO KEY UPDATE),
           filled AS (
             UPDATE posts SET search = post_words(title, body)
             WHERE search IS NULL AND id IN (SELECT id FROM batch))
         SELECT id FROM batch ORDER BY id DESC LIMIT 1`,
        [last],
      )) as { id: string }[];
      last = batch?.id;
    }
  }

  async down(): Promise<void> {
    // The column goes with the migration that made it.
  }
}
