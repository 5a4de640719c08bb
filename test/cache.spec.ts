import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { AppliedInvalidations } from '../src/platform/cache/applied-invalidations.js';
import { Cache } from '../src/platform/cache/cache.js';
import { RedisConnection } from '../src/platform/redis/redis-connection.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { type Galley, startGalley } from './support/galley.js';
import { TestRedis } from './support/redis.js';
import { until } from './support/until.js';

let database: TestDatabase;
let redis: TestRedis;
let one: Galley;
let other: Galley;
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  redis = await TestRedis.start();
  // Nothing expires in this test.
  const settings = { REDIS_URL: redis.url, REDIS_TIMEOUT_MS: '1000', CACHE_LOCAL_TTL_SECONDS: '300' };
  one = await startGalley(settings, database);
  other = await startGalley(settings, database);
  await bothUp();
});
afterEach(async () => {
  redis.thaw();
  if (!(await redis.answers())) await redis.start();
  await bothUp();
});
afterAll(async () => {
  await one.stop();
  await other.stop();
  await redis.kill();
  await database.drop();
});

/** Waits until both processes have received all messages that Redis has published so far. */
async function bothHeard(): Promise<void> {
  const channel = `test:behind:${++count}`;
  const heard = new Set<Galley>();
  for (const galley of [one, other])
    galley.app.get(RedisConnection).subscribe(channel, () => heard.add(galley));
  await until(async () => {
    await redis.command('PUBLISH', channel, '');
    return heard.size === 2;
  });
}

/** Waits until Redis has answered what the first process has sent on the same connection. */
async function stored(): Promise<void> {
  await nextTurn();
  await one.app.get(RedisConnection).run((client) => client.ping());
}

/** Both use what Redis contains. */
const bothUp = () => until(() => [one, other].every(isReady));
const isReady = ({ app }: Galley) => app.get(AppliedInvalidations).believed !== undefined;

/** Counts how often all processes read public pages and posts from PostgreSQL while `work` runs. */
async function loads(work: () => Promise<unknown>): Promise<number> {
  const prototype = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
  const original = prototype.query;
  let count = 0;
  prototype.query = function (...args) {
    if (/row_to_json/.test((args[0] as { text?: string }).text ?? '')) count++;
    return original.apply(this, args);
  };
  try {
    await work();
  } finally {
    prototype.query = original;
  }
  return count;
}

const many = (galley: Galley, path: string) =>
  Promise.all(Array.from({ length: 200 }, () => galley.anyone.get(path).expect(200)));

const titleAt = async (galley: Galley, path: string) =>
  (await galley.anyone.get(path).expect(200)).body.title as string;

describe('200 readers at once', () => {
  it('of a value that has ended make one load per process', async () => {
    const post = await one.aPost({ status: 'published' });
    for (const path of ['/api/v1/posts?limit=7', `/api/v1/posts/${post.id}`]) {
      expect(await loads(() => many(one, path))).toBe(1);
      await one.app.get(Cache).invalidateAll();
      await bothHeard();
      expect(await loads(() => Promise.all([many(one, path), many(other, path)]))).toBeLessThanOrEqual(2);
      expect(await loads(() => Promise.all([many(one, path), many(other, path)]))).toBe(0);
    }
  });

  it('find one answer under every spelling of a list, and none is kept of what callers make up without end', async () => {
    const { by, tags } = await one.aPost({ status: 'published', tags: [`Spelt ${++count}`] });
    const slug = tags?.[0]?.slug as string;
    const read = (query: string) => loads(() => one.anyone.get(`/api/v1/posts?limit=9&${query}`).expect(200));
    const { body } = await one.anyone.get('/api/v1/posts?limit=1').expect(200);
    const cursor = body.meta.nextCursor as string;
    for (const [first, ...others] of [
      ['fields=id,title', 'fields=title,id,id', 'fields=title%2Cid'],
      ['filter[type]=post,page', 'filter[type]=page,post,page'],
      [`filter[authorId]=${by.id}`, `filter[authorId]=${by.id.toUpperCase()}`],
      [
        `filter[featured]=false&filter[authorId]=${by.id}`,
        `filter[authorId]=${by.id}&filter[featured]=false`,
      ],
      [
        `filter[tag]=${slug}`,
        `filter[tag]=${slug}&include=tags,author`,
        `filter[tag]=${slug}&include=author,tags`,
      ],
    ] as [string, ...string[]][]) {
      expect([first, await read(first)]).toEqual([first, 1]);
      for (const other of others) expect([other, await read(other)]).toEqual([other, 0]);
    }
    for (const query of [
      'q=words',
      'filter[publishedAt][gte]=2020-01-01T00:00:00Z',
      `filter[tag]=${slug},made-up`,
      'filter[tag]=made-up',
      `filter[authorId]=${randomUUID()}`,
      `filter[parentId]=${randomUUID()}`,
      `filter[parentId]=${by.id},${randomUUID()}`,
    ])
      for (let n = 0; n < 2; n++) expect([query, await read(query)]).toEqual([query, 1]);
    for (const end of ['=', '%20', '.', '!'])
      await one.anyone.get(`/api/v1/posts?limit=1&cursor=${cursor}${end}`).expect(400);
  });

  it('of what is not there too: nothing is an answer that is kept', async () => {
    expect(
      await loads(() =>
        Promise.all(Array.from({ length: 200 }, () => one.anyone.get('/api/v1/posts/absent').expect(404))),
      ),
    ).toBe(1);
  });
});

