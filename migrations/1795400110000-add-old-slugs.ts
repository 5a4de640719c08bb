import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/** The former slugs of posts, under which they are still found. */
export class AddOldSlugs1795400110000 implements Expand {
  readonly name = 'AddOldSlugs1795400110000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE old_slugs (
        slug text NOT NULL,
        post_id uuid NOT NULL CONSTRAINT old_slugs_post_id_fkey REFERENCES posts (id) ON DELETE CASCADE,
        replaced_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT old_slugs_pkey PRIMARY KEY (slug)
      )`);
    await runner.query('CREATE INDEX old_slugs_post_id_idx ON old_slugs (post_id)');
    await runner.query('CREATE INDEX old_slugs_replaced_at_idx ON old_slugs (replaced_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE old_slugs');
  }
}
