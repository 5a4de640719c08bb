import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Person } from './support/builders.js';
import type { Client } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';
import { isLockAwaited } from './support/lock-waits.js';
import { until } from './support/until.js';

let galley: Galley;
let ada: Person;
let author: Client;
let admin: Client;
const open: pg.Client[] = [];
beforeAll(async () => {
  galley = await startGalley();
  ada = await galley.aUser();
  author = galley.as(ada);
  admin = galley.as(await galley.aUser({ role: 'admin' }));
});
afterEach(async () => {
  for (const writer of open.splice(0)) await writer.end();
});
afterAll(() => galley.stop());

/** A writer who has not committed yet. */
async function aSlowWriter(...statements: [string, unknown[]][]): Promise<pg.Client> {
  const writer = new pg.Client({ connectionString: galley.database.url });
  await writer.connect();
  open.push(writer);
  await writer.query('BEGIN');
  for (const [text, values] of statements) await writer.query(text, values);
  return writer;
}

const INSERT_POST = `INSERT INTO posts (id, slug, title, body, html, html_version, author_id, status, published_at)
  VALUES ($1, $1::uuid::text, 'Late', '', '', 32000, $2, 'published', now())`;
const INSERT_USER = `INSERT INTO users (id, name) VALUES ($1, 'Late')`;

/** Follows a list from a cursor to its end. */
async function follow(
  client: Client,
  path: string,
  cursor?: string,
): Promise<{ ids: string[]; cursor?: string }> {
  const ids: string[] = [];
  for (;;) {
    const { body } = await client
      .get(cursor ? `${path}&cursor=${encodeURIComponent(cursor)}` : path)
      .expect(200);
    ids.push(...(body.data as { id: string }[]).map(({ id }) => id));
    if (body.meta.nextCursor === null || body.data.length === 0) return { ids, cursor };
    cursor = body.meta.nextCursor as string;
  }
}

async function published(count: number, by = ada): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push((await galley.aPost({ author: by, status: 'published' })).id);
  return ids;
}

describe('a reader at the end of an ascending list', () => {
  it.each(['createdAt', 'publishedAt', 'updatedAt'])(
    'gets a post that is committed after posts with a later time, by %s',
    async (sort) => {
      const by = await galley.aUser();
      const path = `/api/v1/posts?sort=${sort}&limit=2&filter[authorId]=${by.id}`;
      for (const client of [galley.anyone, admin]) {
        await published(1, by);
        const late = randomUUID();
        const writer = await aSlowWriter([INSERT_POST, [late, by.id]]);
        const quick = await published(3, by);
        const before = await follow(client, path);
        expect(before.ids).not.toContain(late);
        await writer.query('COMMIT');
        const after = await follow(client, path, before.cursor);
        expect([...before.ids, ...after.ids]).toEqual(expect.arrayContaining([late, ...quick]));
      }
    },
  );

  it('waits for a writer who is about to commit, and repeats nothing', async () => {
    // The request waits for a second. If the commit is later on a busy machine, the page is empty, so it is
    // repeated.
    await until(async () => {
      const by = await galley.aUser();
      const late = randomUUID();
      const writer = await aSlowWriter([INSERT_POST, [late, by.id]]);
      const quick = await published(3, by);
      const reading = follow(admin, `/api/v1/posts?sort=createdAt&limit=2&filter[authorId]=${by.id}`);
      await untilLooking();
      await writer.query('COMMIT');
      const { ids } = await reading;
      if (ids.length > 0) expect(ids).toEqual([late, ...quick]);
      return ids.length > 0;
    });
  });

  it('gets a post whose request began before others and waited for a lock', async () => {
    const by = await galley.aUser();
    const path = `/api/v1/posts?sort=createdAt&limit=1&filter[status]=draft&filter[authorId]=${by.id}`;
    const holder = await aSlowWriter([
      `INSERT INTO tags (id, slug, name) VALUES (gen_random_uuid(), 'contested', 'Contested')`,
      [],
    ]);
    const waiting = galley.as(by).post('/api/v1/posts', { title: 'Late', body: '', tags: ['Contested'] });
    const late = waiting.expect(201).then(({ body }) => body.id as string);
    await untilWaiting();
    for (let n = 0; n < 3; n++) await galley.aPost({ author: by });
    const before = await follow(galley.as(by), path);
    await holder.query('ROLLBACK');
    const id = await late;
    const after = await follow(galley.as(by), path, before.cursor);
    expect(after.ids).toContain(id);
  });

  it('gets an account that is committed after accounts with a later time', async () => {
    const late = randomUUID();
    const writer = await aSlowWriter([INSERT_USER, [late]]);
    for (let n = 0; n < 3; n++) await galley.aUser();
    const before = await follow(admin, '/api/v1/users?sort=createdAt&limit=2');
    await writer.query('COMMIT');
    expect((await follow(admin, '/api/v1/users?sort=createdAt&limit=2', before.cursor)).ids).toContain(late);
  });

  it('gets a follower who is committed after followers with a later time', async () => {
    const [famous, late] = [await galley.aUser(), await galley.aUser()];
    const follows = 'INSERT INTO follows (followed_id, follower_id) VALUES ($1, $2)';
    const writer = await aSlowWriter([follows, [famous.id, late.id]]);
    for (let n = 0; n < 3; n++)
      await galley
        .as(await galley.aUser())
        .put(`/api/v1/users/${famous.id}/follow`)
        .expect(204);
    const path = `/api/v1/users/${famous.id}/followers?sort=followedAt&limit=2`;
    const before = await follow(admin, path);
    expect(before.ids).not.toContain(late.id);
    await writer.query('COMMIT');
    expect((await follow(admin, path, before.cursor)).ids).toContain(late.id);
  });

  it('gets comments in the order in which they are committed', async () => {
    const post = await galley.aPost({ author: ada, status: 'published' });
    const holder = await aSlowWriter();
    await holder.query('SELECT now()'); // Its transaction starts before the other comments.
    const quick = await galley.aComment({ post });
    const late = randomUUID();
    await holder.query(
      `INSERT INTO comments (id, post_id, body, html, html_version) VALUES ($1, $2, 'Late', 'Late', 32000)`,
      [late, post.id],
    );
    const third = galley.as(ada).post(`/api/v1/posts/${post.id}/comments`, { body: 'Third' });
    const answered = third.expect(201).then(({ body }) => body.id as string);
    await untilWaiting();
    await holder.query('COMMIT');
    const seen = await follow(galley.anyone, `/api/v1/posts/${post.id}/comments?limit=1`);
    expect(seen.ids.slice(0, 2)).toEqual([quick.id, late]);
    const last = await answered;
    const { ids } = await follow(galley.anyone, `/api/v1/posts/${post.id}/comments?limit=1`, seen.cursor);
    expect(ids.at(-1)).toBe(last);
  });

  it('keeps the place that the cursor of a former release names', async () => {
    const by = await galley.aUser();
    const path = `/api/v1/posts?sort=createdAt&limit=2&filter[authorId]=${by.id}`;
    const ids = await published(5, by);
    const { body } = await admin.get(path).expect(200);
    const writer = await aSlowWriter([INSERT_POST, [randomUUID(), by.id]]);
    const rest = await follow(admin, path, body.meta.nextCursor as string);
    expect(rest.ids).toEqual(ids.slice(2));
    await writer.query('ROLLBACK');
  });
});

