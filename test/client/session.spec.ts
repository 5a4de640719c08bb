import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Galley as GalleyClient } from '../../clients/typescript/src/galley.ts';
import type { Person } from '../support/builders.js';
import { type Fault, FaultyProxy } from '../support/faulty-proxy.js';
import { type Galley, startGalley } from '../support/galley.js';
import { until } from '../support/until.js';
import { signedIn, tokensOf } from './signed-in.js';

const PASSWORD = 'a rather long password';
const EXPIRED = 0;

describe('the session of the TypeScript client', () => {
  let galley: Galley;
  let proxy: FaultyProxy;
  let person: Person;
  /** The faults of the next refreshes. */
  let faults: Fault[] = [];

  beforeAll(async () => {
    galley = await startGalley();
    proxy = await FaultyProxy.open(galley.url, (_, path) =>
      path.endsWith('/auth/refresh') ? (faults.shift() ?? 'none') : 'none',
    );
    person = await galley.aUser();
  });
  afterAll(async () => {
    await proxy?.stop();
    await galley?.stop();
  });

  const refreshes = () => proxy.seen.filter(({ path }) => path.endsWith('/auth/refresh')).length;

  it('begins with a login, names the account and ends with a logout', async () => {
    const client = new GalleyClient(galley.url);
    const accounts: unknown[] = [];
    client.auth.onChange((userId) => accounts.push(userId));
    const account = { email: 'login@example.com', password: PASSWORD };
    const { id } = await client.auth.register({ ...account, name: 'Ada' });
    expect(await client.auth.userId()).toBeUndefined();
    expect(await client.auth.login(account)).toMatchObject({ id });
    expect(await client.users.me()).toMatchObject({ id });
    await client.auth.logout();
    await expect(client.users.me()).rejects.toMatchObject({ code: 'not_signed_in' });
    expect(accounts).toEqual([id, undefined]);
  });

  it('ends on the server at a logout', async () => {
    const user = await galley.aUser();
    await signedIn(galley.url, user).auth.logout();
    await galley.anyone.post('/api/v1/auth/refresh', { refreshToken: user.refreshToken }).expect(401);
  });

  it('refreshes once for many calls of a client', async () => {
    const client = signedIn(proxy.url, person, { tokens: tokensOf(await galley.aUser(), EXPIRED) });
    const before = refreshes();
    await Promise.all(Array.from({ length: 20 }, () => client.users.me()));
    expect(refreshes() - before).toBe(1);
  });

  it('refreshes after a token that the server refuses', async () => {
    const user = await galley.aUser();
    const tokens = tokensOf({ ...user, token: 'expired' });
    const client = new GalleyClient(proxy.url, { tokens });
    const before = refreshes();
    const made = await Promise.all(
      [1, 2, 3].map((n) => client.posts.create({ title: `Once ${n}`, body: '' })),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(3);
    expect(refreshes() - before).toBe(1);
    expect(await tokens.get()).toMatchObject({ userId: user.id });
  });

  it('survives tabs that share a store and refresh at the same moment', async () => {
    const tokens = tokensOf(await galley.aUser(), EXPIRED);
    const tabs = Array.from({ length: 10 }, () => new GalleyClient(proxy.url, { tokens }));
    const ended: unknown[] = [];
    for (const tab of tabs) tab.auth.onChange((userId) => userId ?? ended.push(userId));
    const before = refreshes();
    await Promise.all(tabs.map((tab) => tab.users.me()));
    expect(refreshes() - before).toBeGreaterThan(1);
    for (const tab of tabs) await tab.users.me();
    expect(ended).toEqual([]);
  });

  it.each<[string, Fault[]]>([
    ['requests are lost', ['lost request', 'lost request']],
    ['responses are lost', ['lost response', 'lost response']],
    ['a response is cut', ['cut response']],
    ['the server is busy', ['refused', 'refused', 'refused']],
  ])('survives a refresh in which %s', async (_name, planned) => {
    const client = new GalleyClient(proxy.url, { tokens: tokensOf(await galley.aUser(), EXPIRED) });
    faults = [...planned];
    const before = refreshes();
    expect(await client.users.me()).toHaveProperty('email');
    expect(refreshes() - before).toBe(planned.length + 1);
  });

  it('keeps its tokens while the server cannot be reached, and a caller who leaves ends no refresh', async () => {
    const user = await galley.aUser();
    const tokens = tokensOf(user, EXPIRED);
    const client = new GalleyClient(proxy.url, { tokens });
    const abort = new AbortController();
    faults = ['lost request', 'lost request', 'lost response', 'lost response'];
    const before = refreshes();
    const reading = client.users.me({ signal: abort.signal }).catch((error: unknown) => error);
    await until(() => refreshes() > before);
    abort.abort();
    expect(await reading).toMatchObject({ name: 'AbortError' });
    expect(await tokens.get()).toMatchObject({ refreshToken: user.refreshToken });
    await until(async () => (await tokens.get())?.refreshToken !== user.refreshToken);
    expect(refreshes() - before).toBe(5);
  });

  it('keeps the newer tokens when it loses a race with a login', async () => {
    const [old, newer] = [await galley.aUser(), await galley.aUser()];
    const tokens = tokensOf(old, EXPIRED);
    faults = [{ lateMs: 1000 }];
    const before = refreshes();
    const reading = new GalleyClient(proxy.url, { tokens }).users.me();
    await until(() => refreshes() > before);
    await tokens.set({ ...(await tokensOf(newer).get())!, userId: newer.id });
    expect(await reading).toMatchObject({ id: newer.id });
    expect(await tokens.get()).toMatchObject({ refreshToken: newer.refreshToken });
  });

  it('stays ended after a logout during a refresh', async () => {
    const tokens = tokensOf(await galley.aUser(), EXPIRED);
    const client = new GalleyClient(proxy.url, { tokens });
    faults = [{ lateMs: 1000 }];
    const before = refreshes();
    const reading = client.users.me().catch((error: unknown) => error);
    await until(() => refreshes() > before);
    await client.auth.logout();
    expect(await reading).toMatchObject({ code: 'not_signed_in' });
    expect(await tokens.get()).toBeUndefined();
  });

  describe('that has ended', () => {
    it('still reads what is public, and says so', async () => {
      const post = await galley.aPost({ status: 'published' });
      const tokens = tokensOf({ ...person, token: 'expired', refreshToken: 'unknown' });
      const client = new GalleyClient(galley.url, { tokens });
      const accounts: unknown[] = [];
      client.auth.onChange((userId) => accounts.push(userId));
      expect(await client.posts.get(post.slug)).toMatchObject({ id: post.id });
      expect(accounts).toEqual([person.id, undefined]);
      expect(await tokens.get()).toBeUndefined();
    });

    it('does not write', async () => {
      const tokens = tokensOf({ ...person, token: 'expired', refreshToken: 'unknown' });
      const client = new GalleyClient(galley.url, { tokens });
      const writing = client.posts.create({ title: 'Never', body: '' });
      await expect(writing).rejects.toMatchObject({ code: 'invalid_token', status: 401 });
    });
  });
});
