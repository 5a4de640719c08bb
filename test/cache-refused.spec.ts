import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AppliedInvalidations } from '../src/platform/cache/applied-invalidations.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { type Galley, startGalley } from './support/galley.js';
import { TestRedis } from './support/redis.js';
import { until } from './support/until.js';

let database: TestDatabase;
let redis: TestRedis;
let writer: Galley;
let reader: Galley;
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await TestRedis.start();
  const settings = { REDIS_URL: redis.url, CACHE_LOCAL_TTL_SECONDS: '1' };
  writer = await startGalley(settings, database);
  reader = await startGalley(settings, database);
  await until(() =>
    [writer, reader].every(({ app }) => app.get(AppliedInvalidations).believed !== undefined),
  );
});
afterAll(async () => {
  await Promise.all([writer.stop(), reader.stop()]);
  await redis.kill();
  await database.drop();
});

/** Several lives of a generation without a confirmation, so that each one was confirmed or ended. */
const LOOKS = 40;
const LOOK_EVERY_MS = 100;

it('a post that is unpublished while Redis only reads is shown by no process, then and afterwards', async () => {
  const author = await writer.aUser({ role: 'author' });
  const { id } = await writer.aPost({ author, status: 'published' });
  const isListed = async () =>
    (await reader.anyone.get('/api/v1/posts').expect(200)).body.data.some(
      (post: { id: string }) => post.id === id,
    );
  const isShown = async () => (await reader.anyone.get(`/api/v1/posts/${id}`)).status === 200;
  const sightings = async () => {
    let seen = 0;
    for (let n = 0; n < LOOKS; n++, await delay(LOOK_EVERY_MS))
      if ((await isListed()) || (await isShown())) seen++;
    return seen;
  };
  await until(async () => (await isListed()) && (await isShown()));
  expect(await sightings()).toBe(LOOKS); // This also caches both in Redis.
  await redis.makeReplica();
  await writer.as(author).post(`/api/v1/posts/${id}/unpublish`).expect(200);
  await until(async () => !(await isListed()) && !(await isShown()));
  expect(await sightings()).toBe(0);
  await redis.makePrimary();
  // Until Redis has heard of the renewal, a process can learn an earlier generation again.
  await until(async () => !(await isListed()) && !(await isShown()));
  expect(await sightings()).toBe(0);
});
