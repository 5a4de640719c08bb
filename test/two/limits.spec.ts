import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { answered } from '../support/answered.js';
import { Pair } from './pair.js';

let pair: Pair;
beforeAll(async () => {
  pair = await Pair.start({ RATE_LIMIT_MAX: '10', RATE_LIMIT_USER_WRITE_MAX: '6', AUTH_RATE_LIMIT_MAX: '5' });
});
beforeEach(async () => {
  await pair.redis.flush();
  await pair.database.query('DELETE FROM login_failures');
});
afterAll(() => pair.stop());

const count = (answers: { status: number }[], status: number) =>
  answers.filter((answer) => answer.status === status).length;

describe('a limit of two processes', () => {
  it('counts reads of an address together', async () => {
    const answers = await pair.both(100, (n) => pair.anyone(n).get('/api/v1/posts'));
    expect([count(answers, 200), count(answers, 429)]).toEqual([10, 90]);
  });

  it('counts writes of an account together', async () => {
    const author = await pair.aMember();
    await pair.redis.flush(); // The login counted as a write.
    const answers = await pair.both(20, (n) =>
      pair.as(author, n).post('/api/v1/posts', { title: 'T', body: '' }),
    );
    expect([count(answers, 201), count(answers, 429)]).toEqual([6, 14]);
  });

  it('counts each operation of a bulk request, and all of them or none', async () => {
    const author = await pair.aMember();
    await pair.redis.flush();
    const bulk = (operations: number) => {
      const create = { op: 'create', body: { title: 'T', body: '' } };
      return (n: number) =>
        pair.as(author, n).post('/api/v1/posts/bulk', { operations: Array(operations).fill(create) });
    };
    await bulk(3)(0).expect(207);
    const refused = await bulk(4)(1).expect(429);
    expect(refused.headers.get('ratelimit')).toMatch(/^"write";r=2;/);
    await bulk(2)(0).expect(207);
    await bulk(1)(1).expect(429);
    await pair.redis.flush();
    const answers = await pair.both(6, bulk(2));
    // Those that are refused count once each, and all can have counted once before one counts its second operation.
    expect(count(answers, 207)).toBeLessThanOrEqual(3);
    expect(count(answers, 207) + count(answers, 429)).toBe(6);
  });

  it('counts failed logins together, and still does after Redis has lost everything', async () => {
    const { email } = await pair.aMember();
    const answers = await pair.both(30, (n) =>
      answered(() => pair.login(email, n, 'wrong wrong wrong wrong')),
    );
    expect([count(answers, 401), count(answers, 429)]).toEqual([5, 25]);
    await pair.redis.flush();
    for (const n of [0, 1]) await pair.login(email, n).expect(429);
  });
});
