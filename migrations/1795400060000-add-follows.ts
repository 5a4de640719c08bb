import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/** The class of the register of writers; the feature that lists followers names the same number. */
const WRITERS = 771_006;

/** Who follows whom. The primary key is in the order in which followers are notified. */
export class AddFollows1795400060000 implements Expand {
  readonly name = 'AddFollows1795400060000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE follows (
        followed_id uuid NOT NULL CONSTRAINT follows_followed_id_fkey REFERENCES users (id) ON DELETE CASCADE,
        follower_id uuid NOT NULL CONSTRAINT follows_follower_id_fkey REFERENCES users (id) ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT galley_moment_of_writing(${WRITERS}),
        CONSTRAINT follows_pkey PRIMARY KEY (followed_id, follower_id),
        CONSTRAINT follows_self_check CHECK (followed_id <> follower_id)
      )`);
    await runner.query(
      `CREATE INDEX follows_followed_id_idx ON follows (followed_id, created_at, follower_id)`,
    );
    await runner.query(
      `CREATE INDEX follows_follower_id_idx ON follows (follower_id, created_at, followed_id)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE follows`);
  }
}
