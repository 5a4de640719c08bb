import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/**
 * `in_thread`: the comment or one below it is visible, so that its place holds a thread together. The database keeps it,
 * whoever writes comments. What changes it is carried up as far as it makes a difference, with the post locked: of two
 * who hide the last replies to one comment, the second sees what the first did.
 */
export class MarkThreadsWithSomethingVisible1795400014000 implements Expand {
  readonly name = 'MarkThreadsWithSomethingVisible1795400014000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE comments ADD COLUMN in_thread boolean NOT NULL DEFAULT true`);
    await runner.query(`
      CREATE FUNCTION galley_mark_thread(post uuid, place uuid, shown boolean) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        PERFORM 1 FROM posts WHERE id = post FOR NO KEY UPDATE;
        WITH RECURSIVE above AS (
          SELECT c.id, c.parent_id FROM comments c
          WHERE c.id = place AND c.in_thread <> shown AND (shown OR (c.status <> 'visible'
            AND NOT EXISTS (SELECT 1 FROM comments r WHERE r.parent_id = c.id AND r.in_thread)))
          UNION ALL
          SELECT c.id, c.parent_id FROM above JOIN comments c ON c.id = above.parent_id
          WHERE c.in_thread <> shown AND (shown OR (c.status <> 'visible'
            AND NOT EXISTS (SELECT 1 FROM comments r WHERE r.parent_id = c.id AND r.in_thread AND r.id <> above.id)))
        ) UPDATE comments SET in_thread = shown WHERE id = ANY(ARRAY(SELECT id FROM above));
      END $$`);

    await runner.query(`
      CREATE FUNCTION galley_comment_in_thread() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF TG_OP = 'UPDATE' THEN PERFORM 1 FROM posts WHERE id = NEW.post_id FOR NO KEY UPDATE; END IF;
        NEW.in_thread := NEW.status = 'visible'
          OR EXISTS (SELECT 1 FROM comments r WHERE r.parent_id = NEW.id AND r.in_thread);
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER comments_in_thread BEFORE INSERT OR UPDATE OF status ON comments FOR EACH ROW
      EXECUTE FUNCTION galley_comment_in_thread()`);

    await runner.query(`
      CREATE FUNCTION galley_mark_thread_above() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF TG_OP = 'DELETE' THEN PERFORM galley_mark_thread(OLD.post_id, OLD.parent_id, false);
        ELSE PERFORM galley_mark_thread(NEW.post_id, NEW.parent_id, NEW.in_thread); END IF;
        RETURN NULL;
      END $$`);
    for (const [name, event, when] of [
      ['inserted', 'INSERT', 'NEW.in_thread AND NEW.parent_id IS NOT NULL'],
      ['updated', 'UPDATE OF status', 'OLD.in_thread <> NEW.in_thread AND NEW.parent_id IS NOT NULL'],
      ['deleted', 'DELETE', 'OLD.in_thread AND OLD.parent_id IS NOT NULL'],
    ])
      await runner.query(`
        CREATE TRIGGER comments_thread_${name} AFTER ${event} ON comments FOR EACH ROW
        WHEN (${when}) EXECUTE FUNCTION galley_mark_thread_above()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['thread_deleted', 'thread_updated', 'thread_inserted', 'in_thread'])
      await runner.query(`DROP TRIGGER comments_${name} ON comments`);
    await runner.query(
      `DROP FUNCTION galley_mark_thread_above(), galley_comment_in_thread(), galley_mark_thread(uuid, uuid, boolean)`,
    );
    await runner.query(`ALTER TABLE comments DROP COLUMN in_thread`);
  }
}
