import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/** Accounts, sessions, posts, tags, comments, and what imports brought. */
export class CreateCore1795132800000 implements Expand {
  readonly name = 'CreateCore1795132800000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE users (
        id uuid CONSTRAINT users_pkey PRIMARY KEY,
        name text NOT NULL,
        email text,
        email_verified boolean NOT NULL DEFAULT false,
        password_hash text,
        role text NOT NULL DEFAULT 'user',
        active boolean NOT NULL DEFAULT true,
        sessions_ended_at timestamptz,
        bio text,
        avatar_url text,
        website text,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT users_role_check CHECK (role IN ('user', 'author', 'editor', 'admin'))
      )`);
    await runner.query(`CREATE UNIQUE INDEX users_email_key ON users (lower(email))`);
    await runner.query(`CREATE INDEX users_created_at_idx ON users (created_at, id)`);
    await runner.query(`CREATE INDEX users_active_idx ON users (active)`);

    await runner.query(`
      CREATE TABLE sessions (
        id uuid CONSTRAINT sessions_pkey PRIMARY KEY,
        user_id uuid NOT NULL CONSTRAINT sessions_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
        context text,
        generation integer NOT NULL DEFAULT 1,
        last_used_at timestamptz NOT NULL DEFAULT now(),
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`CREATE INDEX sessions_user_id_idx ON sessions (user_id)`);
    await runner.query(`CREATE INDEX sessions_created_at_idx ON sessions (created_at)`);
    await runner.query(`
      CREATE TABLE refresh_tokens (
        hash bytea CONSTRAINT refresh_tokens_pkey PRIMARY KEY,
        session_id uuid NOT NULL CONSTRAINT refresh_tokens_session_id_fkey REFERENCES sessions (id) ON DELETE CASCADE,
        generation integer NOT NULL,
        rotated_at timestamptz
      )`);
    await runner.query(`CREATE INDEX refresh_tokens_session_id_idx ON refresh_tokens (session_id)`);

    await runner.query(`
      CREATE TABLE tags (
        id uuid CONSTRAINT tags_pkey PRIMARY KEY,
        slug text NOT NULL CONSTRAINT tags_slug_key UNIQUE,
        name text NOT NULL,
        description text,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`CREATE UNIQUE INDEX tags_name_key ON tags (lower(name))`);

    await runner.query(`
      CREATE TABLE posts (
        id uuid CONSTRAINT posts_pkey PRIMARY KEY,
        type text NOT NULL DEFAULT 'post',
        slug text NOT NULL CONSTRAINT posts_slug_key UNIQUE,
        title text NOT NULL,
        excerpt text,
        body text NOT NULL,
        body_format text NOT NULL DEFAULT 'markdown',
        html text NOT NULL,
        summary text NOT NULL DEFAULT '',
        html_version smallint NOT NULL,
        status text NOT NULL DEFAULT 'draft',
        published_at timestamptz,
        scheduled_at timestamptz,
        author_id uuid NOT NULL CONSTRAINT posts_author_id_fkey REFERENCES users (id) ON DELETE RESTRICT,
        comment_count integer NOT NULL DEFAULT 0,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT posts_type_check CHECK (type IN ('post', 'page')),
        CONSTRAINT posts_status_check CHECK (status IN ('draft', 'scheduled', 'published', 'archived')),
        CONSTRAINT posts_body_format_check CHECK (body_format IN ('markdown', 'html')),
        CONSTRAINT posts_published_check CHECK (status <> 'published' OR published_at IS NOT NULL),
        CONSTRAINT posts_scheduled_check CHECK ((status = 'scheduled') = (scheduled_at IS NOT NULL)),
        CONSTRAINT posts_comment_count_check CHECK (comment_count >= 0)
      )`);
    await runner.query(`
      CREATE INDEX posts_listed_idx ON posts
      (status, type, (CASE WHEN status = 'published' THEN published_at ELSE updated_at END), id)`);
    await runner.query(`CREATE INDEX posts_created_idx ON posts (status, type, created_at, id)`);
    await runner.query(`CREATE INDEX posts_updated_idx ON posts (status, type, updated_at, id)`);
    await runner.query(`CREATE INDEX posts_html_version_idx ON posts (html_version)`);
    await runner.query(`CREATE INDEX posts_author_idx ON posts (author_id, status)`);
    await runner.query(`
      CREATE INDEX posts_search_idx ON posts
      USING gin (to_tsvector('simple', title || ' ' || left(body, 100000)))`);

    await runner.query(`
      CREATE TABLE post_tags (
        post_id uuid NOT NULL CONSTRAINT post_tags_post_id_fkey REFERENCES posts (id) ON DELETE CASCADE,
        tag_id uuid NOT NULL CONSTRAINT post_tags_tag_id_fkey REFERENCES tags (id) ON DELETE CASCADE,
        position smallint NOT NULL,
        CONSTRAINT post_tags_pkey PRIMARY KEY (post_id, tag_id)
      )`);
    await runner.query(`CREATE INDEX post_tags_tag_id_idx ON post_tags (tag_id, post_id)`);

    await runner.query(`
      CREATE TABLE comments (
        id uuid CONSTRAINT comments_pkey PRIMARY KEY,
        post_id uuid NOT NULL CONSTRAINT comments_post_id_fkey REFERENCES posts (id) ON DELETE CASCADE,
        parent_id uuid CONSTRAINT comments_parent_id_fkey REFERENCES comments (id) ON DELETE CASCADE,
        author_id uuid CONSTRAINT comments_author_id_fkey REFERENCES users (id) ON DELETE SET NULL,
        guest_name text,
        body text NOT NULL,
        body_format text NOT NULL DEFAULT 'markdown',
        html text NOT NULL,
        html_version smallint NOT NULL,
        status text NOT NULL DEFAULT 'visible',
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT comments_status_check CHECK (status IN ('visible', 'pending', 'hidden', 'deleted')),
        CONSTRAINT comments_body_format_check CHECK (body_format IN ('markdown', 'html'))
      )`);
    await runner.query(`CREATE INDEX comments_post_id_idx ON comments (post_id, created_at, id)`);
    await runner.query(`CREATE INDEX comments_html_version_idx ON comments (html_version)`);
    await runner.query(`CREATE INDEX comments_parent_id_idx ON comments (parent_id)`);
    await runner.query(`CREATE INDEX comments_author_id_idx ON comments (author_id)`);

    await runner.query(`
      CREATE TABLE import_keys (
        key text CONSTRAINT import_keys_pkey PRIMARY KEY,
        resource_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP TABLE import_keys, comments, post_tags, posts, tags, refresh_tokens, sessions, users`,
    );
  }
}
