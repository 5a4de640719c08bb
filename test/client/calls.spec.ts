import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CachedResponse,
  type ClientOptions,
  ConnectionError,
  Galley as GalleyClient,
  ProblemError,
} from '../../clients/typescript/src/galley.ts';
import type { Person } from '../support/builders.js';
import { type Fault, FaultyProxy } from '../support/faulty-proxy.js';
import { type Galley, startGalley } from '../support/galley.js';
import { until } from '../support/until.js';
import { wordpressExport } from '../support/wordpress-export.js';
import { signedIn } from './signed-in.js';

/** Returns a row while the lock of a test is held. */
const GRANTED = `SELECT 1 FROM pg_locks WHERE relation = 'posts'::regclass AND mode = 'ShareLock' AND granted`;

const listening = (server: Server) => once(server.listen(0, '127.0.0.1'), 'listening');
const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

describe('the TypeScript client', () => {
  let galley: Galley;
  let proxy: FaultyProxy;
  let author: Person;
  let client: GalleyClient;
  /** The faults of the next requests. */
  let faults: Fault[] = [];

  beforeAll(async () => {
    galley = await startGalley();
    proxy = await FaultyProxy.open(galley.url, () => faults.shift() ?? 'none');
    author = await galley.aUser({ role: 'editor' });
    client = signedIn(proxy.url, author);
  });
  afterEach(() => {
    faults = [];
    proxy.seen.length = 0;
  });
  afterAll(async () => {
    await proxy?.stop();
    await galley?.stop();
  });

  const titled = async (title: string): Promise<number> => {
    const all = client.posts.list({
      'filter[status]': ['draft', 'published'],
      'filter[authorId]': [author.id],
    });
    let count = 0;
    for await (const post of all) if (post.title === title) count++;
    return count;
  };

  it.each([301, 307, 308])('does not send a password to where a server redirects with %i', async (status) => {
    const received: string[] = [];
    const other = createServer((request, response) => {
      received.push(request.url ?? '');
      response.end('{}');
    });
    const moved = createServer((request, response) => {
      response.writeHead(status, { location: `${addressOf(other)}${request.url}` }).end();
    });
    await Promise.all([other, moved].map(listening));
    try {
      const login = new GalleyClient(addressOf(moved)).auth.login({
        email: author.email,
        password: 'secret',
      });
      await expect(login).rejects.toMatchObject({ name: 'ProblemError', status });
      await expect(login).rejects.toThrow('Create the client with the final address');
      expect(received).toEqual([]);
    } finally {
      for (const server of [other, moved]) server.close();
    }
  });

  describe('repeats a call', () => {
    it.each<[string, Fault[]]>([
      ['after lost requests', ['lost request', 'lost request']],
      ['after lost responses', ['lost response', 'lost response', 'lost response']],
      ['after a response that breaks off', ['cut response']],
      ['while the server is busy', ['refused', 'refused']],
    ])('%s, and a write has one effect', async (title, planned) => {
      faults = [...planned];
      const { id } = await client.posts.create({ title, body: 'Words.' });
      const keys = proxy.seen.map(({ headers }) => headers['idempotency-key']);
      expect(keys).toHaveLength(planned.length + 1);
      expect(new Set(keys).size).toBe(1);
      expect(await client.posts.get(id)).toMatchObject({ title, version: 1 });
      expect(await titled(title)).toBe(1);
    });

    it('with a key of its own for each write', async () => {
      await client.posts.create({ title: 'Twice', body: '' });
      await client.posts.create({ title: 'Twice', body: '' });
      expect(new Set(proxy.seen.map(({ headers }) => headers['idempotency-key'])).size).toBe(2);
      expect(await titled('Twice')).toBe(2);
    });

    it('that was too slow for its timeout', async () => {
      faults = [{ lateMs: 60_000 }];
      const post = await client.posts.create({ title: 'Slow', body: '' }, { timeout: 2000 });
      expect(post).toMatchObject({ title: 'Slow' });
      expect(await titled('Slow')).toBe(1);
    });

    it('while the first attempt is still in progress on the server', async () => {
      const held = galley.database.query('BEGIN; LOCK TABLE posts IN SHARE MODE; SELECT pg_sleep(2); COMMIT');
      await until(async () => (await galley.database.query(GRANTED)).length > 0);
      await client.posts.create({ title: 'In progress', body: '' }, { timeout: 500, retries: 20 });
      await held;
      expect(proxy.seen.length).toBeGreaterThan(1);
      expect(await titled('In progress')).toBe(1);
    });

    it('after the seconds of Retry-After', async () => {
      const sent: number[] = [];
      const late = new GalleyClient(galley.url, {
        fetch(url, init) {
          sent.push(Date.now());
          const busy = new Response(null, { status: 503, headers: { 'retry-after': '1' } });
          return sent.length === 1 ? Promise.resolve(busy) : fetch(url, init);
        },
      });
      await late.posts.list().page();
      expect(sent).toHaveLength(2);
      expect((sent[1] ?? 0) - (sent[0] ?? 0)).toBeGreaterThanOrEqual(1000);
    });

    it('at most `retries` times, and the caller can continue with its key', async () => {
      faults = ['lost response', 'lost response', 'lost response'];
      const failed = await client.posts
        .create({ title: 'Later', body: '' }, { retries: 2 })
        .catch((e: unknown) => e);
      expect(failed).toBeInstanceOf(ConnectionError);
      expect(proxy.seen).toHaveLength(3);
      const { idempotencyKey } = failed as ConnectionError;
      await client.posts.create({ title: 'Later', body: '' }, { idempotencyKey });
      expect(await titled('Later')).toBe(1);
    });

    it('not if it is refused for good', async () => {
      await expect(client.posts.get('no-such-post')).rejects.toBeInstanceOf(ProblemError);
      expect(proxy.seen).toHaveLength(1);
    });

    it('not if the server asks for more time than the deadline has', async () => {
      const limited = await startGalley({ RATE_LIMIT_WRITE_MAX: '1', RATE_LIMIT_USER_WRITE_MAX: '1' });
      let sent = 0;
      const counted: ClientOptions['fetch'] = (url, init) => {
        sent++;
        return fetch(url, init);
      };
      const writer = signedIn(limited.url, await limited.aUser(), { fetch: counted });
      await writer.posts.create({ title: 'First', body: '' });
      const refused = await writer.posts.create({ title: 'Second', body: '' }).catch((e: unknown) => e);
      await limited.stop();
      expect(refused).toMatchObject({ status: 429, code: 'too_many_requests' });
      expect((refused as ProblemError).retryAfter).toBeGreaterThan(30);
      expect(sent).toBe(2);
    });
  });

  it('ends a call at its deadline', async () => {
    faults = [{ lateMs: 60_000 }];
    const calling = client.posts.list({}, { deadline: 200 }).page();
    await expect(calling).rejects.toBeInstanceOf(ConnectionError);
  });

  it('ends a call with the reason of its signal, also while it waits', async () => {
    faults = Array.from({ length: 9 }, () => 'lost request');
    const abort = new AbortController();
    const calling = client.posts.list({}, { signal: abort.signal, retries: 9 }).page();
    setTimeout(() => abort.abort(new Error('changed my mind')), 100);
    await expect(calling).rejects.toThrow('changed my mind');
  });

  it('reports a problem with its code, fields, request id and document', async () => {
    const refused = await client.posts.create({ title: '', body: 'x' }).catch((e: unknown) => e);
    expect(refused).toMatchObject({
      name: 'ProblemError',
      status: 400,
      code: 'validation_failed',
      errors: [{ path: 'title' }],
      requestId: expect.stringMatching(/\w/),
      retryAfter: undefined,
      problem: { type: '/docs/problems#validation_failed' },
    });
  });

  it('reports a response that is not a problem document', async () => {
    faults = Array.from({ length: 2 }, () => 'refused');
    const refused = await client.posts.get('any', { retries: 1 }).catch((e: unknown) => e);
    expect(refused).toMatchObject({ status: 503, code: 'unknown', errors: [], retryAfter: 0 });
  });

  it('changes the version that was read, and no later one', async () => {
    const draft = await client.posts.create({ title: 'Draft', body: '' });
    const published = await client.posts.publish(draft);
    expect(published).toMatchObject({ status: 'published', version: 2 });
    const edited = await client.posts.update(published, { title: 'Edited' });
    await expect(client.posts.update(published, { title: 'Lost' })).rejects.toMatchObject({
      code: 'version_mismatch',
      status: 412,
    });
    await client.posts.update(published, { title: 'Forced' }, { ifMatch: null });
    await client.posts.update(edited.id, { excerpt: 'Without a condition' });
    await expect(client.posts.delete(edited)).rejects.toMatchObject({ status: 412 });
    expect(await client.posts.get(edited.id)).toMatchObject({ title: 'Forced', version: 5 });
  });

  it('reads every page of a list, each item once', async () => {
    const tag = 'Paged';
    for (let n = 0; n < 5; n++) await galley.aPost({ author, status: 'published', tags: [tag] });
    const list = client.posts.list({ limit: 2, 'filter[tag]': ['paged'], fields: ['title', 'version'] });
    const ids = new Set<string>();
    for await (const { id, title, version } of list) ids.add(`${id} ${title} ${version}`);
    expect(ids.size).toBe(5);
    const sizes: number[] = [];
    for await (const { data } of list.pages()) sizes.push(data.length);
    expect(sizes).toEqual([2, 2, 1]);
    const second = client.posts.list({ limit: 2, page: 2, 'filter[tag]': ['paged'] });
    expect((await second.page()).data).toHaveLength(2);
    const rest: string[] = [];
    for await (const { id } of second) rest.push(id);
    expect(rest).toHaveLength(3);
  });

  it('includes nothing if the list of includes is empty', async () => {
    const [post] = (await client.posts.list({ include: [] }).page()).data;
    expect(post).toBeDefined();
    expect(post).not.toHaveProperty('author');
  });

  it('comments, replies, moderates and deletes', async () => {
    const post = await galley.aPost({ author, status: 'published' });
    const comment = await client.comments.create(post, { body: 'Well *said*.' });
    const reply = await client.comments.create(post, { body: 'Thanks.', parentId: comment.id });
    const hidden = await client.comments.moderate(comment, { status: 'hidden' });
    expect(hidden).toMatchObject({ status: 'hidden', version: comment.version + 1 });
    await expect(client.comments.update(comment, { body: 'Stale' })).rejects.toMatchObject({ status: 412 });
    expect(await client.comments.delete(reply)).toBeUndefined();
    const left: string[] = [];
    for await (const { id } of client.comments.list(post)) left.push(id);
    expect(left).toEqual([comment.id]);
  });

  it('changes tags by their slug and the own account by its version', async () => {
    const tag = await client.tags.create({ name: 'Slugged' });
    expect(await client.tags.update(tag, { description: 'Yes' })).toMatchObject({
      slug: tag.slug,
      version: 2,
    });
    const me = await client.users.me();
    await client.users.updateMe(me, { bio: 'Writes' });
    await expect(client.users.updateMe(me, { bio: 'Lost' })).rejects.toMatchObject({ status: 412 });
  });

  it('imports a file, and a repeated import changes nothing', async () => {
    const admin = signedIn(galley.url, await galley.aUser({ role: 'admin' }));
    const file = new Blob([...wordpressExport({ posts: 5 })]);
    const planned = await admin.posts.import(file, { dryRun: true });
    expect(planned).toMatchObject({ dryRun: true, counts: { post: { imported: 5 } } });
    expect(await admin.posts.import(file)).toMatchObject({ counts: { post: { imported: 5 } } });
    expect(await admin.posts.import(file)).toMatchObject({ counts: { post: { imported: 0, present: 5 } } });
    const refused = admin.posts.import('not an export', { dryRun: true });
    await expect(refused).rejects.toMatchObject({ code: 'import_refused' });
  });

  it('sends ids as one segment of the path, and refuses what is none', async () => {
    await expect(client.posts.get('../../health')).rejects.toMatchObject({ status: 404 });
    expect(proxy.seen[0]?.path).toBe('/api/v1/posts/..%2F..%2Fhealth');
    for (const id of ['', '.', '..']) expect(() => client.posts.get(id)).toThrow(TypeError);
  });

  it('confirms cached responses with their ETag', async () => {
    const cache = new Map<string, CachedResponse>();
    const reader = new GalleyClient(proxy.url, { cache });
    const post = await galley.aPost({ author, status: 'published' });
    const first = await reader.posts.get(post.slug);
    expect(await reader.posts.get(post.slug)).toEqual(first);
    expect(proxy.seen.map(({ headers }) => headers['if-none-match'])).toEqual([
      undefined,
      [...cache.values()][0]?.etag,
    ]);
    await client.posts.update(post.id, { title: 'New' });
    expect(await reader.posts.get(post.slug)).toMatchObject({ title: 'New' });
  });
});
