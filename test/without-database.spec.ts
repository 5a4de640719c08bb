import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from './support/builders.js';
import { type Answer, Client } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';
import { StoppablePostgres } from './support/stoppable-postgres.js';
import { until } from './support/until.js';

/** The limits of the product, and cached values that end before the outage does. */
const SETTINGS = {
  DATABASE_POOL_WAIT_MS: '2000',
  DATABASE_STATEMENT_TIMEOUT_MS: '2000',
  CACHE_LOCAL_TTL_SECONDS: '1',
};
/** The breaker opens in this time, also on a busy machine. */
const NOTICED_MS = 6000;
const OUTAGE_MS = 9000;
/** A request that waits for PostgreSQL takes at least two seconds. */
const AT_ONCE_MS = 1000;

interface Seen {
  what: string;
  atMs: number;
  tookMs: number;
  answer: Answer;
}

let server: StoppablePostgres;
let galley: Galley;
let author: Person;
let slug: string;
let hidden: string;

beforeAll(async () => {
  server = await StoppablePostgres.open();
  galley = await startGalley(SETTINGS, server);
  author = await galley.aUser({ role: 'author' });
});
afterAll(async () => {
  await galley.stop();
  await server.drop();
});

const FAULTS = [
  ['is stopped, so that connections are refused', () => server.stop(), () => server.start()],
  ['is killed, so that connections break', () => server.kill(), () => server.start()],
  ['freezes, so that nothing is answered', () => server.freeze(), () => server.thaw()],
] as const;

const list = () => galley.anyone.get('/api/v1/posts');
const post = () => galley.anyone.get(`/api/v1/posts/${slug}`);
const hiddenPost = () => galley.anyone.get(`/api/v1/posts/${hidden}`);
const unread = () => galley.anyone.get(`/api/v1/posts/never-read-${Math.random()}`);
const write = () => galley.as(author).post('/api/v1/posts', { title: 'T', body: 'Words.' });
const ready = () => galley.anyone.get('/health/ready');

/** One post that the cache contains, and one that was archived after it was read. */
async function warmUp(): Promise<void> {
  const shown = await galley.aPost({ author, status: 'published' });
  const gone = await galley.aPost({ author, status: 'published' });
  [slug, hidden] = [shown.slug, gone.slug];
  await hiddenPost().expect(200);
  await galley.as(author).post(`/api/v1/posts/${gone.id}/archive`).expect(200);
  for (const { headers } of [await list().expect(200), await post().expect(200)])
    expect(headers.get('age')).toBeNull();
  await ready().expect(200);
}

/** Sends ten rounds of requests a second. A refused connection rejects. */
async function observe(forMs: number): Promise<Seen[]> {
  const since = performance.now();
  const calls: Promise<Seen>[] = [];
  const send = async (what: string, call: () => PromiseLike<Answer>) => {
    const sent = performance.now();
    const answer = await call();
    return { what, answer, atMs: sent - since, tookMs: performance.now() - sent };
  };
  for (; performance.now() - since < forMs; await delay(100))
    for (const [what, call] of Object.entries({ list, post, hiddenPost, unread, write, ready }))
      calls.push(send(what, call));
  return Promise.all(calls);
}

/** A process that starts while PostgreSQL is down. */
async function readyOfFreshProcess(): Promise<number[]> {
  const fresh = await startGalley(SETTINGS, server);
  const statuses: number[] = [];
  for (let n = 0; n < 5; n++) statuses.push((await fresh.anyone.get('/health/ready')).status);
  await fresh.anyone.get('/api/v1/posts').expect(503);
  await fresh.stop();
  return statuses;
}

describe.each(FAULTS)('PostgreSQL %s', (_name, begin, end) => {
  let seen: Seen[];
  let fresh: number[];

  beforeAll(async () => {
    await warmUp();
    await begin();
    try {
      seen = await observe(OUTAGE_MS);
      fresh = await readyOfFreshProcess();
    } finally {
      await end();
    }
  });

  const of = (...names: string[]) => seen.filter(({ what }) => names.includes(what));
  const later = (...names: string[]) => of(...names).filter(({ atMs }) => atMs > NOTICED_MS);
  const statuses = (some: Seen[]) => [...new Set(some.map(({ answer }) => answer.status))];

  it('leaves the cached public reads, with their age', () => {
    expect(statuses(of('list', 'post'))).toEqual([200]);
    const ages = later('list', 'post').map(({ answer }) => Number(answer.headers.get('age') ?? NaN));
    expect(ages.length).toBeGreaterThan(10);
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(4);
    expect(Math.max(...ages)).toBeLessThan(60);
  });

  it('shows nothing that was archived before', () => {
    expect(statuses(later('hiddenPost'))).toEqual([503]);
    expect(statuses(of('hiddenPost'))).not.toContain(200);
  });

  it('makes all else 503 with Retry-After, soon without a wait', () => {
    expect(statuses(later('unread', 'write'))).toEqual([503]);
    for (const { answer, tookMs } of later('unread', 'write', 'hiddenPost')) {
      expect([answer.body.code, answer.headers.get('retry-after')]).toEqual(['database_unavailable', '1']);
      expect(tookMs).toBeLessThan(AT_ONCE_MS);
    }
  });

  it('leaves the process ready, which says what is missing', () => {
    expect(statuses(of('ready'))).toEqual([200]);
    const database = {
      status: 'degraded',
      message: 'does not respond; public reads are served from the cache',
    };
    for (const { answer } of later('ready'))
      expect(answer.body).toMatchObject({ status: 'degraded', error: {}, details: { database } });
  });

  it('makes no process ready that has not reached it before', () => {
    expect(fresh).toEqual([503, 503, 503, 503, 503]);
  });

  it('is used again within seconds, without another start', async () => {
    const since = performance.now();
    await until(async () => (await write()).status === 201);
    expect(performance.now() - since).toBeLessThan(4000);
    await unread().expect(404);
    expect((await ready().expect(200)).body.status).toBe('ok');
    expect((await post().expect(200)).headers.get('age')).toBeNull();
  });
});

describe('a stale response', () => {
  it('ends STALE_IF_ERROR_SECONDS after its lifetime', async () => {
    const strict = await startGalley({ ...SETTINGS, STALE_IF_ERROR_SECONDS: '2' }, server);
    await warmUp();
    const client = new Client(strict.url);
    await client.get(`/api/v1/posts/${slug}`).expect(200);
    await server.stop();
    try {
      await delay(1500);
      await client.get(`/api/v1/posts/${slug}`).expect(200);
      await delay(2000);
      await client.get(`/api/v1/posts/${slug}`).expect(503);
    } finally {
      await server.start();
      await strict.stop();
    }
  });
});
