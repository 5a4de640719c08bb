import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Galley, startGalley } from './support/galley.js';
import { isLockAwaited } from './support/lock-waits.js';
import { renderedAgain } from './support/rerendering.js';
import { until } from './support/until.js';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley();
});
afterAll(() => galley.stop());

describe('when the renderer has moved', () => {
  it('posts and comments are rendered again without a new version', async () => {
    const post = await galley.aPost({ status: 'published', body: 'New *words*.' });
    const comment = await galley.aComment({ post, body: 'A *reply*.' });
    await renderedAgain(galley, '<script>old</script>', async () => {
      const seen = await galley.anyone.get(`/api/v1/posts/${post.id}`).expect(200);
      expect([seen.body.html, seen.body.version]).toEqual(['<p>New <em>words</em>.</p>\n', post.version]);
      const reply = await galley.anyone.get(`/api/v1/comments/${comment.id}`).expect(200);
      expect([reply.body.html, reply.body.version]).toEqual(['<p>A <em>reply</em>.</p>\n', 1]);
    });
  });

  it('a body that cannot be rendered holds up no others', async () => {
    const [broken, other] = [
      await galley.aPost({ status: 'published', body: 'Broken.' }),
      await galley.aPost({ status: 'published', body: 'Other.' }),
    ];
    const ids = [broken.id, other.id];
    await galley.database.query(`
      CREATE FUNCTION refuse_html() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'This HTML cannot be stored.'; END $$`);
    await galley.database.query(`
      CREATE TRIGGER refuse_html BEFORE UPDATE ON posts FOR EACH ROW
        WHEN (NEW.id = '${broken.id}' AND NEW.html <> 'old') EXECUTE FUNCTION refuse_html()`);
    const html = async () =>
      (
        await galley.database.query<{ html: string }>(
          'SELECT html FROM posts WHERE id = ANY($1) ORDER BY id',
          [ids],
        )
      ).map((row) => row.html);
    for (const id of ids)
      await galley.database.query(`UPDATE posts SET html = 'old', html_version = 0 WHERE id = $1`, [id]);
    const next = await startGalley({}, galley.database);
    try {
      await until(async () => (await html())[1] === '<p>Other.</p>\n');
      expect((await html())[0]).toBe('old');
    } finally {
      await next.stop();
      await galley.database.query('DROP TRIGGER refuse_html ON posts');
      await galley.database.query('DROP FUNCTION refuse_html');
    }
  });

  it('a body that the release before has changed meanwhile keeps its own HTML', async () => {
    const post = await galley.aPost({ status: 'published', body: 'Before.' });
    const comment = await galley.aComment({ post, body: 'Before.' });
    const rows = [
      ['posts', post.id],
      ['comments', comment.id],
    ] as const;
    for (const [table, id] of rows) {
      const editing = new pg.Client({ connectionString: galley.database.url });
      await editing.connect();
      await editing.query(`UPDATE ${table} SET html = 'old', html_version = 0 WHERE id = $1`, [id]);
      await editing.query('BEGIN');
      await editing.query(
        `UPDATE ${table} SET body = 'After.', html = 'older', html_version = 0, version = version + 1 WHERE id = $1`,
        [id],
      );
      const next = await startGalley({}, galley.database);
      try {
        await until(() => isLockAwaited(galley.database, `%UPDATE ${table}%`));
        await editing.query('COMMIT');
        const shown = `SELECT html FROM ${table} WHERE id = $1 AND html_version > 0`;
        await until(async () => (await galley.database.query(shown, [id])).length > 0);
        expect(await galley.database.query(shown, [id])).toEqual([{ html: '<p>After.</p>\n' }]);
      } finally {
        await editing.end();
        await next.stop();
      }
    }
  });
});
