import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { EventTail } from '../src/platform/events/event-tail.js';
import { RedisConnection } from '../src/platform/redis/redis-connection.js';
import { type Galley, startGalley } from './support/galley.js';
import { StoppablePostgres } from './support/stoppable-postgres.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { TestRedis } from './support/redis.js';
import { until } from './support/until.js';

let server: StoppablePostgres;
let redis: TestRedis;
let links: [TcpProxy, TcpProxy];
let one: Galley;
let other: Galley;
let worker: Galley;

/** Two processes of one deployment, each with its own way to PostgreSQL, and a worker with a way that nothing breaks. */
beforeAll(async () => {
  server = await StoppablePostgres.open();
  redis = await TestRedis.start();
  links = [await TcpProxy.open({ port: server.port }), await TcpProxy.open({ port: server.port })];
  const start = (port: number, PROCESS_ROLE = 'all') =>
    startGalley(
      {
        DATABASE_POOL_WAIT_MS: '2000',
        DATABASE_STATEMENT_TIMEOUT_MS: '2000',
        READY_WITHOUT_DATABASE_SECONDS: '2',
        POST_CACHE_TTL_SECONDS: '1',
        DATABASE_URL: server.through(port),
        REDIS_URL: redis.url,
        PROCESS_ROLE,
      },
      server,
    );
  [one, other] = [await start(links[0].port), await start(links[1].port)];
  worker = await start(server.port, 'worker');
  await until(() => [one, other, worker].every(({ app }) => app.get(RedisConnection).up));
  // A process that was never ready leaves in any case. On a busy machine, its first checks can take too long.
  for (const galley of [one, other, worker]) await until(async () => (await ready(galley)).status === 'ok');
});
afterEach(async () => {
  for (const link of links) link.mend();
  if (!(await redis.answers())) await redis.start();
  for (const galley of [one, other]) {
    await until(() => galley.app.get(RedisConnection).up);
    await until(async () => (await ready(galley)).details.database.status === 'up');
  }
});
afterAll(async () => {
  await one.stop();
  await other.stop();
  await worker.stop();
  for (const link of links) await link.close();
  await redis.kill();
  await server.drop();
});

const ready = async ({ anyone }: Galley) => (await anyone.get('/health/ready')).body;
const messageOf = async (galley: Galley) => (await ready(galley)).details.database.message as string;

it('a process that alone lost PostgreSQL leaves the Service, and comes back', async () => {
  await ready(one);
  links[0].cut();
  await until(async () => {
    await ready(other);
    return (await one.anyone.get('/health/ready')).status === 503;
  }, 200);
  expect(await messageOf(one)).toBe('does not respond; another process reaches it');
  await other.anyone.get('/health/ready').expect(200);
  links[0].mend();
  await until(async () => (await ready(one)).status === 'ok');
});

it('processes that lost it together stay, however long', async () => {
  for (const galley of [one, other]) await ready(galley);
  for (const link of links) link.cut();
  for (const since = performance.now(); performance.now() - since < 5000;)
    for (const galley of [one, other]) await galley.anyone.get('/health/ready').expect(200);
  expect((await ready(one)).status).toBe('degraded');
});

it('a worker that reaches it is no reason to leave, because it does not serve the API', async () => {
  for (const galley of [one, other, worker]) await ready(galley);
  for (const link of links) link.cut();
  for (const since = performance.now(); performance.now() - since < 5000;) {
    expect((await ready(worker)).status).toBe('ok');
    for (const galley of [one, other]) await galley.anyone.get('/health/ready').expect(200);
  }
  expect((await ready(one)).status).toBe('degraded');
});

it('without Redis a process cannot tell, and leaves after READY_WITHOUT_DATABASE_SECONDS', async () => {
  await ready(one);
  links[0].cut();
  await redis.kill();
  await one.anyone.get('/health/ready').expect(200);
  await until(async () => (await one.anyone.get('/health/ready')).status === 503, 100);
  expect(await messageOf(one)).toBe('does not respond; Redis does not respond either');
});

it('shows no post that another process archived in the meantime', async () => {
  const author = await other.aUser({ role: 'author' });
  const [kept, gone] = [
    await other.aPost({ author, status: 'published' }),
    await other.aPost({ author, status: 'published' }),
  ];
  // What it caches before it has heard of the new posts is no longer valid when it has.
  await until(async () => {
    const [log] = await server.query<{ head: number; isPlaced: boolean }>(`
      SELECT head::float8 AS head, NOT EXISTS (SELECT 1 FROM events WHERE position IS NULL) AS "isPlaced" FROM event_log`);
    return log?.isPlaced === true && one.app.get(EventTail).head === log.head;
  });
  const read = ({ slug }: { slug: string }) => one.anyone.get(`/api/v1/posts/${slug}`);
  for (const each of [kept, gone]) await read(each).expect(200);
  links[0].cut();
  await until(async () => (await read(kept)).headers.get('age') !== null);
  await read(gone).expect(200);
  await other.as(author).post(`/api/v1/posts/${gone.id}/archive`).expect(200);
  await until(async () => (await read(gone)).status === 503);
  await read(kept).expect(200);
});
