import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/** Classes of advisory locks; the features that read them name the same numbers. */
const WRITERS = { posts: 771_001, users: 771_002 };

/**
 * Times that are written as now(), the start of the transaction, become the
 * moment of the writing, so that they rise in the order in which rows are
 * written. Whoever writes such a time to posts or users is registered until it
 * ends: it holds a shared lock that tells when it began, in milliseconds
 * modulo 2^31. Comments need no register: their post is locked before the clock
 * is asked, so those of one post are committed in the order of their times.
 * A time that differs from now() is taken as it is: imports bring the past.
 * Source: docs/decisions/0035-the-end-of-a-list.md.
 */
export class StampWhatIsWritten1795400004000 implements Expand {
  readonly name = 'StampWhatIsWritten1795400004000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION galley_moment_of_writing(writers integer) RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock_shared(
          writers, (floor(extract(epoch FROM now()) * 1000)::bigint & 2147483647)::integer);
        RETURN clock_timestamp();
      END $$`);

    await runner.query(`
      CREATE FUNCTION galley_stamp_post() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      DECLARE
        written timestamptz := galley_moment_of_writing(${WRITERS.posts});
      BEGIN
        IF NEW.created_at = now() THEN NEW.created_at := written; END IF;
        IF NEW.updated_at = now() THEN NEW.updated_at := written; END IF;
        IF NEW.published_at = now() THEN NEW.published_at := written; END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER posts_stamp BEFORE INSERT OR UPDATE ON posts FOR EACH ROW
      WHEN (NEW.created_at = now() OR NEW.updated_at = now() OR NEW.published_at = now())
      EXECUTE FUNCTION galley_stamp_post()`);

    await runner.query(`
      CREATE FUNCTION galley_stamp_user() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        NEW.created_at := galley_moment_of_writing(${WRITERS.users});
        IF NEW.updated_at = now() THEN NEW.updated_at := NEW.created_at; END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER users_stamp BEFORE INSERT ON users FOR EACH ROW
      WHEN (NEW.created_at = now()) EXECUTE FUNCTION galley_stamp_user()`);

    await runner.query(`
      CREATE FUNCTION galley_stamp_comment() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        PERFORM 1 FROM posts WHERE id = NEW.post_id FOR NO KEY UPDATE;
        NEW.created_at := clock_timestamp();
        IF NEW.updated_at = now() THEN NEW.updated_at := NEW.created_at; END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER comments_stamp BEFORE INSERT ON comments FOR EACH ROW
      WHEN (NEW.created_at = now()) EXECUTE FUNCTION galley_stamp_comment()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TRIGGER comments_stamp ON comments`);
    await runner.query(`DROP TRIGGER users_stamp ON users`);
    await runner.query(`DROP TRIGGER posts_stamp ON posts`);
    await runner.query(
      `DROP FUNCTION galley_stamp_comment(), galley_stamp_user(), galley_stamp_post(), galley_moment_of_writing(integer)`,
    );
  }
}
