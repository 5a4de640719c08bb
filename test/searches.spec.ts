import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Galley, startGalley } from './support/galley.js';

/** Another one is running, unless its place pauses because of the previous test. */
const EIGHT_WAIT = 8;

let galley: Galley;
let lock: pg.Client;
beforeAll(async () => {
  galley = await startGalley({
    SEARCH_TIMEOUT_MS: '1000', // This is shorter than the wait for a lock, which returns another problem.
    DATABASE_STATEMENT_TIMEOUT_MS: '1200',
    SEARCH_CONCURRENCY: '1',
    DATABASE_POOL_MIN: '1',
    DATABASE_POOL_MAX: '3',
  });
  lock = new pg.Client({ connectionString: galley.database.url });
  await lock.connect();
});
afterAll(async () => {
  await lock.end();
  await galley.stop();
});

/** Blocks all statements on posts, so that each search would take forever. */
async function whilePostsAreLocked(work: () => Promise<void>): Promise<void> {
  await lock.query('BEGIN; LOCK TABLE posts IN ACCESS EXCLUSIVE MODE');
  try {
    await work();
  } finally {
    await lock.query('ROLLBACK');
  }
}

describe('a search', () => {
  it('is stopped by a limit of its own, and says what to do', async () => {
    for (const caller of [galley.anyone, galley.as(await galley.aUser())]) {
      await whilePostsAreLocked(async () => {
        const { body, headers } = await caller.get('/api/v1/posts?q=word').expect(503);
        expect(body).toMatchObject({
          code: 'search_timed_out',
          detail: 'The search was stopped after 1000 ms. Use rarer words, or add a filter.',
        });
        expect(headers.get('retry-after')).toBe('1');
      });
      await caller.get('/api/v1/posts?q=word').expect(200);
    }
  });

  it('and every other expensive read tells the same when it is stopped', async () => {
    const { tags } = await galley.aPost({ status: 'published', tags: ['Common'] });
    const slug = tags?.[0]?.slug as string;
    for (const [path, detail] of [
      [
        `posts?filter[tag]=${slug}`,
        'The list of posts by tag was stopped after 1000 ms. Use `cursor` instead of a late `page`, or add another filter.',
      ],
      [
        'tags',
        'Counting the posts of these tags was stopped after 1200 ms. Ask for `fields` without `postCount`, or try again in a moment.',
      ],
      [
        `tags/${slug}`,
        'Counting the posts of this tag was stopped after 1200 ms. Try again in a moment, or list tags with `fields` without `postCount`.',
      ],
    ] as const)
      for (const caller of [galley.anyone, galley.as(await galley.aUser())]) {
        await whilePostsAreLocked(async () => {
          const { body, headers } = await caller.get(`/api/v1/${path}`).expect(503);
          expect(body).toMatchObject({ code: 'read_timed_out', detail });
          expect(headers.get('retry-after')).toBe('1');
        });
        await caller.get(`/api/v1/${path}`).expect(200);
      }
  });

  it('that only excludes is 400, also when every place is taken', async () => {
    await whilePostsAreLocked(async () => {
      const searches = Array.from({ length: 40 }, () => galley.anyone.get('/api/v1/posts?q=word'));
      await galley.anyone.get('/api/v1/posts?q=-word').expect(400);
      const codes = (await Promise.all(searches)).map(({ body }) => (body as { code: string }).code);
      expect(codes).toContain('busy');
    });
  });

  it('never takes the connections that other reads need, however many there are', async () => {
    const reader = galley.as(await galley.aUser());
    await whilePostsAreLocked(async () => {
      const searches = Array.from({ length: 40 }, () =>
        galley.anyone.get('/api/v1/posts?q=word').expect(503),
      );
      for (let n = 0; n < 20; n++) await reader.get('/api/v1/users/me').expect(200);
      const codes = (await Promise.all(searches)).map(({ body }) => (body as { code: string }).code);
      expect(codes.filter((code) => code === 'search_timed_out').length).toBeGreaterThanOrEqual(EIGHT_WAIT);
      expect(new Set(codes)).toEqual(new Set(['busy', 'search_timed_out']));
    });
  });

  it('keeps one order over what is public and what is not', async () => {
    const ada = await galley.aUser();
    for (let n = 0; n < 6; n++)
      await galley.aPost({ author: ada, title: `Wombat ${n}`, ...(n % 2 && { status: 'published' }) });
    const titles = async (query: string) =>
      (
        await galley.as(ada).get(`/api/v1/posts?filter[status]=draft,published&${query}`).expect(200)
      ).body.data.map(({ title }: { title: string }) => title);
    const all = await titles('q=wombat&sort=createdAt');
    expect(all).toEqual([0, 1, 2, 3, 4, 5].map((n) => `Wombat ${n}`));
    expect(await titles('q=wombat&sort=createdAt&limit=2&page=2')).toEqual(['Wombat 2', 'Wombat 3']);
    expect(await titles('q=wombat&sort=-createdAt&limit=4&page=2')).toEqual(['Wombat 1', 'Wombat 0']);
  });
});
