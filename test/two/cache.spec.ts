import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Member, Pair } from './pair.js';
import { until } from '../support/until.js';

const POSTS = '/api/v1/posts';
/** Lists expire during the tests, but posts and confirmed generations do not. */
const LIST_LIFE_SECONDS = 3;

let pair: Pair;
let author: Member;
let count = 0;
beforeAll(async () => {
  pair = await Pair.start({
    CACHE_LOCAL_TTL_SECONDS: '300',
    POST_LIST_CACHE_TTL_SECONDS: String(LIST_LIFE_SECONDS),
  });
  author = await pair.aMember();
});
afterAll(() => pair.stop());

async function aPublishedPost(title: string): Promise<string> {
  const { body } = await pair.as(author, 0).post(POSTS, { title, body: 'Words.' }).expect(201);
  await pair.as(author, 0).post(`${POSTS}/${body.id}/publish`).expect(200);
  return `${POSTS}/${body.id}`;
}

const titleOf = async (path: string, n: number) =>
  (await pair.anyone(n).get(path).expect(200)).body.title as string;

/** The number of values that each process loads while `work` runs. */
async function loads(work: () => Promise<unknown>): Promise<number[]> {
  const misses = () => Promise.all([0, 1].map((n) => pair.sample(n, 'cache_requests_total{result="miss"}')));
  const before = await misses();
  await work();
  return (await misses()).map((after, n) => after - (before[n] as number));
}

describe('the caches of two processes', () => {
  it('show a write at once where it was made, and soon at the other', async () => {
    const path = await aPublishedPost('As it was');
    for (const writer of [0, 1, 0, 1]) {
      for (const n of [0, 1]) await titleOf(path, n);
      const title = `Edit ${++count}, by ${writer}`;
      await pair.as(author, writer).patch(path, { title }).expect(200);
      expect(await titleOf(path, writer)).toBe(title);
      await until(async () => (await titleOf(path, 1 - writer)) === title);
    }
  });

  it('load once each at most when a value ends under 200 readers', async () => {
    await aPublishedPost('Read by many');
    const read = () => pair.both(200, (n) => pair.anyone(n).get(`${POSTS}?limit=7`).expect(200));
    await read();
    for (let round = 0; round < 3; round++) {
      await delay(LIST_LIFE_SECONDS * 1000 + 100); // It has ended in both processes and in Redis.
      const [first = 0, second = 0] = await loads(read);
      expect(Math.max(first, second)).toBe(1);
    }
  });
});