describe('a write', () => {
  it('is seen by the next read of its own process, and soon by the other', async () => {
    const post = await one.aPost({ status: 'published', title: 'As it was' });
    const paths = [`/api/v1/posts/${post.id}`, `/api/v1/posts/${post.slug}`];
    for (const path of paths)
      for (const galley of [one, other]) expect(await titleAt(galley, path)).toBe('As it was');
    await one.as(post.by).patch(`/api/v1/posts/${post.id}`, { title: 'As it is' }).expect(200);
    for (const path of paths) {
      expect(await titleAt(one, path)).toBe('As it is');
      await until(async () => (await titleAt(other, path)) === 'As it is');
    }
  });

  const CHANGES: Record<string, (post: Awaited<ReturnType<Galley['aPost']>>) => Promise<unknown>> = {
    'an edit of its slug': (post) =>
      one
        .as(post.by)
        .patch(`/api/v1/posts/${post.id}`, { slug: `moved-${++count}` })
        .expect(200),
    'taking it back': (post) => one.as(post.by).post(`/api/v1/posts/${post.id}/unpublish`).expect(200),
    'archiving it': (post) => one.as(post.by).post(`/api/v1/posts/${post.id}/archive`).expect(200),
    'deleting it': (post) => one.as(post.by).delete(`/api/v1/posts/${post.id}`).expect(204),
    'a comment on it': async (post) => void (await one.aComment({ post })),
    'a new name of its author': (post) =>
      one
        .as(post.by)
        .patch('/api/v1/users/me', { name: `New ${++count}` })
        .expect(200),
    'a new name of its tag': async (post) => {
      const editor = one.as(await one.aUser({ role: 'editor' }));
      await editor.patch(`/api/v1/tags/${post.tags?.[0]?.slug}`, { name: `Renamed ${++count}` }).expect(200);
    },
    'deleting its tag': async (post) => {
      const editor = one.as(await one.aUser({ role: 'editor' }));
      await editor.delete(`/api/v1/tags/${post.tags?.[0]?.slug}`).expect(204);
    },
  };

  it.each(Object.entries(CHANGES))('%s ends the cached post and the cached list', async (_name, change) => {
    const post = await one.aPost({ status: 'published', tags: [`Cached ${++count}`] });
    const paths = [`/api/v1/posts/${post.id}`, `/api/v1/posts/${post.slug}`, '/api/v1/posts?limit=3'];
    const before = await Promise.all(
      paths.map(async (path) => (await one.anyone.get(path).expect(200)).text),
    );
    await change(post);
    for (const [n, path] of paths.entries()) expect((await one.anyone.get(path)).text).not.toBe(before[n]);
  });

  it('that makes a post ends the answer that there is none', async () => {
    const slug = `soon-${++count}`;
    await one.anyone.get(`/api/v1/posts/${slug}`).expect(404);
    await one.aPost({ slug, status: 'published' });
    await one.anyone.get(`/api/v1/posts/${slug}`).expect(200);
  });

  it('that is rolled back ends nothing', async () => {
    const post = await one.aPost({ status: 'published' });
    const path = `/api/v1/posts/${post.id}`;
    await one.anyone.get(path).expect(200);
    await one.as(post.by).post(`${path}/publish`).expect(409);
    await one.as(post.by).patch(path, { title: 'x' }, { 'if-match': '"1"' }).expect(412);
    expect(await loads(() => one.anyone.get(path).expect(200))).toBe(0);
  });
});

/** A load that continues when the test says so. */
function heldLoad<T>(value: T) {
  const [held, begun] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const load = () => {
    begun.resolve();
    return held.promise.then(() => value);
  };
  return { load, begun: begun.promise, release: () => held.resolve() };
}

describe('a load that an invalidation overtakes', () => {
  it.each([
    ['of its own process', () => one],
    ['of another process', () => other],
  ])('%s leaves no old answer anywhere', async (_name, writer) => {
    const entry = { key: `slow:${++count}`, tags: [`slow:${count}`] };
    const slow = heldLoad('old');
    const first = one.app.get(Cache).read(entry, slow.load);
    await slow.begun;
    await writer()
      .app.get(Cache)
      .invalidate(entry.tags[0] as string);
    await bothHeard();
    slow.release();
    expect(await first).toBe('old'); // Callers that requested it before can receive it.
    await stored();
    for (const galley of [one, other])
      expect(await galley.app.get(Cache).read(entry, () => Promise.resolve('new'))).toBe('new');
  });

  it('is not what somebody gets who asks after it', async () => {
    const entry = { key: `joined:${++count}`, tags: [`joined:${count}`] };
    const slow = heldLoad('old');
    const first = one.app.get(Cache).read(entry, slow.load);
    await slow.begun;
    await one.app.get(Cache).invalidate(entry.tags[0] as string);
    expect(await one.app.get(Cache).read(entry, () => Promise.resolve('new'))).toBe('new');
    slow.release();
    await first;
  });
});

