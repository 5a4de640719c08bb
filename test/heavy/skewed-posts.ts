import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import pg from 'pg';
import type { Closing } from '../support/closing.ts';
import { GalleyProcess } from './process.ts';
import { openDatabase, openFolder } from './serving.ts';
import { deletedThreads } from './deleted-threads.ts';
import { freePort } from '../support/loopback.ts';

/**
 * The data that makes lists expensive: a tag on most posts, a tag on three old ones, a page with many pages below it and
 * one with three, few featured posts, authors with one post and with none, and a post with many comments.
 */
const SKEW = [
  `INSERT INTO tags (id, slug, name) VALUES (gen_random_uuid(), 'everywhere', 'Everywhere'),
     (gen_random_uuid(), 'rare', 'Rare'), (gen_random_uuid(), 'old', 'Old'), (gen_random_uuid(), 'unused', 'Unused')`,
  `INSERT INTO post_tags (post_id, tag_id, position)
   SELECT id, (SELECT id FROM tags WHERE slug = 'everywhere'), 30 FROM posts WHERE hashtext(id::text) % 10 <> 0`,
  ...[
    ['rare', 3],
    ['old', 5000],
  ].map(
    ([slug, many]) => `
      INSERT INTO post_tags (post_id, tag_id, position)
      SELECT id, (SELECT id FROM tags WHERE slug = '${slug}'), 31 FROM posts
      WHERE status = 'published' AND type = 'post' ORDER BY published_at LIMIT ${many}`,
  ),
  `UPDATE posts p SET type = 'page' WHERE hashtext(id::text) % 20 = 1 AND NOT EXISTS (
     SELECT 1 FROM post_tags JOIN tags t ON t.id = tag_id WHERE post_id = p.id AND t.slug IN ('rare', 'old'))`,
  `WITH pages AS (SELECT id, row_number() OVER (ORDER BY status = 'published' DESC, id) AS n FROM posts WHERE type = 'page')
   UPDATE posts p SET parent_id = above.id FROM pages JOIN pages above ON above.n = CASE WHEN pages.n < 6 THEN 2 ELSE 1 END
   WHERE p.id = pages.id AND pages.n > 2`,
  'UPDATE posts SET featured = true WHERE hashtext(id::text) % 200 = 3',
  `INSERT INTO users (id, name, email, role)
   SELECT gen_random_uuid(), 'Reader ' || n, 'reader' || n || '@example.com', CASE WHEN n <= 5 THEN 'author' ELSE 'user' END
   FROM generate_series(1, 20000) n`,
  `UPDATE posts SET author_id = (SELECT id FROM users WHERE name = 'Reader 1')
   WHERE id = (SELECT id FROM posts WHERE status = 'published' AND type = 'post' ORDER BY published_at LIMIT 1)`,
  `INSERT INTO comments (id, post_id, author_id, body, html, html_version, status, created_at)
   SELECT gen_random_uuid(), (SELECT id FROM posts WHERE status = 'published' AND type = 'post' ORDER BY published_at DESC LIMIT 1),
     (SELECT id FROM users WHERE name = 'Reader 2'), 'Words', '<p>Words</p>', 1,
     CASE WHEN n % 20 = 0 THEN 'pending' ELSE 'visible' END, now() - n * interval '1 second'
   FROM generate_series(1, 20000) n`,
  ...deletedThreads,
  'VACUUM (ANALYZE)',
];

/** Creates posts with the seed command and changes their distribution. */
async function seedSkewed(client: pg.Client, url: string, posts: number): Promise<void> {
  const { status, stderr } = spawnSync(process.execPath, ['dist/cli.js', 'seed', '--posts', String(posts)], {
    env: { ...process.env, DATABASE_URL: url },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`seed: ${stderr}`);
  for (const statement of SKEW) await client.query(statement);
}

/**
 * Returns a folder for the data. HEAVY_DATA_DIR names a permanent one, for the next test with the same number of
 * posts.
 */
function dataFolder(closing: Closing): string {
  const kept = process.env.HEAVY_DATA_DIR;
  if (!kept) return openFolder(closing);
  mkdirSync(kept, { recursive: true });
  chmodSync(kept, 0o711);
  return kept;
}

interface ServingPosts {
  galley: GalleyProcess;
  /** The URL of its database. */
  url: string;
}

/** Starts a Galley with this number of skewed posts in an embedded database. */
export async function galleyOverPosts(
  closing: Closing,
  posts: number,
  environment?: Record<string, string>,
): Promise<ServingPosts> {
  const folder = dataFolder(closing);
  const galley = new GalleyProcess(folder, await freePort());
  await galley.start(environment);
  closing.add(() => galley.stop());
  const database = await openDatabase(closing, folder);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{ found: number }>('SELECT count(*)::integer AS found FROM posts');
  if ((rows[0]?.found ?? 0) < posts) await seedSkewed(client, database.url, posts);
  await client.end();
  return { galley, url: database.url };
}
