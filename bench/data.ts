import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const POSTS = 2000;

export interface BenchData {
  /** The slug of a post that is read. */
  slug: string;
  /** The account that writes, and how it logs in. */
  authorId: string;
  passwordHash: string;
  email: string;
  password: string;
  /** Names. */
  tags: string[];
}

/** Writes the same data each time: 2,000 posts of `galley seed`, with fresh statistics. */
export async function writeData(databaseUrl: string, folder: string): Promise<BenchData> {
  const seed = [join(import.meta.dirname, '../dist/cli.js'), 'seed', '--posts', String(POSTS)];
  const environment = { PATH: process.env.PATH, GALLEY_DATA_DIR: folder, DATABASE_URL: databaseUrl };
  const { stdout } = await promisify(execFile)(process.execPath, seed, { env: environment });
  const [, email = '', password = ''] = /^To log in: (\S+), (.+)$/m.exec(stdout) ?? [];
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  for (const table of ['users', 'tags', 'posts', 'post_tags', 'comments'])
    await client.query(`VACUUM (ANALYZE) ${table}`);
  const author = await client.query<Pick<BenchData, 'authorId' | 'passwordHash'>>(
    'SELECT id AS "authorId", password_hash AS "passwordHash" FROM users WHERE email = $1',
    [email],
  );
  const post = await client.query<Pick<BenchData, 'slug'>>(
    `SELECT slug FROM posts WHERE type = 'post' AND status = 'published' ORDER BY published_at DESC OFFSET 1000 LIMIT 1`,
  );
  const tags = await client.query<{ name: string }>('SELECT name FROM tags ORDER BY slug');
  await client.end();
  const [[writer], [read]] = [author.rows, post.rows];
  if (!writer || !read) throw new Error(`galley seed has written no author or no post: ${stdout}`);
  return { ...writer, ...read, email, password, tags: tags.rows.map(({ name }) => name) };
}