describe('while somebody takes long to commit', () => {
  it('lists show what was committed since: the newest first, on a last page, and by number', async () => {
    const by = await galley.aUser();
    const writer = await aSlowWriter([INSERT_POST, [randomUUID(), by.id]]);
    const ids = await published(3, by);
    for (const [query, seen] of [
      ['', ids.toReversed()],
      ['&sort=-createdAt&limit=2', ids.toReversed().slice(0, 2)],
      ['&sort=createdAt', ids],
      ['&sort=createdAt&limit=2&page=1', ids.slice(0, 2)],
      ['&sort=createdAt&limit=2&page=2', ids.slice(2)],
    ] as const)
      for (const client of [galley.anyone, author]) {
        const { body } = await client.get(`/api/v1/posts?filter[authorId]=${by.id}${query}`).expect(200);
        expect([query, (body.data as { id: string }[]).map(({ id }) => id)]).toEqual([query, seen]);
      }
    await writer.query('COMMIT');
  });

  it('an ascending page ends before them, names the next one, and is in no cache', async () => {
    const by = await galley.aUser();
    const [first] = await published(1, by);
    const writer = await aSlowWriter([INSERT_POST, [randomUUID(), by.id]]);
    const quick = await published(4, by);
    const path = `/api/v1/posts?sort=publishedAt&limit=3&filter[authorId]=${by.id}`;
    const cut = await follow(galley.anyone, path);
    expect(cut.ids).toEqual([first]);
    expect(cut.cursor).toMatch(/^[\w-]+\.[\w-]{22}$/);
    await writer.query('ROLLBACK'); // This does not invalidate any cached value.
    expect((await follow(galley.anyone, path, cut.cursor)).ids).toEqual(quick);
    expect((await follow(galley.anyone, path)).ids).toEqual([first, ...quick]);
  });

  it('an import that brings times of its own holds up nobody', async () => {
    const by = await galley.aUser();
    const writer = await aSlowWriter([
      INSERT_POST.replace('now()', `'2012-05-05T05:05:05Z'`)
        .replace('published_at)', 'published_at, created_at, updated_at)')
        .replace(/Z'\)$/, `Z', '2012-05-05T05:05:05Z', '2012-05-05T05:05:05Z')`),
      [randomUUID(), by.id],
    ]);
    const ids = await published(3, by);
    expect(
      (await follow(admin, `/api/v1/posts?sort=createdAt&limit=1&filter[authorId]=${by.id}`)).ids,
    ).toEqual(ids);
    await writer.query('COMMIT');
  });

  it('and posts dated in the future do not keep a walk from ending', async () => {
    const by = await galley.aUser();
    const ids = await published(3, by);
    await galley.database.query(
      `UPDATE posts SET created_at = '2100-01-01', updated_at = '2100-01-01' WHERE id = ANY($1)`,
      [ids],
    );
    expect(
      (await follow(admin, `/api/v1/posts?sort=createdAt&limit=1&filter[authorId]=${by.id}`)).ids,
    ).toHaveLength(3);
  });
});

/** Waits until a statement waits for a lock. */
const untilWaiting = () => until(() => isLockAwaited(galley.database));
/** Waits until a reader has looked for writers. */
const untilLooking = () =>
  until(() =>
    isThere(`SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE '%FROM pg_locks l%' AND pid <> pg_backend_pid()`),
  );

const isThere = async (sign: string) => (await galley.database.query(sign)).length > 0;
