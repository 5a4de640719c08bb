import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LoginFailuresPurge } from '../src/auth/login-failures-purge.js';
import { RedisConnection } from '../src/platform/redis/redis-connection.js';
import { answered } from './support/answered.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { type Galley, startGalley } from './support/galley.js';
import { TestRedis } from './support/redis.js';
import { until } from './support/until.js';

const PASSWORD = 'correct horse battery staple';

let database: TestDatabase;
let redis: TestRedis;
/** Two processes of one deployment, from the perspective of database and Redis. */
let apps: [Galley, Galley];

beforeAll(async () => {
  database = await createTestDatabase();
  redis = await TestRedis.start();
  const settings = {
    REDIS_URL: redis.url,
    REDIS_TIMEOUT_MS: '1000', // On a busy machine, a slow Redis must not count as unavailable.
    RATE_LIMIT_MAX: '10',
    RATE_LIMIT_USER_WRITE_MAX: '6',
    REFRESH_RATE_LIMIT_MAX: '4',
    AUTH_RATE_LIMIT_MAX: '10',
    RATE_LIMIT_WINDOW_MS: '60000',
  };
  apps = [await startGalley(settings, database), await startGalley(settings, database)];
  for (const { app } of apps) await until(() => app.get(RedisConnection).up);
});
beforeEach(async () => {
  await redis.flush();
  await database.query('DELETE FROM login_failures');
});
afterAll(async () => {
  for (const app of apps) await app.stop();
  await redis.kill();
  await database.drop();
});

const either = (n: number) => apps[n % 2] as Galley;
const remaining = (answer: { headers: Headers }) =>
  Number(/r=(\d+)/.exec(answer.headers.get('ratelimit') ?? '')?.[1]);

describe('limits of two processes on one Redis', () => {
  it('count together, and name the same rest and reset', async () => {
    for (let n = 1; n <= 10; n++) {
      const answer = await either(n).anyone.get('/api/v1/posts').expect(200);
      expect(remaining(answer)).toBe(10 - n);
      expect(answer.headers.get('ratelimit')).toMatch(/^"read";r=\d+;t=(60|59|58|57|56|55)$/);
    }
    for (const app of apps) await app.anyone.get('/api/v1/posts').expect(429);
  });

  it('let through exactly as many of a hundred at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => either(n).anyone.get('/api/v1/posts')),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(90);
  });

  it('are per account when signed in, wherever it comes in', async () => {
    const person = await apps[0].aUser();
    const statuses = [];
    for (let n = 0; n < 8; n++)
      statuses.push((await either(n).as(person).post('/api/v1/posts', { title: 'T', body: '' })).status);
    expect(statuses).toEqual([201, 201, 201, 201, 201, 201, 429, 429]);
  });

  it('hold for the refreshes of a session', async () => {
    let { refreshToken } = await apps[0].aUser();
    for (let n = 0; n < 4; n++)
      refreshToken = (await either(n).anyone.post('/api/v1/auth/refresh', { refreshToken }).expect(200)).body
        .refreshToken;
    await apps[1].anyone.post('/api/v1/auth/refresh', { refreshToken }).expect(429);
  });

  it('end with their window, which no later request moves', async () => {
    await apps[0].anyone.get('/api/v1/posts').expect(200);
    const [key] = (await redis.command('KEYS', 'galley:limit:read:*')) as [string];
    await redis.command('PEXPIRE', key, 30_000);
    await apps[1].anyone.get('/api/v1/posts').expect(200);
    expect(await redis.command('PTTL', key)).toBeLessThanOrEqual(30_000);
    await redis.command('PEXPIRE', key, 1);
    await until(async () => (await redis.command('EXISTS', key)) === 0);
    expect(remaining(await apps[0].anyone.get('/api/v1/posts').expect(200))).toBe(9);
  });

  it('get an end again where one was lost, so that nobody is shut out for ever', async () => {
    await apps[0].anyone.get('/api/v1/posts').expect(200);
    const [key] = (await redis.command('KEYS', 'galley:limit:read:*')) as [string];
    await redis.command('PERSIST', key);
    await apps[0].anyone.get('/api/v1/posts').expect(200);
    expect(await redis.command('PTTL', key)).toBeGreaterThan(50_000);
  });
});

describe('failed logins on two processes', () => {
  const tryLogin = (n: number, email: string, password: string) =>
    either(n).anyone.post('/api/v1/auth/login', { email, password });

  async function anAccount(email: string): Promise<string> {
    await apps[0].anyone.post('/api/v1/auth/register', { email, password: PASSWORD, name: 'N' }).expect(201);
    return email;
  }

  it('are ten of forty at once, then not even the right password gets in', async () => {
    const email = await anAccount('forty@example.com');
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => answered(() => tryLogin(n, email, 'wrong wrong wrong wrong'))),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(30);
    await tryLogin(1, email, PASSWORD).expect(429);
    expect((await counts()).toSorted()).toEqual([10, 10]);
  });

  it('are given back by a login that succeeds, also many at once', async () => {
    const email = await anAccount('given-back@example.com');
    const answers = await Promise.all(Array.from({ length: 6 }, (_, n) => tryLogin(n, email, PASSWORD)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(await counts()).toEqual([0, 0]);
  });

  it('begin anew when their window has ended, and are purged then', async () => {
    const email = await anAccount('window@example.com');
    for (let n = 0; n < 10; n++) await tryLogin(n, email, 'wrong wrong wrong wrong').expect(401);
    await tryLogin(0, email, PASSWORD).expect(429);
    await database.query(`UPDATE login_failures SET window_ends_at = now() - interval '1 second'`);
    await tryLogin(1, email, 'wrong wrong wrong wrong').expect(401);
    expect(await counts()).toEqual([1, 1]);
    await database.query(`
      INSERT INTO login_failures SELECT sha256(n::text::bytea), 1, now() - interval '1 second'
      FROM generate_series(1, 1200) n`);
    while (await apps[0].app.get(LoginFailuresPurge).purge());
    expect(await counts()).toEqual([1, 1]);
  });

  const counts = async () =>
    (await database.query<{ count: number }>('SELECT count FROM login_failures')).map(({ count }) => count);
});
