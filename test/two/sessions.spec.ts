import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pair } from './pair.js';

let pair: Pair;
beforeAll(async () => {
  pair = await Pair.start();
});
afterAll(() => pair.stop());

describe('a session known to two processes', () => {
  it('has one successor, whoever of fifty at once asks where', async () => {
    const { refreshToken } = await pair.aMember();
    const answers = await pair.both(50, (n) =>
      pair.anyone(n).post('/api/v1/auth/refresh', { refreshToken }).expect(200),
    );
    const successors = new Set(answers.map(({ body }) => body.refreshToken as string));
    expect(successors.size).toBe(1);
    await pair
      .anyone(1)
      .post('/api/v1/auth/refresh', { refreshToken: [...successors][0] })
      .expect(200);
  });

  it('that is stolen ends at both when its old token is used at the other', async () => {
    const member = await pair.aMember();
    let { refreshToken } = member;
    for (let n = 0; n < 2; n++)
      refreshToken = (await pair.anyone(n).post('/api/v1/auth/refresh', { refreshToken }).expect(200)).body
        .refreshToken as string;
    await pair.anyone(0).post('/api/v1/auth/refresh', { refreshToken: member.refreshToken }).expect(401);
    for (const n of [0, 1]) await pair.as(member, n).get('/api/v1/users/me').expect(401);
    await pair.anyone(1).post('/api/v1/auth/refresh', { refreshToken }).expect(401);
  });

  it('ends at the next request to the other process when its account is disabled', async () => {
    const [admin, member] = [await pair.aMember('admin'), await pair.aMember()];
    await pair.as(member, 1).get('/api/v1/users/me').expect(200);
    await pair.as(admin, 0).post(`/api/v1/users/${member.id}/disable`).expect(200);
    await pair.as(member, 1).get('/api/v1/users/me').expect(401);
    await pair.as(member, 0).get('/api/v1/users/me').expect(401);
    await pair.login(member.email, 1).expect(403);
  });

  it('has its new role at the next request to the other process', async () => {
    const [admin, member] = [await pair.aMember('admin'), await pair.aMember('author')];
    const makeTag = (n: number, name: string) => pair.as(member, n).post('/api/v1/tags', { name });
    await makeTag(1, 'Too early').expect(403);
    await pair.as(admin, 0).patch(`/api/v1/users/${member.id}`, { role: 'editor' }).expect(200);
    await makeTag(1, 'Now').expect(201);
    await pair.as(admin, 1).patch(`/api/v1/users/${member.id}`, { role: 'author' }).expect(200);
    await makeTag(0, 'Too late').expect(403);
  });

  it('ends at both when one logs it out', async () => {
    const member = await pair.aMember();
    await pair.as(member, 0).post('/api/v1/auth/logout').expect(204);
    for (const n of [0, 1]) await pair.as(member, n).get('/api/v1/users/me').expect(401);
  });
});
