/** The same data each time: 2,000 posts of 20 authors, three of 50 tags each, bodies of about 3 kB. */
import { hash } from '@node-rs/argon2';
import pg from 'pg';

const PASSWORD = 'a long enough password';

const PARAGRAPH =
  'A galley proof is what a printer checks before the run, and a galley is a ship with a *helm*. ';

export async function writeData(databaseUrl) {
  const passwordHash = await hash(PASSWORD, {
    algorithm: 2,
    memoryCost: 46 * 1024,
    timeCost: 1,
    parallelism: 1,
  });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    `INSERT INTO users (id, name, email, password_hash, role, avatar_url)
     SELECT gen_random_uuid(), 'Author ' || n, 'author' || n || '@example.com', $1, 'author', 'https://example.com/' || n || '.jpg'
     FROM generate_series(1, 20) n`,
    [passwordHash],
  );
  await client.query(
    `INSERT INTO tags (id, slug, name) SELECT gen_random_uuid(), 'tag-' || n, 'Tag ' || n FROM generate_series(1, 50) n`,
  );
  await client.query(
    `WITH authors AS (SELECT array_agg(id ORDER BY name) AS ids FROM users)
     INSERT INTO posts (id, slug, title, body, html, summary, html_version, status, published_at, author_id, comment_count)
     SELECT gen_random_uuid(), 'post-' || n, 'The title of post number ' || n, repeat($1, 30),
       '<p>' || repeat($1, 30) || '</p>', left(repeat($1, 3), 200), 1, 'published', now() - n * interval '1 minute',
       ids[1 + n % 20], n % 7 FROM generate_series(1, 2000) n, authors`,
    [PARAGRAPH],
  );
  await client.query(
    `WITH known AS (SELECT array_agg(id ORDER BY slug) AS ids FROM tags)
     INSERT INTO post_tags (post_id, tag_id, position)
     SELECT p.id, ids[1 + (right(p.slug, -5)::integer * 7 + k * 13) % 50], k FROM posts p, generate_series(1, 3) k, known`,
  );
  for (const table of ['users', 'tags', 'posts', 'post_tags'])
    await client.query(`VACUUM (ANALYZE) ${table}`);
  const { rows } = await client.query(`SELECT id FROM users WHERE email = 'author1@example.com'`);
  await client.end();
  return {
    authorId: rows[0].id,
    passwordHash,
    password: PASSWORD,
    email: 'author1@example.com',
    slug: 'post-1000',
  };
}
