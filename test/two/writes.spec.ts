import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pair } from './pair.js';

let pair: Pair;
beforeAll(async () => {
  pair = await Pair.start();
});
afterAll(() => pair.stop());

const aPost = async (token: string) =>
  await pair.as({ token }, 0).post('/api/v1/posts', { title: 'Raced', body: 'Words.' }).expect(201);

const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status).toSorted();

describe('a write that reaches two processes at once', () => {
  it('with one Idempotency-Key is done once: a hundred requests, one row, replays or 409', async () => {
    const author = await pair.aMember();
    const headers = { 'idempotency-key': `"${randomUUID()}"` };
    const post = (n: number) =>
      pair.as(author, n).post('/api/v1/posts', { title: 'Hundred', body: '', tags: ['one'] }, headers);
    const answers = await pair.both(100, post);
    const done = answers.filter(({ status }) => status === 201);
    expect(new Set(done.map(({ text }) => text)).size).toBe(1);
    expect(done.filter((answer) => answer.headers.get('idempotency-replayed') === null)).toHaveLength(1);
    for (const { status, body } of answers.filter((answer) => answer.status !== 201))
      expect([status, body.code]).toEqual([409, 'idempotency_key_in_use']);
    const rows = await pair.database.query('SELECT 1 FROM posts WHERE author_id = $1', [author.id]);
    expect(rows).toHaveLength(1);
    for (const n of [0, 1])
      expect((await post(n).expect(201)).headers.get('idempotency-replayed')).toBe('true');
  });

  it('publishes a post once', async () => {
    const author = await pair.aMember();
    for (let round = 0; round < 5; round++) {
      const { body } = await aPost(author.token);
      const answers = await pair.both(10, (n) => pair.as(author, n).post(`/api/v1/posts/${body.id}/publish`));
      expect(statuses(answers)).toEqual([200, ...Array<number>(9).fill(409)]);
    }
  });

  it('edits a version once: every later If-Match is 412', async () => {
    const author = await pair.aMember();
    for (let round = 0; round < 5; round++) {
      const { body, headers } = await aPost(author.token);
      const tag = { 'if-match': headers.get('etag') as string };
      const answers = await pair.both(10, (n) =>
        pair.as(author, n).patch(`/api/v1/posts/${body.id}`, { title: `Edit ${n}` }, tag),
      );
      expect(statuses(answers)).toEqual([200, ...Array<number>(9).fill(412)]);
      const stored = await pair.as(author, 1).get(`/api/v1/posts/${body.id}`).expect(200);
      expect(stored.text).toBe(answers.find(({ status }) => status === 200)?.text);
    }
  });

  it('registers an address once', async () => {
    const account = {
      email: `${randomUUID()}@example.com`,
      password: 'a password that is long',
      name: 'Ada',
    };
    const answers = await pair.both(20, (n) => pair.anyone(n).post('/api/v1/auth/register', account));
    expect(statuses(answers)).toEqual([201, ...Array<number>(19).fill(409)]);
  });
});
