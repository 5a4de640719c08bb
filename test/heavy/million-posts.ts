/**
 * With a million posts, page 10,000 by cursor must cost at most 1.5 times as much as page 1. `npm run test:heavy --
 * million-posts [posts, default 1000000]`
 */
import pg from 'pg';
import { EmbeddedPostgres } from '#dist/platform/database/embedded/embedded-postgres.js';
import { GalleyProcess, temporaryFolder } from './process.ts';
import { freePort } from '../support/loopback.ts';

const posts = Number(process.argv[2] ?? 1_000_000);
const PAGES = Math.min(10_000, Math.floor(posts / 20) - 1);
const SAMPLES = 300;
const MOST_RATIO = 1.5;

const { folder, remove } = temporaryFolder();
const galley = new GalleyProcess(folder, await freePort());
await galley.start({ RATE_LIMIT_MAX: '1000000000' });
const database = await EmbeddedPostgres.open({ dataDir: folder });
const pool = new pg.Pool({ connectionString: database.url });

console.log(`writing ${posts} posts`);
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

interface Page {
  data: { id: string }[];
  meta: { nextCursor: string | null };
}
const read = async (path: string) => (await (await fetch(galley.url + path)).json()) as Page;
const seen = new Set<string>();
let cursor = '';
let last = '';
console.log(`walking ${PAGES} pages`);
for (let page = 1; page <= PAGES; page++) {
  last = cursor;
  const { data, meta } = await read(`/api/v1/posts${cursor}`);
  for (const post of data) seen.add(post.id);
  cursor = `?cursor=${encodeURIComponent(meta.nextCursor ?? '')}`;
}
const repeated = PAGES * 20 - seen.size;

const time = async (path: string) => {
  const since = performance.now();
  await read(path);
  return performance.now() - since;
};
const first: number[] = [];
const deep: number[] = [];
for (let sample = 0; sample < SAMPLES; sample++) {
  first.push(await time('/api/v1/posts'));
  deep.push(await time(`/api/v1/posts${last}`));
}
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
const ratio = median(deep) / median(first);

const position = JSON.parse(
  Buffer.from(decodeURIComponent(last.slice(8)).split('.')[0] ?? '', 'base64url').toString(),
) as [string, string, string];
const { rows } = await pool.query<{ 'QUERY PLAN': string }>(
  `EXPLAIN (ANALYZE, BUFFERS) SELECT p.id, p.title FROM posts p
   WHERE p.type = 'post' AND p.status = 'published'
     AND ((CASE WHEN p.status = 'published' THEN p.published_at ELSE p.updated_at END), p.id) < ($1::timestamptz, $2::uuid)
   ORDER BY (CASE WHEN p.status = 'published' THEN p.published_at ELSE p.updated_at END) DESC, p.id DESC LIMIT 21`,
  [position[1], position[2]],
);
console.log(rows.map((row) => row['QUERY PLAN']).join('\n'));
await pool.end();
await database.release();
await galley.stop();
remove();
console.log(
  `page 1 ${median(first).toFixed(2)} ms, page ${PAGES} ${median(deep).toFixed(2)} ms (medians of ${SAMPLES}, in turn): ratio ${ratio.toFixed(2)}; ${repeated} posts repeated`,
);
process.exit(ratio <= MOST_RATIO && repeated === 0 ? 0 : 1);
