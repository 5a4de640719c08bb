import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AppliedInvalidations } from '../src/platform/cache/applied-invalidations.js';
import { type Galley, startGalley } from './support/galley.js';
import { TestRedis } from './support/redis.js';
import { StoppablePostgres } from './support/stoppable-postgres.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { until } from './support/until.js';

let database: StoppablePostgres;
let redis: TestRedis;
/** Between one process and Redis. */
let proxy: TcpProxy;
/** Between the other process and PostgreSQL. */
let link: TcpProxy;
let cutOff: Galley;
let other: Galley;
beforeAll(async () => {
  database = await StoppablePostgres.open();
  link = await TcpProxy.open({ port: database.port });
  redis = await TestRedis.start();
  proxy = await TcpProxy.open({ port: redis.port });
  cutOff = await startGalley({ REDIS_URL: `redis://127.0.0.1:${proxy.port}` }, database);
  other = await startGalley({ REDIS_URL: redis.url, DATABASE_URL: database.through(link.port) }, database);
  await until(() => isUp(cutOff) && isUp(other));
});
afterAll(async () => {
  proxy.thaw();
  link.thaw();
  await Promise.all([cutOff.stop(), other.stop()]);
  await proxy.close();
  await link.close();
  await redis.kill();
  await database.drop();
});

const STALL_MS = 6000;

const isUp = ({ app }: Galley) => app.get(AppliedInvalidations).believed !== undefined;

it('an edit in a process that does not reach Redis ends the cached posts of the others, also after they stalled', async () => {
  const author = await other.aUser({ role: 'author' });
  const { id } = await other.aPost({ author, status: 'published' });
  const path = `/api/v1/posts/${id}`;
  const titleSeen = async () => (await other.anyone.get(path)).body.title;
  proxy.freeze();
  await until(async () => {
    await cutOff.anyone.get(path).expect(200);
    return !isUp(cutOff);
  });
  for (let n = 1; n <= 8; n++) {
    await titleSeen();
    const title = `Edited ${n} times`;
    await cutOff.as(author).patch(path, { title }).expect(200);
    await until(async () => (await titleSeen()) === title);
  }
  link.freeze(); // As if the other process, or its machine, stood still.
  await cutOff.as(author).patch(path, { title: 'Edited meanwhile' }).expect(200);
  await delay(STALL_MS);
  link.thaw();
  await until(async () => (await titleSeen()) === 'Edited meanwhile');
  expect(isUp(cutOff)).toBe(false);
  proxy.thaw();
  await until(() => isUp(cutOff));
  await other.as(author).patch(path, { title: 'Edited elsewhere' }).expect(200);
  await until(async () => (await cutOff.anyone.get(path).expect(200)).body.title === 'Edited elsewhere');
});
