import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RedisConnection } from '../src/platform/redis/redis-connection.js';
import type { Answer } from './support/client.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { type Galley, startGalley } from './support/galley.js';
import { TestRedis } from './support/redis.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { until } from './support/until.js';

const PASSWORD = 'correct horse battery staple';
const TOKEN = 'a token of metrics alone';

let database: TestDatabase;
let redis: TestRedis;
let proxy: TcpProxy;
let galley: Galley;
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  redis = await TestRedis.start();
  proxy = await TcpProxy.open({ port: redis.port });
  galley = await startGalley(
    { REDIS_URL: `redis://127.0.0.1:${proxy.port}`, AUTH_RATE_LIMIT_MAX: '4', METRICS_TOKEN: TOKEN },
    database,
  );
  await until(() => isUp());
});
beforeEach(() => database.query('DELETE FROM login_failures'));
/** Reverts everything that a test has done to Redis. */
afterEach(async () => {
  proxy.slow(0);
  proxy.mend();
  redis.thaw();
  if (!(await redis.answers())) await redis.start();
  await redis.empty();
  await until(() => isUp());
});
afterAll(async () => {
  await galley.stop();
  await proxy.close();
  await redis.kill();
  await database.drop();
});

const isUp = (of = galley) => of.app.get(RedisConnection).up;

const details = async () =>
  (
    await galley
      .as(await galley.aUser({ role: 'admin' }))
      .get('/health/details')
      .expect(200)
  ).body;

async function anAccount(): Promise<string> {
  const email = `faults${++count}@example.com`;
  await galley.anyone.post('/api/v1/auth/register', { email, password: PASSWORD, name: 'N' }).expect(201);
  return email;
}

const tryLogin = (email: string, password: string) =>
  galley.anyone.post('/api/v1/auth/login', { email, password });

/** Reads and a write, one after another. */
async function traffic(rounds: number): Promise<{ statuses: Set<number> }> {
  const writer = await galley.aUser();
  const statuses = new Set<number>();
  for (let n = 0; n < rounds; n++) {
    for (const call of [
      () => galley.anyone.get('/api/v1/posts'),
      () => galley.anyone.get('/api/v1/tags'),
      () => galley.as(writer).post('/api/v1/posts', { title: 'T', body: 'Words.' }),
    ]) {
      statuses.add((await call()).status);
    }
  }
  return { statuses };
}

/** After four wrong passwords, even the correct one is rejected. */
async function expectLoginLimit(): Promise<void> {
  const email = await anAccount();
  const answers: Answer[] = await Promise.all(
    Array.from({ length: 12 }, () => tryLogin(email, 'wrong wrong wrong wrong')),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual([
    ...Array<number>(4).fill(401),
    ...Array<number>(8).fill(429),
  ]);
  await tryLogin(email, PASSWORD).expect(429);
}

/** What must be true while Redis is unavailable for any reason. */
async function expectToGoOnWithout(): Promise<void> {
  const { statuses } = await traffic(3); // This opens the breaker.
  expect([...statuses].toSorted()).toEqual([200, 201]);
  await until(() => !isUp());
  const before = await faults();
  const { statuses: after } = await traffic(20);
  expect([...after].toSorted()).toEqual([200, 201]);
  expect(await faults()).toBe(before); // No request uses Redis, so none waits for it.
  await expectLoginLimit();
  await galley.anyone.get('/health/ready').expect(200);
  const body = await details();
  expect(body.status).toBe('degraded');
  expect(body.checks).toMatchObject({ database: { status: 'up' }, redis: { status: 'down' } });
}

const sample = async (name: string) => {
  const { text } = await galley.anyone.get('/metrics', { authorization: `Bearer ${TOKEN}` }).expect(200);
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.split(' ')
      .at(-1),
  );
};

/** The number of commands so far that received no response. */
async function faults(): Promise<number> {
  const kinds = ['timeout', 'connection', 'refused'];
  const counts = await Promise.all(kinds.map((kind) => sample(`redis_faults_total{kind="${kind}"}`)));
  return counts.reduce((sum, count) => sum + (count || 0), 0);
}

