/**
 * Causes all kinds of faults of Redis for a process under load, and compares each with the time before. No response
 * is 5xx, the 99th percentile is at most 5 ms above normal after the breaker has opened, failed logins are still
 * limited, readiness stays green, and health/details reports the fault.
 * Medians of three rounds. `npm run test:heavy -- redis-faults [seconds of each measurement, default 5]`
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Closing } from '../support/closing.ts';
import { TestRedis } from '../support/redis.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';
import type { HeavyTest } from './heavy-test.ts';
import { FAILURES, loginLimitHolds } from './login-limit.ts';
import { type During, type Kind, OpenLoop } from './open-loop.ts';
import type { GalleyProcess } from './process.ts';
import { type Expected, faultsOfRounds, type Round, rowOf } from './redis-rounds.ts';
import { openGalley, openPool } from './serving.ts';
import { Writer } from './writer.ts';

const ROUNDS = 3;
const TOKEN = 'a token of metrics alone';
const LIMITLESS = '1000000000';
const SHOWN = ['killed', 'frozen', 'slow by 2 s', 'full'];

export const redisFaults: HeavyTest = async ([seconds = '5'], closing) => {
  const served = await serve(closing);
  const load = new OpenLoop(await kindsOf(served.galley));
  closing.add(() => load.stop());
  await delay(3000); // The first run is slow and is not measured.
  const rows: object[] = [];
  const faults: string[] = [];
  for (const [name, fault] of Object.entries(redisFaultsOf(served))) {
    const rounds: Round[] = [];
    for (let n = 0; n < ROUNDS; n++) rounds.push(await inflict(served, load, fault, Number(seconds) * 1000));
    const expected: Expected = SHOWN.includes(name) ? 'degraded, redis down' : 'ok, redis up';
    rows.push({ fault: name, ...rowOf(rounds, expected) });
    faults.push(...faultsOfRounds(rounds, expected).map((sentence) => `${name}: ${sentence}`));
  }
  console.table(rows);
  return faults;
};

interface Served {
  galley: GalleyProcess;
  redis: TestRedis;
  proxy: TcpProxy;
  pool: Pool;
  admin: Writer;
}

async function serve(closing: Closing): Promise<Served> {
  const redis = await TestRedis.start();
  closing.add(() => redis.kill());
  const proxy = await TcpProxy.open({ port: redis.port });
  closing.add(() => proxy.close());
  const { galley, folder } = await openGalley(closing, {
    REDIS_URL: `redis://127.0.0.1:${proxy.port}`,
    METRICS_TOKEN: TOKEN,
    AUTH_RATE_LIMIT_MAX: String(FAILURES),
    RATE_LIMIT_MAX: LIMITLESS,
    RATE_LIMIT_WRITE_MAX: LIMITLESS,
    REGISTER_RATE_LIMIT_MAX: LIMITLESS,
    JWT_EXPIRES_IN: '24h',
  });
  const pool = await openPool(closing, folder);
  const admin = await Writer.signUp(galley, 'admin@example.com');
  await pool.query(`UPDATE users SET role = 'admin'`);
  return { galley, redis, proxy, pool, admin };
}

const get = (galley: GalleyProcess, path: string, token?: string): Promise<Response> =>
  fetch(galley.url + path, { headers: token ? { authorization: `Bearer ${token}` } : {} });

async function kindsOf(galley: GalleyProcess): Promise<Kind[]> {
  const author = await Writer.signUp(galley, 'author@example.com');
  const post = await author.make('/api/v1/posts', { title: 'Read', body: 'Words.', tags: ['one', 'two'] });
  await author.make(`/api/v1/posts/${post.id}/publish`);
  return [
    () => get(galley, '/api/v1/posts'),
    () => get(galley, `/api/v1/posts/${post.slug}`),
    () => get(galley, '/api/v1/tags'),
    () =>
      fetch(`${galley.url}/api/v1/posts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${author.token}` },
        body: JSON.stringify({ title: 'Under load', body: 'Words.' }),
      }),
  ];
}

const isUp = async (galley: GalleyProcess): Promise<boolean> =>
  /^redis_up 1$/m.test(await (await get(galley, '/metrics', TOKEN)).text());

/** Causes a fault until the breaker has opened if it must, and ends the fault. */
type Fault = [begin: () => unknown, end: () => unknown];

function redisFaultsOf({ galley, redis, proxy }: Served): Record<string, Fault> {
  const down = () => until(async () => !(await isUp(galley)));
  return {
    killed: [() => redis.kill().then(down), () => redis.start()],
    frozen: [async () => (redis.freeze(), await down()), () => redis.thaw()],
    'slow by 2 s': [async () => (proxy.slow(2000), await down()), () => proxy.slow(0)],
    full: [() => redis.fill(), () => redis.empty()],
    flushed: [() => redis.flush(), () => undefined],
    restarted: [
      async () => {
        for (let n = 0; n < 3; n++) {
          await redis.kill();
          await delay(300);
          await redis.start();
          await until(() => isUp(galley));
        }
      },
      () => undefined,
    ],
  };
}

/** The status of the process and of Redis, or the problem if the server did not respond with them. */
async function detailsOf(galley: GalleyProcess, token?: string): Promise<string> {
  const answer = await (await get(galley, '/health/details', token)).json();
  const { status, checks, detail } = answer as {
    status: string;
    checks?: { redis: { status: string } };
    detail?: string;
  };
  return checks ? `${status}, redis ${checks.redis.status}` : `${status}: ${detail ?? 'no details'}`;
}

/** One round: normal, then with the fault until it has ended. */
async function inflict(
  { galley, pool, admin }: Served,
  load: OpenLoop,
  [begin, end]: Fault,
  ms: number,
): Promise<Round> {
  await pool.query('DELETE FROM login_failures');
  const normal = await load.during(() => delay(ms));
  let after: During = normal;
  const all = await load.during(async () => {
    await begin();
    after = await load.during(() => delay(ms));
  });
  const holds = await loginLimitHolds(galley);
  const ready = (await get(galley, '/health/ready')).status;
  const details = await detailsOf(galley, admin.token);
  await end();
  await until(() => isUp(galley));
  return { normal, after, all, holds, ready, details };
}
