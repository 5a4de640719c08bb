import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from './support/builders.js';
import { type Galley, startGalley } from './support/galley.js';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley();
});
afterAll(() => galley.stop());

const followPath = ({ id }: { id: string }) => `/api/v1/users/${id}/follow`;
const follow = (by: Person, whom: Person) => galley.as(by).put(followPath(whom)).expect(204);
const profile = async (of: Person, by?: Person) =>
  (await (by ? galley.as(by) : galley.anyone).get(`/api/v1/users/${of.id}`).expect(200)).body;
const namesOf = async (path: string, query = '') =>
  (await galley.anyone.get(`${path}?limit=100${query}`).expect(200)).body.data.map(
    ({ name }: { name: string }) => name,
  );
const events = (of: Person) =>
  galley.database.query<{ actor_id: string; owner_ids: string[]; is_public: boolean; data: object }>(
    `SELECT * FROM events WHERE type = 'user.followed' AND resource_id = $1`,
    [of.id],
  );

describe('an account that follows another one', () => {
  it('is counted and listed on both profiles, once, however often it follows', async () => {
    const [ada, grace] = [await galley.aUser({ name: 'Ada' }), await galley.aUser({ name: 'Grace' })];
    expect(await profile(ada)).toMatchObject({ followerCount: 0, followingCount: 0 });
    for (let n = 0; n < 2; n++) await follow(grace, ada);
    expect(await profile(ada)).toMatchObject({ followerCount: 1, followingCount: 0 });
    expect(await profile(grace)).toMatchObject({ followerCount: 0, followingCount: 1 });
    expect(await namesOf(`/api/v1/users/${ada.id}/followers`)).toEqual(['Grace']);
    expect(await namesOf(`/api/v1/users/${grace.id}/following`)).toEqual(['Ada']);
    expect(await namesOf(`/api/v1/users/${ada.id}/following`)).toEqual([]);
  });

  it('learns it from the profile, which tells nobody else', async () => {
    const [ada, grace] = [await galley.aUser(), await galley.aUser()];
    expect((await profile(ada, grace)).followed).toBe(false);
    await follow(grace, ada);
    expect((await profile(ada, grace)).followed).toBe(true);
    expect('followed' in (await profile(ada))).toBe(false);
    expect('followed' in (await profile(ada, ada))).toBe(false);
  });

  it('can be one of two clients that follow at once: one follow and one event remain', async () => {
    const [ada, grace] = [await galley.aUser(), await galley.aUser()];
    await Promise.all(Array.from({ length: 10 }, () => follow(grace, ada)));
    expect((await profile(ada)).followerCount).toBe(1);
    expect(await events(ada)).toMatchObject([
      {
        actor_id: grace.id,
        owner_ids: [ada.id, grace.id],
        is_public: false,
        data: { user: { id: ada.id, name: ada.name }, follower: { id: grace.id, name: grace.name } },
      },
    ]);
  });

  it('stops following, and repeating it changes nothing', async () => {
    const [ada, grace] = [await galley.aUser(), await galley.aUser()];
    await follow(grace, ada);
    for (let n = 0; n < 2; n++) await galley.as(grace).delete(followPath(ada)).expect(204);
    expect(await profile(ada)).toMatchObject({ followerCount: 0 });
    expect(await events(ada)).toHaveLength(1);
  });

  it('cannot be the same account, and the problem says so', async () => {
    const ada = await galley.aUser();
    const { body } = await galley.as(ada).put(followPath(ada)).expect(409);
    expect(body).toMatchObject({ code: 'self_follow', detail: expect.stringContaining('your own account') });
    expect((await profile(ada)).followerCount).toBe(0);
  });

  it('finds no account that does not exist or is disabled, and can leave a disabled one', async () => {
    const [ada, grace, admin] = [
      await galley.aUser(),
      await galley.aUser(),
      await galley.aUser({ role: 'admin' }),
    ];
    const nobody = { id: randomUUID() };
    for (const method of ['PUT', 'DELETE'])
      await galley.as(grace).send(method, followPath(nobody)).expect(404);
    await follow(grace, ada);
    await galley.as(admin).post(`/api/v1/users/${ada.id}/disable`).expect(200);
    await galley
      .as(await galley.aUser())
      .put(followPath(ada))
      .expect(404);
    expect(await namesOf(`/api/v1/users/${grace.id}/following`)).toEqual([]);
    await galley.as(grace).delete(followPath(ada)).expect(204);
    await galley.as(grace).delete(followPath(ada)).expect(404);
    await galley.as(admin).post(`/api/v1/users/${ada.id}/enable`).expect(200);
    expect((await profile(ada)).followerCount).toBe(0);
  });

  it('vanishes with its account from the numbers and the lists', async () => {
    const [ada, grace] = [await galley.aUser(), await galley.aUser()];
    await follow(grace, ada);
    await galley.database.query('DELETE FROM users WHERE id = $1', [grace.id]);
    expect((await profile(ada)).followerCount).toBe(0);
  });
});

describe('the list of followers', () => {
  it('is read page by page in both directions, the latest first', async () => {
    const ada = await galley.aUser();
    for (let n = 0; n < 5; n++) await follow(await galley.aUser({ name: `Follower ${n}` }), ada);
    const path = `/api/v1/users/${ada.id}/followers`;
    for (const [sort, order] of [
      ['-followedAt', [4, 3, 2, 1, 0]],
      ['followedAt', [0, 1, 2, 3, 4]],
    ] as const) {
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const next: string = cursor && `&cursor=${cursor}`;
        const { body } = await galley.anyone.get(`${path}?limit=2&sort=${sort}${next}`).expect(200);
        seen.push(...body.data.map(({ name }: { name: string }) => name));
        cursor = body.meta.nextCursor;
      }
      expect(seen).toEqual(order.map((n) => `Follower ${n}`));
    }
  });
});
