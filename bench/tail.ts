import pg from 'pg';

/** The posts of the long tail: no caller reads the same one again soon. */
export const TAIL = 10_000;
/** The number of requests that a load sends before it starts from the first again. */
const SAMPLES = 60_000;

/** Copies published posts to posts with slugs of their own, which are older than all others. Returns the slugs. */
export async function writeTail(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    `WITH source AS (
       SELECT *, row_number() OVER (ORDER BY id) AS nr, count(*) OVER () AS many
       FROM posts WHERE type = 'post' AND status = 'published'
     ), made AS (
       INSERT INTO posts (id, type, slug, title, body, body_format, html, summary, html_version, author_id, status, published_at)
       SELECT gen_random_uuid(), s.type, 'tail-' || n, s.title, s.body, s.body_format, s.html, s.summary, s.html_version,
         s.author_id, s.status, timestamptz '2001-01-01' + n * interval '1 minute'
       FROM generate_series(1, $1) n JOIN source s ON s.nr = 1 + n % s.many RETURNING id
     )
     INSERT INTO post_tags (post_id, tag_id, position)
     SELECT made.id, t.id, row_number() OVER (PARTITION BY made.id)
     FROM made CROSS JOIN (SELECT id FROM tags ORDER BY slug LIMIT 3) t`,
    [TAIL],
  );
  for (const table of ['posts', 'post_tags']) await client.query(`VACUUM (ANALYZE) ${table}`);
  await client.end();
  return Array.from({ length: TAIL }, (_, n) => `tail-${n + 1}`);
}

/** Returns the same sequence each time (mulberry32). */
function randomNumbers(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Each item has the same probability. */
export function uniformly<T>(items: T[]): T[] {
  const random = randomNumbers(1);
  return Array.from({ length: SAMPLES }, () => items[Math.floor(random() * items.length)] as T);
}

/** The probability of the n-th item is proportional to 1/n, as for the readers of a site. */
export function byZipf<T>(items: T[]): T[] {
  let sum = 0;
  const upTo = items.map((_, n) => (sum += 1 / (n + 1)));
  const random = randomNumbers(2);
  return Array.from({ length: SAMPLES }, () => {
    const wanted = random() * sum;
    let [low, high] = [0, items.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] as number) < wanted) low = middle + 1;
      else high = middle;
    }
    return items[low] as T;
  });
}
