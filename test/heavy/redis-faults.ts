/**
 * Causes all kinds of faults of Redis for a process under load, and compares each with the time before. No response
 * is 5xx, the 99th percentile is at most 5 ms above normal after the breaker has opened, failed logins are still
 * limited, readiness stays green, and health/details reports the fault.
 * Medians of three rounds. `npm run test:heavy -- redis-faults [seconds of each measurement, default 5]`
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedPostgres } from '#dist/platform/database/embedded/embedded-postgres.js';
import { TestRedis } from '../support/redis.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { type During, type Kind, OpenLoop } from './open-loop.ts';
import { GalleyProcess, temporaryFolder } from './process.ts';
import { Writer } from './writer.ts';
import { freePort } from '../support/loopback.ts';

const SECONDS = Number(process.argv[2] ?? 5);
const ROUNDS = 3;
const MOST_ABOVE_NORMAL_MS = 5;
const FAILURES = 5;
const TOKEN = 'a token of metrics alone';

const { folder, remove } = temporaryFolder();
const redis = await TestRedis.start();
const proxy = await TcpProxy.open({ port: redis.port });
const galley = new GalleyProcess(folder, await freePort());
await galley.start({
  REDIS_URL: `redis://127.0.0.1:${proxy.port}`,
  METRICS_TOKEN: TOKEN,
  AUTH_RATE_LIMIT_MAX: String(FAILURES),
  RATE_LIMIT_MAX: '1000000000',
  RATE_LIMIT_WRITE_MAX: '1000000000',
  REGISTER_RATE_LIMIT_MAX: '1000000000',
  JWT_EXPIRES_IN: '24h',
});
const get = (path: string, token?: string) =>
  fetch(galley.url + path, { headers: token ? { authorization: `Bearer ${token}` } : {} });

const isUp = async () => /^redis_up 1$/m.test(await (await get('/metrics', TOKEN)).text());
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const since = performance.now(); !(await holds()); await delay(20))
    if (performance.now() - since > 15_000) throw new Error(`waited for 15 s\n${galley.output}`);
}

const database = await EmbeddedPostgres.open({ dataDir: folder });
const pool = new pg.Pool({ connectionString: database.url });
const admin = await Writer.signUp(galley, 'admin@example.com');
await pool.query(`UPDATE users SET role = 'admin'`);
const author = await Writer.signUp(galley, 'author@example.com');
const post = await author.make('/api/v1/posts', { title: 'Read', body: 'Words.', tags: ['one', 'two'] });
await author.make(`/api/v1/posts/${post.id}/publish`);

const write = () =>
  fetch(`${galley.url}/api/v1/posts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${author.token}` },
    body: JSON.stringify({ title: 'Under load', body: 'Words.' }),
  });
const KINDS: Kind[] = [
  () => get('/api/v1/posts'),
  () => get(`/api/v1/posts/${post.slug}`),
  () => get('/api/v1/tags'),
  write,
];

const down = () => until(async () => !(await isUp()));
const up = () => until(isUp);
/** Causes a fault until the breaker has opened if it must, and ends the fault. */
type Fault = [begin: () => unknown, end: () => unknown];
const FAULTS: Record<string, Fault> = {
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
        await up();
      }
    },
    () => undefined,
  ],
};
const SHOWN = ['killed', 'frozen', 'slow by 2 s', 'full'];

/** Concurrent failures: as many as permitted are tried, and then even the correct password is rejected. */
async function loginLimitHolds() {
  const email = `${randomUUID()}@example.com`;
  const account = await Writer.signUp(galley, email);
  const login = (password: string) =>
    fetch(`${account.galley.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    }).then(({ status }) => status);
  const statuses = await Promise.all(Array.from({ length: 12 }, () => login('wrong wrong wrong wrong')));
  const tried = statuses.filter((status) => status === 401).length;
  const refused = statuses.filter((status) => status === 429).length;
  return tried === FAILURES && refused === 12 - FAILURES && (await login('a password that is long')) === 429;
}

interface Round {
  normal: During;
  /** The results after the breaker has opened. */
  after: During;
  all: During;
  /** True if failed logins are still limited. */
  holds: boolean;
  ready: number;
  details: string;
}

/** One round: normal, then with the fault until it has ended. */
async function inflict([begin, end]: Fault): Promise<Round> {
  await pool.query('DELETE FROM login_failures');
  const normal = await load.during(() => delay(SECONDS * 1000));
  let after = normal;
  const all = await load.during(async () => {
    await begin();
    after = await load.during(() => delay(SECONDS * 1000));
  });
  const holds = await loginLimitHolds();
  const ready = (await get('/health/ready')).status;
  const details = (await get('/health/details', admin.token)).json();
  const { status, checks } = (await details) as { status: string; checks: { redis: { status: string } } };
  await end();
  await up();
  return { normal, after, all, holds, ready, details: `${status}, redis ${checks.redis.status}` };
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

const load = new OpenLoop(KINDS);
await delay(3000); // The first run is slow and is not measured.
const rows: object[] = [];
const faults: string[] = [];
for (const [name, fault] of Object.entries(FAULTS)) {
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await inflict(fault));
  const normal = median(rounds.map((round) => round.normal.p99));
  const after = median(rounds.map((round) => round.after.p99));
  const failed = sum(rounds.map(({ all }) => all.failed));
  const expected = SHOWN.includes(name) ? 'degraded, redis down' : 'ok, redis up';
  const wrong = rounds.find(({ details }) => details !== expected)?.details;
  rows.push({
    fault: name,
    requests: sum(rounds.map(({ all }) => all.requests)),
    'not 2xx': failed,
    'p99 normal': normal.toFixed(1),
    'p99 after': after.toFixed(1),
    worst: Math.max(...rounds.map(({ all }) => all.worst)).toFixed(0),
    'login limit': rounds.every(({ holds }) => holds) ? 'holds' : 'BROKEN',
    ready: rounds.every(({ ready }) => ready === 200) ? 'green' : 'RED',
    details: wrong ?? expected,
  });
  if (failed > 0) faults.push(`${name}: ${rounds.flatMap(({ all }) => all.failures).join(', ')}`);
  if (after - normal > MOST_ABOVE_NORMAL_MS)
    faults.push(`${name}: p99 is ${(after - normal).toFixed(1)} ms above normal`);
  if (!rounds.every(({ holds }) => holds)) faults.push(`${name}: failed logins are not limited`);
  if (!rounds.every(({ ready }) => ready === 200)) faults.push(`${name}: not ready`);
  if (wrong) faults.push(`${name}: details say ${wrong}, not ${expected}`);
}
await load.stop();

await pool.end();
await galley.stop();
await database.release();
await proxy.close();
await redis.kill();
remove();
console.table(rows);
for (const fault of faults) console.error(fault);
process.exit(faults.length === 0 ? 0 : 1);