describe('what Redis holds', () => {
  const STRANGE: Record<string, string> = {
    'a truncated entry': '"{\\"value\\":{\\"body\\":\\"{',
    'an entry of another format': '"{\\"body\\":\\"x\\"}"',
    'something that is no JSON': 'garbage',
  };

  it.each(Object.entries(STRANGE))('%s is a miss', async (_name, stored) => {
    const entry = { key: `strange:${++count}`, tags: ['strange'] };
    await one.app.get(Cache).read(entry, () => Promise.resolve('right'));
    const key = await storedKey(entry.key);
    const stranger = await startGalley({ REDIS_URL: redis.url }, database);
    try {
      await until(() => isReady(stranger));
      await redis.command('SET', key, stored);
      const value = await stranger.app.get(Cache).read(entry, () => Promise.resolve('right again'));
      expect(value).toBe('right again');
    } finally {
      await stranger.stop();
    }
  });

  it('lives for CACHE_TTL seconds at most', async () => {
    const brief = await startGalley({ REDIS_URL: redis.url, CACHE_TTL: '7' }, database);
    try {
      await until(() => isReady(brief));
      const entry = { key: `brief:${++count}`, tags: ['brief'], ttlSeconds: 600 };
      await brief.app.get(Cache).read(entry, () => Promise.resolve('soon gone'));
      expect(await redis.command('TTL', await storedKey(entry.key))).toBeLessThanOrEqual(7);
    } finally {
      await brief.stop();
    }
  });

  it('is shared: what one process loaded the other does not load', async () => {
    const entry = { key: `shared:${++count}`, tags: ['shared'] };
    const value = { text: '_function_()|x|() => process.exit()', nothing: null };
    await one.app.get(Cache).read(entry, () => Promise.resolve(value));
    await storedKey(entry.key);
    const never = () => Promise.reject(new Error('loaded twice'));
    expect(await other.app.get(Cache).read(entry, never)).toEqual(value);
  });

  it('of a post that nobody asks for is gone within two hours; asking keeps it', async () => {
    const slug = `nowhere-${++count}`;
    const key = `{galley:cache}:tag:post:${slug}`;
    await one.anyone.get(`/api/v1/posts/${slug}`).expect(404);
    const life = (await redis.command('TTL', key)) as number;
    expect(life).toBeGreaterThan(0);
    expect(life).toBeLessThanOrEqual(7200);
    await redis.command('EXPIRE', key, 100);
    await other.anyone.get(`/api/v1/posts/${slug}`).expect(404);
    expect(await redis.command('TTL', key)).toBeGreaterThan(100);
  });

  async function storedKey(part: string): Promise<string> {
    let key: string | undefined;
    await until(async () => {
      const keys = (await redis.command('KEYS', '*')) as string[];
      key = keys.find((name) => name.includes(`:${part}@`));
      return key !== undefined;
    });
    return key as string;
  }
});

describe('while Redis does not answer', () => {
  it.each([
    ['killed', () => redis.kill(), () => redis.start()],
    ['frozen', () => Promise.resolve(redis.freeze()), () => Promise.resolve(redis.thaw())],
  ])(
    '%s, a write is seen at once here, and by the other process when it is back',
    async (_name, harm, heal) => {
      const post = await one.aPost({ status: 'published', title: 'Before' });
      const path = `/api/v1/posts/${post.id}`;
      for (const galley of [one, other]) expect(await titleAt(galley, path)).toBe('Before');
      await harm();
      await one.as(post.by).patch(path, { title: 'During' }).expect(200);
      expect(await titleAt(one, path)).toBe('During');
      await heal();
      await bothUp();
      await until(async () => (await titleAt(other, path)) === 'During', 2000);
      expect(await titleAt(one, path)).toBe('During');
    },
  );

  it('full, a write is seen by its own process at once, and soon by the other', async () => {
    const post = await one.aPost({ status: 'published', title: 'Before' });
    const path = `/api/v1/posts/${post.id}`;
    for (const galley of [one, other]) expect(await titleAt(galley, path)).toBe('Before');
    await redis.fill();
    try {
      await one.as(post.by).patch(path, { title: 'During' }).expect(200);
      expect(await titleAt(one, path)).toBe('During');
      await until(async () => (await titleAt(other, path)) === 'During', 1000);
    } finally {
      await redis.empty();
    }
    for (const galley of [one, other]) expect(await titleAt(galley, path)).toBe('During');
  });

  it('flushed, nothing old comes back', async () => {
    const post = await one.aPost({ status: 'published', title: 'Before' });
    const path = `/api/v1/posts/${post.id}`;
    for (const galley of [one, other]) await titleAt(galley, path);
    await redis.flush();
    await one.as(post.by).patch(path, { title: 'After' }).expect(200);
    for (const galley of [one, other])
      await until(async () => (await titleAt(galley, path)) === 'After', 1000);
  });
});
