import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { currentOrigin } from '../src/platform/origin/origin.js';
import { RedisConnection } from '../src/platform/redis/redis-connection.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { type Galley, startGalley } from './support/galley.js';
import { TestRedis } from './support/redis.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { until } from './support/until.js';

const PASSWORD = 'correct horse battery staple';
const SLOW_MS = 100;

let database: TestDatabase;
let redis: TestRedis;
let proxy: TcpProxy;
let galley: Galley;

beforeAll(async () => {
  database = await createTestDatabase();
  redis = await TestRedis.start();
  proxy = await TcpProxy.open({ port: redis.port });
  const url = `redis://127.0.0.1:${proxy.port}`;
  // Periodic work of a worker locks rows of its own at any time.
  const settings = { REDIS_URL: url, REDIS_TIMEOUT_MS: '10000', PROCESS_ROLE: 'api' };
  galley = await startGalley(settings, database);
  await until(() => galley.app.get(RedisConnection).up);
});
afterEach(() => {
  jest.restoreAllMocks();
  proxy.slow(0);
  proxy.thaw();
});
afterAll(async () => {
  await galley.stop();
  await proxy.close();
  await redis.kill();
  await database.drop();
});

/**
 * From its first row lock or write to its end, a transaction has a number. One that waits for Redis is idle in between.
 * Those that give events their positions and let consumers take them follow the commits and are no writes of the API.
 */
const idle = () =>
  database.query<{ since: string; query: string }>(`
    SELECT pid || ' since ' || state_change AS since, query FROM pg_stat_activity
    WHERE backend_xid IS NOT NULL AND application_name = 'galley' AND datname = current_database()
      AND state = 'idle in transaction' AND query !~ 'event_log|event_consumers|FROM events'`);

/**
 * Returns the last statements of transactions that are idle until `answer` comes. One that is seen only once was on its
 * way from one statement to the next, because between two looks everything in this process has its turn.
 */
async function holdersUntil(answer: Promise<unknown>): Promise<string[]> {
  let isAnswered = false;
  void answer.catch(() => undefined).finally(() => (isAnswered = true));
  const held: string[] = [];
  for (let before = new Set<string>(); !isAnswered;) {
    const now = await idle();
    held.push(...now.filter(({ since }) => before.has(since)).map(({ query }) => query));
    before = new Set(now.map(({ since }) => since));
  }
  return held;
}

const key = (n: number) => ({ 'idempotency-key': `row-locks-${n}` });

/** All kinds of writes, one after another, by an editor and an author. */
async function everyWrite(): Promise<void> {
  const [editor, author] = [await galley.aUser({ role: 'editor' }), await galley.aUser({ role: 'author' })];
  const [as, by] = [galley.as(editor), galley.as(author)];
  const post = (await by.post('/api/v1/posts', { title: 'T', body: 'W', tags: ['a'] }, key(1)).expect(201))
    .body;
  const path = `/api/v1/posts/${post.id}`;
  await by.patch(path, { body: 'Words', tags: ['a', 'b'], meta: { a: 'b' } }, key(2)).expect(200);
  await by.post(`${path}/publish`, undefined, key(3)).expect(200);
  const comment = (await as.post(`${path}/comments`, { body: 'C' }, key(4)).expect(201)).body;
  await as.patch(`/api/v1/comments/${comment.id}`, { body: 'D' }).expect(200);
  await by.post(`/api/v1/comments/${comment.id}/moderate`, { status: 'hidden' }).expect(200);
  await as.delete(`/api/v1/comments/${comment.id}`).expect(204);
  await as.patch('/api/v1/tags/a', { description: 'A' }).expect(200);
  await as.post('/api/v1/tags/a/merge', { into: 'b' }, key(5)).expect(200);
  await as.delete('/api/v1/tags/b').expect(204);
  await by.patch('/api/v1/users/me', { name: 'N' }).expect(200);
  await by.delete(path).expect(204);
  const email = 'row-locks@example.com';
  await galley.anyone.post('/api/v1/auth/register', { email, password: PASSWORD, name: 'N' }).expect(201);
  await galley.anyone.post('/api/v1/auth/login', { email, password: 'wrong wrong wrong' }).expect(401);
  const tokens = (await galley.anyone.post('/api/v1/auth/login', { email, password: PASSWORD }).expect(200))
    .body;
  await galley.anyone.post('/api/v1/auth/refresh', { refreshToken: tokens.refreshToken }).expect(200);
  await galley.anyone.post('/api/v1/auth/logout', { refreshToken: tokens.refreshToken }).expect(204);
}

describe('no row is locked', () => {
  it('while a write waits for Redis, whichever write it is', async () => {
    const connection = galley.app.get(RedisConnection);
    const run = connection.run.bind(connection);
    let commands = 0;
    const held: string[] = [];
    jest.spyOn(connection, 'run').mockImplementation(async (command) => {
      if (currentOrigin().name !== undefined) return run(command); // periodic work, beside the writes
      commands++;
      const answer = run(command);
      held.push(...(await holdersUntil(answer)));
      return answer;
    });
    proxy.slow(SLOW_MS);
    await everyWrite();
    expect(commands).toBeGreaterThan(20);
    expect(held).toEqual([]);
  });

  it('while refreshes wait for Redis, however many', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, () => galley.aUser()));
    const run = jest.spyOn(galley.app.get(RedisConnection), 'run');
    proxy.freeze();
    const refreshes = people.map(({ refreshToken }) =>
      galley.anyone.post('/api/v1/auth/refresh', { refreshToken }),
    );
    const answers = Promise.all(refreshes);
    await until(() => run.mock.calls.length === people.length);
    expect(await holdersUntil(delay(SLOW_MS))).toEqual([]);
    proxy.thaw();
    for (const { status } of await answers) expect(status).toBe(200);
  });
});
