import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/**
 * The revisions of posts, the ends of each history, and private edits that wait for their publication. The previous release
 * does not know these tables: a post that it writes has its history from its next edit on.
 * Source: docs/decisions/0073-revisions.md.
 */
export class AddPostRevisions1795400080000 implements Expand {
  readonly name = 'AddPostRevisions1795400080000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE post_revisions (
        post_id uuid NOT NULL CONSTRAINT post_revisions_post_id_fkey REFERENCES posts (id) ON DELETE CASCADE,
        number integer NOT NULL,
        version integer,
        author_id uuid CONSTRAINT post_revisions_author_id_fkey REFERENCES users (id) ON DELETE SET NULL,
        note text,
        restored_from integer,
        changed text[] NOT NULL,
        title text NOT NULL,
        tags text[] NOT NULL,
        parent_id uuid,
        content bytea NOT NULL,
        is_whole boolean NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT post_revisions_pkey PRIMARY KEY (post_id, number)
      )`);
    // The content is compressed already.
    await runner.query(`ALTER TABLE post_revisions ALTER COLUMN content SET STORAGE EXTERNAL`);
    await runner.query(
      `CREATE INDEX post_revisions_author_id_idx ON post_revisions (author_id) WHERE author_id IS NOT NULL`,
    );
    await runner.query(`
      CREATE TABLE post_histories (
        post_id uuid CONSTRAINT post_histories_pkey PRIMARY KEY
          CONSTRAINT post_histories_post_id_fkey REFERENCES posts (id) ON DELETE CASCADE,
        newest integer NOT NULL,
        newest_digest bytea NOT NULL,
        newest_at timestamptz NOT NULL,
        current integer NOT NULL,
        current_digest bytea NOT NULL,
        deltas integer NOT NULL,
        kept integer NOT NULL,
        oldest_at timestamptz
      )`);
    await runner.query(`CREATE INDEX post_histories_kept_idx ON post_histories (kept)`);
    await runner.query(`CREATE INDEX post_histories_oldest_at_idx ON post_histories (oldest_at)`);
    await runner.query(`
      CREATE TABLE post_pending_edits (
        post_id uuid CONSTRAINT post_pending_edits_pkey PRIMARY KEY
          CONSTRAINT post_pending_edits_post_id_fkey REFERENCES posts (id) ON DELETE CASCADE,
        number integer NOT NULL,
        fields text[] NOT NULL,
        bases jsonb NOT NULL,
        html text,
        summary text,
        html_version smallint
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['post_pending_edits', 'post_histories', 'post_revisions'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
