import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/** The words of a post, kept by the database itself so that whoever writes a post, of any release, need not know. */
export class AddPostSearch1795400002000 implements Expand {
  readonly name = 'AddPostSearch1795400002000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE posts ADD COLUMN search tsvector`);
    await runner.query(`
      CREATE FUNCTION posts_set_search() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.search := to_tsvector('simple', NEW.title || ' ' || left(NEW.body, 100000));
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER posts_set_search BEFORE INSERT OR UPDATE OF title, body ON posts
      FOR EACH ROW EXECUTE FUNCTION posts_set_search()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TRIGGER posts_set_search ON posts`);
    await runner.query(`DROP FUNCTION posts_set_search()`);
    await runner.query(`ALTER TABLE posts DROP COLUMN search`);
  }
}
