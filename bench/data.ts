/** The same data each time: 2,000 posts of `galley seed`, freshly vacuumed. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const POSTS = 2000;

export async function writeData(databaseUrl, folder) {
  const seed = [join(import.meta.dirname, '../dist/cli.js'), 'seed', '--posts', String(POSTS)];
  const environment = { PATH: process.env.PATH, GALLEY_DATA_DIR: folder, DATABASE_URL: databaseUrl };
  const { stdout } = await promisify(execFile)(process.execPath, seed, { env: environment });
  const [, email, password] = /^To log in: (\S+), (.+)$/m.exec(stdout);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  for (const table of ['users', 'tags', 'posts', 'post_tags', 'comments'])
    await client.query(`VACUUM (ANALYZE) ${table}`);
  const author = await client.query(
    'SELECT id AS "authorId", password_hash AS "passwordHash" FROM users WHERE email = $1',
    [email],
  );
  const post = await client.query(
    `SELECT slug FROM posts WHERE type = 'post' AND status = 'published' ORDER BY published_at DESC OFFSET 1000 LIMIT 1`,
  );
  const tags = await client.query('SELECT name FROM tags ORDER BY slug');
  await client.end();
  return { ...author.rows[0], ...post.rows[0], email, password, tags: tags.rows.map(({ name }) => name) };
}
