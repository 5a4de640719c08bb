/**
 * With a million posts, page 10,000 by cursor must cost at most 1.5 times as much as page 1. `npm run test:heavy --
 * million-posts [posts, default 1000000]`
 */
import type { Pool } from 'pg';
import { median } from '../support/median.ts';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';
import { openGalley, openPool } from './serving.ts';

const SAMPLES = 300;
const MOST_RATIO = 1.5;

interface Page {
  data: { id: string }[];
  meta: { nextCursor: string | null };
}

export const millionPosts: HeavyTest = async ([posts = '1000000'], closing) => {
  const { galley, folder } = await openGalley(closing, { RATE_LIMIT_MAX: '1000000000' });
  const pool = await openPool(closing, folder);
  console.log(`writing ${posts} posts`);
  await writePosts(pool, Number(posts));
  const read = async (query: string) =>
    (await (await fetch(`${galley.url}/api/v1/posts${query}`)).json()) as Page;
  const pages = Math.min(10_000, Math.floor(Number(posts) / 20) - 1);
  console.log(`walking ${pages} pages`);
  const { seen, last } = await walk(read, pages);
  const [first, deep] = await timesOf(read, ['', last]);
  const ratio = deep / first;
  const repeated = pages * 20 - seen;
  console.log(await planOf(pool, last));
  console.log(
    `page 1 ${first.toFixed(2)} ms, page ${pages} ${deep.toFixed(2)} ms (medians of ${SAMPLES}, in turn): ratio ${ratio.toFixed(2)}; ${repeated} posts repeated`,
  );
  return faultsAmong([
    !(ratio <= MOST_RATIO) && `page ${pages} takes ${ratio.toFixed(2)} times as long as the first`,
    repeated !== 0 && `${repeated} posts are repeated`,
  ]);
};

type Read = (query: string) => Promise<Page>;

/** @returns how many posts it has seen, and the query of the last page */
async function walk(read: Read, pages: number): Promise<{ seen: number; last: string }> {
  const seen = new Set<string>();
  let [cursor, last] = ['', ''];
  for (let page = 1; page <= pages; page++) {
    last = cursor;
    const { data, meta } = await read(cursor);
    for (const post of data) seen.add(post.id);
    cursor = `?cursor=${encodeURIComponent(meta.nextCursor ?? '')}`;
  }
  return { seen: seen.size, last };
}

/** @returns the median milliseconds of both pages, which are read in turn */
async function timesOf(read: Read, queries: [string, string]): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let sample = 0; sample < SAMPLES; sample++)
    for (const n of [0, 1] as const) {
      const since = performance.now();
      await read(queries[n]);
      times[n].push(performance.now() - since);
    }
  return [median(times[0]), median(times[1])];
}

async function writePosts(pool: Pool, posts: number): Promise<void> {
  await pool.query(
    `INSERT INTO users (id, name) SELECT gen_random_uuid(), 'Author ' || n FROM generate_series(1, 100) n`,
  );
  await pool.query(
    `INSERT INTO tags (id, slug, name) SELECT gen_random_uuid(), 'tag-' || n, 'Tag ' || n FROM generate_series(1, 50) n`,
  );
  await pool.query(
    `INSERT INTO posts (id, slug, title, body, html, summary, html_version, status, published_at, author_id)
     SELECT gen_random_uuid(), 'post-' || n, 'Post ' || n, 'Words of ' || n, '<p>Words</p>', 'Words', 1, 'published',
       now() - (n / 2) * interval '1 second', (SELECT array_agg(id) FROM users) [1 + n % 100]
     FROM generate_series(1, $1::integer) n`,
    [posts],
  );
  await pool.query(
    `INSERT INTO post_tags (post_id, tag_id, position)
     SELECT id, (SELECT array_agg(id) FROM tags)[1 + (row_number() OVER ()) % 50], 0 FROM posts`,
  );
  await pool.query('VACUUM (ANALYZE) posts, post_tags, users, tags');
}

/** @param query of the page, with its cursor */
async function planOf(pool: Pool, query: string): Promise<string> {
  const position = JSON.parse(
    Buffer.from(decodeURIComponent(query.slice(8)).split('.')[0] ?? '', 'base64url').toString(),
  ) as [string, string, string];
  const { rows } = await pool.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN (ANALYZE, BUFFERS) SELECT p.id, p.title FROM posts p
     WHERE p.type = 'post' AND p.status = 'published'
       AND ((CASE WHEN p.status = 'published' THEN p.published_at ELSE p.updated_at END), p.id) < ($1::timestamptz, $2::uuid)
     ORDER BY (CASE WHEN p.status = 'published' THEN p.published_at ELSE p.updated_at END) DESC, p.id DESC LIMIT 21`,
    [position[1], position[2]],
  );
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}
