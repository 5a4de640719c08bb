import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  type ClientOptions,
  ConnectionError,
  Galley as GalleyClient,
  SessionChangedError,
  type TokenStore,
} from '../../clients/typescript/src/galley.ts';
import type { Person } from '../support/builders.js';
import { type Fault, FaultyProxy } from '../support/faulty-proxy.js';
import { type Galley, startGalley } from '../support/galley.js';
import { until } from '../support/until.js';
import { tokensOf } from './signed-in.js';

const EXPIRED = 0;
const PASSWORD = 'a rather long password';

/** A key belongs to a session, so a write that is sent in another one could have a second effect, or another author. */
describe('the TypeScript client, while its session changes', () => {
  let galley: Galley;
  let proxy: FaultyProxy;
  /** The faults of the next requests, by the end of their path. */
  let faults: Record<string, Fault[]> = {};

  beforeAll(async () => {
    galley = await startGalley();
    const planned = (path: string) => Object.keys(faults).find((end) => path.endsWith(end)) ?? '';
    proxy = await FaultyProxy.open(galley.url, (_, path) => faults[planned(path)]?.shift() ?? 'none');
  });
  afterEach(() => {
    faults = {};
    proxy.seen.length = 0;
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    await proxy?.stop();
    await galley?.stop();
  });

  const sent = (path: string) => proxy.seen.filter((request) => request.path.endsWith(path)).length;
  const postsOf = async ({ id }: Person) =>
    (await galley.database.query('SELECT 1 FROM posts WHERE author_id = $1', [id])).length;
  const caught = (calling: Promise<unknown>) => calling.catch((error: unknown) => error);

  /** A client that does something before its first request. */
  function interrupted(tokens: TokenStore, first: () => unknown): GalleyClient {
    let pending = true;
    const fetched: ClientOptions['fetch'] = async (url, init) => {
      if (pending) {
        pending = false;
        await first();
      }
      return fetch(url, init);
    };
    return new GalleyClient(proxy.url, { tokens, fetch: fetched });
  }

  const replace = async (tokens: TokenStore, person: Person) => tokens.set(await tokensOf(person).get());

  it('does not send a write as somebody who logs in meanwhile, and names no key to continue with', async () => {
    const [ada, grace] = [await galley.aUser(), await galley.aUser()];
    const tokens = tokensOf({ ...ada, token: 'expired' });
    const client = interrupted(tokens, () => replace(tokens, grace));
    const refused = await caught(client.posts.create({ title: 'By Ada', body: '' }));
    expect(refused).toBeInstanceOf(SessionChangedError);
    expect((refused as SessionChangedError).idempotencyKey).toBeUndefined();
    expect([await postsOf(ada), await postsOf(grace)]).toEqual([0, 0]);
    expect(await client.users.me()).toMatchObject({ id: grace.id });
  });

  it('does not begin a write as somebody who logs in during the refresh before it', async () => {
    const [ada, grace] = [await galley.aUser(), await galley.aUser()];
    const tokens = tokensOf(ada, EXPIRED);
    faults = { '/auth/refresh': [{ lateMs: 1000 }] };
    const writing = caught(new GalleyClient(proxy.url, { tokens }).posts.create({ title: 'Ada', body: '' }));
    await until(() => sent('/auth/refresh') > 0);
    await replace(tokens, grace);
    expect(await writing).toBeInstanceOf(SessionChangedError);
    expect([await postsOf(ada), await postsOf(grace)]).toEqual([0, 0]);
  });

  it('reads as the account that is logged in now', async () => {
    const [ada, grace] = [await galley.aUser(), await galley.aUser()];
    const tokens = tokensOf({ ...ada, token: 'expired' });
    const client = interrupted(tokens, () => replace(tokens, grace));
    expect(await client.users.me()).toMatchObject({ id: grace.id });
  });

  it('does not repeat a write in a new session of the same account', async () => {
    const account = { email: 'again@example.com', password: PASSWORD };
    const other = new GalleyClient(galley.url);
    await other.auth.register({ ...account, name: 'Again' });
    const tokens = tokensOf(await galley.aUser());
    const client = new GalleyClient(proxy.url, { tokens });
    await client.auth.login(account);
    faults = { '/posts': ['lost response', 'lost response'] };
    const writing = caught(client.posts.create({ title: 'Once', body: '' }));
    const made = () => galley.database.query(`SELECT 1 FROM posts WHERE title = 'Once'`);
    await until(async () => (await made()).length > 0);
    await galley.database.query('DELETE FROM sessions');
    await client.auth.login(account);
    expect(await writing).toBeInstanceOf(SessionChangedError);
    expect(await made()).toHaveLength(1);
  });

  it('does not continue with the key of another session', async () => {
    const ada = await galley.aUser();
    const tokens = tokensOf(ada);
    const client = new GalleyClient(proxy.url, { tokens, retries: 0 });
    faults = { '/posts': ['lost response'] };
    const { idempotencyKey } = (await caught(
      client.posts.create({ title: 'One', body: '' }),
    )) as ConnectionError;
    await tokens.set({ ...(await tokens.get())!, session: 'another' });
    const continued = client.posts.create({ title: 'One', body: '' }, { idempotencyKey });
    await expect(continued).rejects.toBeInstanceOf(SessionChangedError);
    expect(await postsOf(ada)).toBe(1);
    await tokens.set(await tokensOf(ada).get());
    await client.posts.create({ title: 'One', body: '' }, { idempotencyKey });
    await client.posts.create({ title: 'Own key', body: '' }, { idempotencyKey: '"order:7:1"' });
    expect(await postsOf(ada)).toBe(2);
  });

  it('sends a write again if another tab has refreshed the same session', async () => {
    const ada = await galley.aUser();
    const tokens = tokensOf({ ...ada, token: 'expired' });
    const client = interrupted(tokens, () => replace(tokens, ada));
    expect(await client.posts.create({ title: 'Shared', body: '' })).toMatchObject({ title: 'Shared' });
    expect([sent('/auth/refresh'), sent('/posts')]).toEqual([0, 2]);
  });

  it('refreshes again if the new token expires while the call is repeated, and not if it is refused at once', async () => {
    const user = await galley.aUser();
    const tokens = tokensOf({ ...user, token: 'expired' });
    const spoil = async () => tokens.set({ ...(await tokens.get())!, accessToken: 'spoiled' });
    const answers = ['401', 'lost', '401', 'fine'];
    const client = new GalleyClient(galley.url, {
      tokens,
      async fetch(url, init) {
        if (!url.endsWith('/users/me')) return fetch(url, init);
        const answer = answers.shift();
        if (answer === 'lost') throw new TypeError('lost');
        const authorization = answer === '401' ? 'Bearer expired' : init.headers.authorization;
        return fetch(url, { ...init, headers: { ...init.headers, authorization: authorization ?? '' } });
      },
    });
    expect(await client.users.me()).toMatchObject({ id: user.id });
    expect(answers).toEqual([]);
    answers.push('401', '401', '401');
    await spoil();
    await expect(client.users.me()).rejects.toMatchObject({ code: 'invalid_token' });
    expect(answers).toEqual(['401']);
  });

  it('keeps the name of a session at a refresh, and gives a login a new one', async () => {
    const account = { email: 'named@example.com', password: PASSWORD };
    const tokens = tokensOf(await galley.aUser(), EXPIRED);
    const client = new GalleyClient(proxy.url, { tokens });
    const before = await tokens.get();
    await client.users.me();
    const refreshed = await tokens.get();
    expect(refreshed?.refreshToken).not.toBe(before?.refreshToken);
    expect(refreshed?.session).toBe(before?.session);
    await client.auth.register({ ...account, name: 'Named' });
    await client.auth.login(account);
    expect((await tokens.get())?.session).not.toBe(before?.session);
  });

  describe('logs in once', () => {
    const account = { email: 'lost@example.com', password: PASSWORD };
    const sessions = async () =>
      (
        await galley.database.query(
          'SELECT 1 FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.email = $1',
          [account.email],
        )
      ).length;

    beforeAll(async () => void (await new GalleyClient(galley.url).auth.register({ ...account, name: 'L' })));

    it('if the response is lost, so that no other device loses its session', async () => {
      faults = { '/auth/login': ['lost response', 'lost response'] };
      await expect(new GalleyClient(proxy.url).auth.login(account)).rejects.toBeInstanceOf(ConnectionError);
      expect(await sessions()).toBe(1);
    });

    it('after the server was busy', async () => {
      faults = { '/auth/login': ['refused', 'refused'] };
      await new GalleyClient(proxy.url).auth.login(account);
      expect([sent('/auth/login'), await sessions()]).toEqual([3, 2]);
    });
  });

  describe('has one deadline for a call', () => {
    it('that includes what follows a refused token', async () => {
      const tokens = tokensOf({ ...(await galley.aUser()), token: 'expired' });
      let sentToMe = 0;
      const client = new GalleyClient(galley.url, {
        tokens,
        async fetch(url, init) {
          if (!url.endsWith('/users/me')) return fetch(url, init);
          if (++sentToMe > 1) return new Response(null, { status: 503, headers: { 'retry-after': '61' } });
          // One minute of the deadline is left.
          jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 540_000);
          return fetch(url, init);
        },
      });
      await expect(client.users.me({ deadline: 600_000, timeout: 60_000 })).rejects.toMatchObject({
        status: 503,
      });
      expect(sentToMe).toBe(2);
    });

    it('and one number of repetitions', async () => {
      const tokens = tokensOf({ ...(await galley.aUser()), token: 'expired' });
      const client = new GalleyClient(proxy.url, { tokens, retries: 2 });
      faults = { '/users/me': ['refused', 'none', 'refused', 'refused', 'refused'] };
      await expect(client.users.me()).rejects.toMatchObject({ status: 503 });
      expect(sent('/users/me')).toBe(4);
    });

    it('that ends its wait for a refresh, and the refresh continues for the others', async () => {
      const user = await galley.aUser();
      const tokens = tokensOf(user, EXPIRED);
      const client = new GalleyClient(proxy.url, { tokens });
      faults = { '/auth/refresh': [{ lateMs: 1500 }] };
      const patient = client.users.me();
      await expect(client.users.me({ deadline: 200 })).rejects.toBeInstanceOf(ConnectionError);
      expect(await tokens.get()).toMatchObject({ refreshToken: user.refreshToken });
      expect(await patient).toMatchObject({ id: user.id });
      expect(sent('/auth/refresh')).toBe(1);
    });
  });
});
