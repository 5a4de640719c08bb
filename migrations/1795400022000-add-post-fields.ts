import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/**
 * `featured`, `comments_open`, `parent_id` and `meta` of posts, and the system whose rules turn a body into HTML
 * (`body_dialect`, null for Galley's own). No constraint holds the type of a parent or its child, because the previous
 * release changes types and knows no parents.
 * Source: docs/decisions/0049-fields-of-posts.md.
 */
export class AddPostFields1795400022000 implements Expand {
  readonly name = 'AddPostFields1795400022000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE posts
        ADD COLUMN featured boolean NOT NULL DEFAULT false,
        ADD COLUMN comments_open boolean NOT NULL DEFAULT true,
        ADD COLUMN parent_id uuid,
        ADD COLUMN meta jsonb NOT NULL DEFAULT '{}',
        ADD COLUMN body_dialect text,
        ADD CONSTRAINT posts_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES posts (id) ON DELETE SET NULL NOT VALID,
        ADD CONSTRAINT posts_parent_check CHECK (parent_id <> id) NOT VALID,
        ADD CONSTRAINT posts_body_dialect_check CHECK (body_dialect IN ('wordpress')) NOT VALID`);
    await runner.query(`
      ALTER TABLE comments
        ADD COLUMN body_dialect text,
        ADD CONSTRAINT comments_body_dialect_check CHECK (body_dialect IN ('wordpress')) NOT VALID`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE comments DROP COLUMN body_dialect`);
    await runner.query(`
      ALTER TABLE posts DROP COLUMN body_dialect, DROP COLUMN meta, DROP COLUMN parent_id,
        DROP COLUMN comments_open, DROP COLUMN featured`);
  }
}