describe('Redis', () => {
  it('that is there is shown with its response time', async () => {
    const body = await details();
    expect(body.status).toBe('ok');
    expect(body.checks.redis).toEqual({ status: 'up', responseTime: expect.any(Number) });
    expect(await sample('redis_up')).toBe(1);
  });

  it('that was killed is gone without', async () => {
    await redis.kill();
    await expectToGoOnWithout();
    expect(await sample('redis_up')).toBe(0);
  });

  it('that is frozen costs a few commands 100 ms each, and then nothing', async () => {
    const before = await faults();
    redis.freeze();
    await traffic(2);
    // No request waits for more than three. The consumer and the periodic job of the cache can have one each under way.
    expect((await faults()) - before).toBeLessThanOrEqual(3 + 2);
    await expectToGoOnWithout();
    expect(await sample('redis_faults_total{kind="timeout"}')).toBeGreaterThanOrEqual(3);
  });

  it('that answers after 2 s is gone without', async () => {
    proxy.slow(2000);
    await expectToGoOnWithout();
  });

  it('that was frozen so long that its connection was given up is taken up again', async () => {
    redis.freeze();
    await traffic(2);
    await delay(6000);
    redis.thaw();
    await until(() => isUp());
    expect((await details()).status).toBe('ok');
  });

  it('whose line breaks and heals is taken up again by itself', async () => {
    proxy.cut();
    await until(() => !isUp());
    proxy.mend();
    await until(() => isUp());
  });

  it('that is full refuses writes: they are counted in the process, and nobody notices', async () => {
    await redis.fill();
    const { statuses } = await traffic(10);
    expect([...statuses].toSorted()).toEqual([200, 201]);
    await expectLoginLimit();
    expect(isUp()).toBe(true);
    await galley.anyone.get('/health/ready').expect(200);
    const { status, checks } = await details();
    expect([status, checks.redis.status]).toEqual(['degraded', 'down']);
    expect(await sample('redis_faults_total{kind="refused"}')).toBeGreaterThan(0);
  });

  it('that was flushed has forgotten no failed login', async () => {
    const email = await anAccount();
    for (let n = 0; n < 4; n++) await tryLogin(email, 'wrong wrong wrong wrong').expect(401);
    await redis.flush();
    await tryLogin(email, PASSWORD).expect(429);
    expect([...(await traffic(3)).statuses].toSorted()).toEqual([200, 201]);
  });

  it('that is restarted under load costs no request', async () => {
    let stop = false;
    let rounds = 0;
    const load = Promise.all(
      Array.from({ length: 8 }, async () => {
        const seen = new Set<number>();
        for (; !stop; rounds++) for (const status of (await traffic(1)).statuses) seen.add(status);
        return [...seen];
      }),
    );
    const untilServed = (before = rounds) => until(() => rounds >= before + 16);
    for (let round = 0; round < 3; round++) {
      await untilServed();
      await redis.kill();
      await untilServed();
      await redis.start();
      await until(() => isUp());
    }
    stop = true;
    expect(new Set((await load).flat())).toEqual(new Set([200, 201]));
  });

  it('that is not there at the start keeps no process from starting, and is taken up when it comes', async () => {
    await redis.kill();
    const late = await startGalley({ REDIS_URL: redis.url }, database);
    try {
      await late.anyone.get('/health/ready').expect(200);
      await late.anyone.get('/api/v1/posts').expect(200);
      await redis.start();
      await until(() => isUp(late));
    } finally {
      await late.stop();
    }
  });

  it('is not named where none is set', async () => {
    const alone = await startGalley({}, database);
    try {
      const admin = alone.as(await galley.aUser({ role: 'admin' }));
      const { body } = await admin.get('/health/details').expect(200);
      expect([body.status, Object.keys(body.checks as object)]).toEqual(['ok', ['database']]);
    } finally {
      await alone.stop();
    }
  });
});
