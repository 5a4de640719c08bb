import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/** In the way of its parser, whose time grows with the square of some runs of them (`a_a_a_`, `<!-- <!-- `). */
const PUNCTUATION = `!"#$%&''()*+,-./:;<=>?@[\\]^_\`{|}~`;
const SPACES = ' '.repeat(32);

/** The words of a post, kept by the database itself so that whoever writes a post, of any release, need not know. */
export class AddPostSearch1795400002000 implements Expand {
  readonly name = 'AddPostSearch1795400002000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE posts ADD COLUMN search tsvector`);
    await runner.query(`
      CREATE FUNCTION post_words(title text, body text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT to_tsvector('simple', translate(title || ' ' || left(body, 100000), '${PUNCTUATION}', '${SPACES}'))
      $$`);
    await runner.query(`
      CREATE FUNCTION posts_set_search() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        NEW.search := post_words(NEW.title, NEW.body);
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER posts_set_search BEFORE INSERT OR UPDATE OF title, body ON posts
      FOR EACH ROW EXECUTE FUNCTION posts_set_search()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TRIGGER posts_set_search ON posts`);
    await runner.query(`DROP FUNCTION posts_set_search(), post_words(text, text)`);
    await runner.query(`ALTER TABLE posts DROP COLUMN search`);
  }
}
