import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Database } from '../src/platform/database/database.js';
import type { BulkResult } from '../src/posts/bulk/bulk.schemas.js';
import type { PostView } from '../src/posts/post-view.schemas.js';
import type { Person } from './support/builders.js';
import type { Client } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';

const SOON = '2100-01-01T00:00:00Z';
const PATH = '/api/v1/posts/bulk';
const UNKNOWN = '019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41';

let galley: Galley;
let ada: Person;
let author: Client;
let editor: Client;
beforeAll(async () => {
  galley = await startGalley();
  ada = await galley.aUser({ name: 'Ada Lovelace' });
  author = galley.as(ada);
  editor = galley.as(await galley.aUser({ role: 'editor' }));
});
afterAll(() => galley.stop());

const draft = (title: string, more: object = {}) => ({
  op: 'create',
  body: { title, body: 'Words.', ...more },
});
const key = () => ({ 'idempotency-key': randomUUID() });
const count = async (table: string) =>
  Number((await galley.database.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`))[0]?.n);

async function bulk(operations: unknown[], headers = {}, by = author): Promise<BulkResult[]> {
  return (await by.post(PATH, { operations }, headers).expect(207)).body.results;
}
const statusesOf = (results: BulkResult[]) => results.map(({ status }) => status);
const codesOf = (results: BulkResult[]) => results.map(({ problem }) => problem?.code);
const slugsOf = (results: BulkResult[]) => results.map(({ body }) => body?.slug);
const read = async (id: string) => (await author.get(`/api/v1/posts/${id}`).expect<PostView>(200)).body;

/** Both ways in which operations fail alone: each in its own transaction, or as a part of that of the key. */
const WAYS = [
  ['', () => ({})],
  [' with an Idempotency-Key', key],
] as const;

describe.each(WAYS)('a bulk request%s', (_way, headers) => {
  it('performs each operation in its order, with the status that it would have alone', async () => {
    const { id } = await galley.aPost({ author: ada });
    const archived = await galley.aPost({ author: ada, status: 'archived' });
    const gone = await galley.aPost({ author: ada });
    const results = await bulk(
      [
        draft('First', { tags: ['Bulk'] }),
        { op: 'update', id, body: { title: 'Other', body: '*New*' } },
        { op: 'schedule', id, body: { at: SOON } },
        { op: 'publish', id },
        { op: 'unpublish', id },
        { op: 'archive', id },
        { op: 'restore', id: archived.id },
        { op: 'delete', id: gone.id },
        draft('Public', { status: 'published' }),
        draft('Later', { status: 'scheduled', scheduledAt: SOON }),
      ],
      headers(),
    );
    expect(statusesOf(results)).toEqual([201, 200, 200, 200, 200, 200, 200, 204, 201, 201]);
    expect(results.map(({ body }) => body?.version)).toEqual([1, 2, 3, 4, 5, 6, 3, undefined, 1, 1]);
    expect(results.map(({ body }) => body?.status)).toEqual([
      ...['draft', 'draft', 'scheduled', 'published', 'draft', 'archived', 'draft', undefined],
      ...['published', 'scheduled'],
    ]);
    for (const { body } of [results[0], results[5], results[6], results[8]] as BulkResult[]) {
      const { body: _body, html: _html, ...listed } = await read(body?.id as string);
      expect(body).toEqual(listed);
    }
    expect((await read(id)).html).toContain('<em>New</em>');
    await author.get(`/api/v1/posts/${gone.id}`).expect(404);
  });

  it('lets each operation fail alone, with the problem that it would have alone', async () => {
    const mine = await galley.aPost({ author: ada });
    const hidden = await galley.aPost();
    const shown = await galley.aPost({ status: 'published' });
    const results = await bulk(
      [
        draft('Fine'),
        { op: 'publish', id: UNKNOWN },
        { op: 'update', id: hidden.id, body: { title: 'Mine' } },
        { op: 'delete', id: shown.id },
        { op: 'unpublish', id: mine.id },
        { op: 'archive', id: mine.id, ifMatch: `"${mine.version + 1}"` },
        { op: 'archive', id: mine.id, ifMatch: '3' },
        { op: 'schedule', id: mine.id, body: { at: '2001-01-01T00:00:00Z' } },
        { op: 'update', id: mine.id, body: { parentId: UNKNOWN } },
        draft('', { tags: ['never'] }),
        { op: 'rename', id: mine.id },
        { op: 'publish', id: mine.id, ifMatch: `"${mine.version}"` },
        'nothing',
      ],
      headers(),
    );
    expect(statusesOf(results)).toEqual([201, 404, 404, 403, 409, 412, 400, 400, 400, 400, 400, 200, 400]);
    expect(codesOf(results)).toEqual([
      ...[undefined, 'post_not_found', 'post_not_found', 'not_allowed', 'post_not_published'],
      ...['version_mismatch', 'invalid_if_match', 'validation_failed', 'validation_failed'],
      ...['validation_failed', 'validation_failed', undefined, 'validation_failed'],
    ]);
    const paths = results.map(({ problem }) => problem?.errors?.map(({ path }) => path).join());
    expect(paths.filter((path) => path !== undefined)).toEqual([
      ...['operations.7.body.at', 'operations.8.body.parentId', 'operations.9.body.title'],
      ...['operations.10.op', 'operations.12'],
    ]);
    expect([results[5], results[6]].map((refused) => refused?.problem?.detail)).toEqual([
      expect.stringMatching(/^operations\.5\.ifMatch does not match/),
      expect.stringMatching(/^operations\.6\.ifMatch must be/),
    ]);
    expect(results[1]?.problem).toMatchObject({ instance: PATH, status: 404, title: 'Post not found' });
    expect((await read(mine.id)).version).toBe(mine.version + 1);
  });

  it('gives new posts the slugs that they would receive one after another', async () => {
    const word = `w${randomUUID().slice(0, 8)}`;
    await galley.aPost({ author: ada, slug: `${word}-taken` });
    const results = await bulk(
      [
        draft(word),
        draft(word),
        draft('Chosen', { slug: word }),
        draft('Chosen', { slug: `${word}-3` }),
        draft(word),
        draft(`${word} 2`),
        draft(`${word} taken`),
        draft('Chosen', { slug: `${word}-taken`, tags: [`${word}-never`] }),
        draft(`${word} taken`),
        draft('Chosen', { slug: `${word}-new` }),
        draft('Chosen', { slug: `${word}-new` }),
      ],
      headers(),
    );
    expect(slugsOf(results)).toEqual([
      ...[word, `${word}-2`, undefined, `${word}-3`, `${word}-4`, `${word}-2-2`],
      ...[`${word}-taken-2`, undefined, `${word}-taken-3`, `${word}-new`, undefined],
    ]);
    expect(codesOf(results).filter(Boolean)).toEqual(['slug_taken', 'slug_taken', 'slug_taken']);
    // What is refused leaves nothing, neither a tag nor a revision.
    await editor.get(`/api/v1/tags/${word}-never`).expect(404);
  });

  it('creates pages below pages that the caller may edit, and tags once', async () => {
    const parent = await galley.aPost({ author: ada, type: 'page' });
    const other = await galley.aPost({ type: 'page' });
    const tag = `Tag ${randomUUID()}`;
    const below = (parentId: string, type = 'page') =>
      draft('Page', { type, parentId, tags: [tag, tag.toUpperCase()] });
    const results = await bulk(
      [below(parent.id), below(other.id), below(parent.id, 'post'), below(UNKNOWN), below(parent.id)],
      headers(),
    );
    expect(statusesOf(results)).toEqual([201, 400, 400, 400, 201]);
    expect(results.map(({ problem }) => problem?.errors?.[0]?.code)).toEqual([
      ...[undefined, 'unknown_page', 'pages_only', 'unknown_page', undefined],
    ]);
    expect(results[0]?.body?.tags).toEqual(results[4]?.body?.tags);
    expect(results[0]?.body?.tags).toHaveLength(1);
    expect(results[4]?.body?.parentId).toBe(parent.id);
  });

  it('records a revision, events and entries for each operation', async () => {
    const requestId = randomUUID();
    const [first, second] = await bulk(
      [draft('One', { note: 'From the bulk' }), draft('Two', { status: 'published' })],
      { ...headers(), 'x-request-id': requestId },
    );
    const revisions = await author.get(`/api/v1/posts/${first?.body?.id}/revisions`).expect(200);
    expect(revisions.body.data).toMatchObject([
      { number: 1, note: 'From the bulk', state: 'current', version: 1 },
    ]);
    const events = await galley.database.query<{ type: string }>(
      'SELECT type FROM events WHERE resource_id = ANY($1::uuid[]) ORDER BY seq',
      [[first?.body?.id, second?.body?.id]],
    );
    expect(events.map(({ type }) => type)).toEqual(['post.created', 'post.created', 'post.published']);
    const entries = await galley.database.query(
      'SELECT action, target_id FROM audit_entries WHERE request_id = $1',
      [requestId],
    );
    expect(entries).toEqual([{ action: 'post.published', target_id: second?.body?.id }]);
  });

  it('shows readers what it has published', async () => {
    const title = `Public ${randomUUID()}`;
    await galley.anyone.get('/api/v1/posts').expect(200);
    const [made] = await bulk([draft(title, { status: 'published' })], headers());
    const list = await galley.anyone.get('/api/v1/posts?limit=100').expect(200);
    expect(list.body.data.map((post: PostView) => post.title)).toContain(title);
    await bulk([{ op: 'archive', id: made?.body?.id }], headers());
    await galley.anyone.get(`/api/v1/posts/${made?.body?.id}`).expect(404);
  });

  it('takes several operations on one post, also after its end', async () => {
    const { id, version } = await galley.aPost({ author: ada });
    const results = await bulk(
      [
        { op: 'update', id, ifMatch: `"${version}"`, body: { title: 'A' } },
        { op: 'update', id, ifMatch: `"${version}"`, body: { title: 'B' } },
        { op: 'update', id, ifMatch: `"${version + 1}"`, body: { body: 'C' } },
        { op: 'delete', id },
        { op: 'publish', id },
        { op: 'delete', id },
        draft('After'),
      ],
      headers(),
    );
    expect(statusesOf(results)).toEqual([200, 412, 200, 204, 404, 404, 201]);
  });
});

describe('a bulk request with atomic', () => {
  const atomic = (operations: object[], headers = {}) =>
    author.post(PATH, { atomic: true, operations }, headers);

  it('performs all operations, and returns 200', async () => {
    const { id } = await galley.aPost({ author: ada });
    const { body } = await atomic([
      draft('A'),
      draft('A'),
      { op: 'publish', id },
      { op: 'update', id, body: { body: 'New' } },
      { op: 'delete', id },
    ]).expect(200);
    expect(statusesOf(body.results)).toEqual([201, 201, 200, 200, 204]);
  });

  it('does nothing if one operation fails, and says which one and why', async () => {
    const { id, version } = await galley.aPost({ author: ada });
    const tables = ['posts', 'post_revisions', 'events', 'audit_entries', 'tags', 'idempotency_keys'];
    const before = await Promise.all(tables.map(count));
    for (const headers of [{}, key()]) {
      const refused = await atomic(
        [draft('A', { tags: ['only here'] }), { op: 'publish', id }, { op: 'restore', id }, draft('B')],
        headers,
      ).expect(409);
      expect(refused.body).toMatchObject({ code: 'post_not_archived', operation: 2, status: 409 });
      expect(refused.body.detail).toContain('Operation 2 of the request failed, so nothing was changed.');
    }
    expect(await Promise.all(tables.map(count))).toEqual(before);
    expect(await read(id)).toMatchObject({ version, status: 'draft' });
  });

  it('answers with the first of several failures, whatever their kind', async () => {
    const { slug } = await galley.aPost({ author: ada });
    const tooLarge = { op: 'create', body: { title: 'T', body: '> '.repeat(20_000) } };
    const taken = draft('T', { slug });
    const page = draft('T', { type: 'page', parentId: UNKNOWN });
    for (const [first, second, code] of [
      [taken, tooLarge, 'slug_taken'],
      [tooLarge, taken, 'body_too_complex'],
      [page, taken, 'validation_failed'],
      [taken, page, 'slug_taken'],
      [{ op: 'publish', id: UNKNOWN }, tooLarge, 'post_not_found'],
    ] as const) {
      const { body } = await atomic([draft('Fine'), first, draft('Fine'), second]);
      expect([body.code, body.operation]).toEqual([code, 1]);
    }
  });

  it('is refused as a whole if operations are not valid, with all of their faults', async () => {
    const { body } = await atomic([
      draft('Fine'),
      draft('', { content: 'x' }),
      { op: 'publish' },
      { op: 'update', id: UNKNOWN, body: { status: 'published' } },
    ]).expect(400);
    expect(body.operation).toBe(1);
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual([
      ...[
        'operations.1.body.title',
        'operations.1.body.content',
        'operations.2.id',
        'operations.3.body.status',
      ],
    ]);
    expect(body.errors[1].message).toContain('the text of a post is body');
    expect(body.errors[3].message).toContain('cannot be changed by PATCH');
  });

  it('of two requests with the same posts in opposite order, both succeed without a deadlock', async () => {
    const made = await Promise.all(Array.from({ length: 4 }, () => galley.aPost({ author: ada })));
    const ids = made.map(({ id }) => id);
    const deadlocks = async () =>
      (
        await galley.database.query<{ deadlocks: string }>(
          'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
        )
      )[0]?.deadlocks;
    const before = await deadlocks();
    const edit = (title: string) => (id: string) => ({ op: 'update', id, body: { title } });
    for (let round = 0; round < 8; round++) {
      const titles = [`T${round}`, `U${round}`];
      const [first, second] = await Promise.all([
        atomic(ids.map(edit(titles[0] as string))),
        author.post(PATH, { operations: ids.toReversed().map(edit(titles[1] as string)) }, key()),
      ]);
      expect([first.status, second.status]).toEqual([200, 207]);
      expect(new Set(statusesOf(second.body.results))).toEqual(new Set([200]));
      const left = await Promise.all(ids.map(async (id) => (await read(id)).title));
      expect(new Set(left).size).toBe(1);
    }
    expect(await deadlocks()).toBe(before);
  });
});

describe('the request itself', () => {
  it('must contain 1 to 100 operations', async () => {
    for (const operations of [[], Array(101).fill(draft('T')), 'x', undefined]) {
      const { body } = await author.post(PATH, { operations }).expect(400);
      expect(body.errors[0].path).toBe('operations');
    }
    await author.post(PATH, { operations: [draft('T')], atomic: 'yes' }).expect(400);
    await author.post(PATH, { operations: [draft('T')], more: 1 }).expect(400);
    const results = await bulk(Array.from({ length: 100 }, (_, n) => draft(`T ${n}`)));
    expect(new Set(statusesOf(results))).toEqual(new Set([201]));
  });

  it('takes nothing for an operation that is none', async () => {
    const given = [
      ...[null, 1, [], {}, { op: 'constructor', body: { x: 1 } }, { op: '__proto__' }, { op: ['create'] }],
      ...[
        { op: 'create', body: null },
        { op: 'create', id: UNKNOWN, body: { title: 'T', body: '' } },
      ],
      ...[
        { op: 'publish', id: 'x' },
        { op: 'delete', id: UNKNOWN, body: {} },
        { op: 'publish', id: UNKNOWN, ifMatch: 3 },
      ],
    ];
    const results = await bulk(given);
    for (const [index, { problem }] of results.entries()) {
      expect([index, problem?.code]).toEqual([index, 'validation_failed']);
      for (const { path } of problem?.errors ?? [])
        expect(path.split('.').slice(0, 2)).toEqual(['operations', `${index}`]);
    }
  });

  it('may contain as many fields as 100 posts have, and not more', async () => {
    const tags = Array.from({ length: 20 }, (_, n) => `tag ${n}`);
    const meta = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`name${n}`, 'v']));
    const full = {
      tags,
      meta,
      excerpt: 'E',
      featured: true,
      commentsOpen: false,
      bodyFormat: 'html',
      type: 'page',
    };
    const results = await bulk(Array.from({ length: 100 }, (_, n) => draft(`Full ${n}`, full)));
    expect(new Set(statusesOf(results))).toEqual(new Set([201]));
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`k${n}`, 1]));
    const { body } = await author.post(PATH, { operations: [wide] }).expect(400);
    expect(body.errors[0].code).toBe('too_many_fields');
  });

  it('refuses bodies that become too long together, and performs the rest', async () => {
    // A table: each of its short rows has as many cells as its head.
    const wide = `${'|a'.repeat(100)}|\n${'|-'.repeat(100)}|\n${'|\n'.repeat(3000)}`;
    const large = { op: 'create', body: { title: 'Large', body: wide } };
    const { id } = await galley.aPost({ author: ada });
    const results = await bulk([large, large, large, draft('Small'), { op: 'publish', id }]);
    expect(codesOf(results)).toEqual([undefined, undefined, 'bulk_too_large', 'bulk_too_large', undefined]);
  });
});

describe('conditions', () => {
  it('name both versions of a post with a private edit', async () => {
    const { id } = await galley.aPost({ author: ada, status: 'published' });
    await author.patch(`/api/v1/posts/${id}?draft=true`, { title: 'Private' }).expect(200);
    const publish = (ifMatch: string) => ({ op: 'publish', id, ifMatch });
    const [edited, refused, published] = await bulk([
      { op: 'update', id, body: { excerpt: 'Public' } },
      publish('"3"'),
      publish('"3.2"'),
    ]);
    expect(edited?.body).toMatchObject({ version: 3, pendingRevision: { number: 2, fields: ['title'] } });
    expect([refused?.status, published?.status, published?.body?.title]).toEqual([412, 200, 'Private']);
  });

  it('are required where the deployment requires them', async () => {
    const strict = await startGalley({ REQUIRE_IF_MATCH: 'true' }, galley.database);
    try {
      const { id, version } = await galley.aPost({ author: ada });
      const operations = [draft('T'), { op: 'publish', id }, { op: 'publish', id, ifMatch: `"${version}"` }];
      const results = await bulk(operations, {}, strict.as(ada));
      expect(statusesOf(results)).toEqual([201, 428, 200]);
      expect(results[1]?.problem?.detail).toContain('requires operations.1.ifMatch.');
    } finally {
      await strict.stop();
    }
  });
});

describe('rate limits', () => {
  it('count each operation, and refuse the request as a whole before anything happens', async () => {
    const limited = await startGalley({ RATE_LIMIT_USER_WRITE_MAX: '20' }, galley.database);
    try {
      const person = await galley.aUser();
      const by = limited.as(person);
      const send = (operations: number, headers = {}) =>
        by.post(PATH, { operations: Array(operations).fill(draft('T')) }, headers);
      const left = (answer: { headers: Headers }) =>
        /r=(\d+)/.exec(answer.headers.get('ratelimit') ?? '')?.[1];
      expect(left(await send(12).expect(207))).toBe('8');
      const posts = await count('posts');
      const refused = await send(9).expect(429);
      expect(refused.body.code).toBe('too_many_requests');
      expect(refused.body.detail).toContain('counts as 9 requests, and 8 of 20 remain');
      expect([left(refused), refused.headers.get('retry-after')]).toEqual([
        '7',
        expect.stringMatching(/^\d+$/),
      ]);
      expect(await count('posts')).toBe(posts);
      expect(left(await send(7).expect(207))).toBe('0');
      await by.post('/api/v1/posts', { title: 'T', body: '' }).expect(429);
    } finally {
      await limited.stop();
    }
  });
});

describe('a replay', () => {
  it('repeats the results, and shows only what the caller may still read', async () => {
    const { id } = await galley.aPost({ author: ada });
    const operations = [
      draft('Kept'),
      draft('Taken away'),
      draft('Gone'),
      { op: 'publish', id },
      { op: 'publish', id },
      { op: 'delete', id: UNKNOWN },
    ];
    const headers = key();
    const send = () => author.post(PATH, { operations }, headers).expect(207);
    const first = await send();
    const again = await send();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.text).toBe(first.text);
    const [kept, away, gone] = (first.body.results as BulkResult[]).map(({ body }) => body?.id as string);
    const other = await galley.aUser();
    await galley.database.query('UPDATE posts SET author_id = $1 WHERE id = $2', [other.id, away]);
    await author.delete(`/api/v1/posts/${gone}`).expect(204);
    await author.patch(`/api/v1/posts/${kept}`, { title: 'Corrected' }).expect(200);
    const { body } = await send();
    expect(statusesOf(body.results)).toEqual([201, 404, 404, 200, 409, 404]);
    expect(body.results[0].body.title).toBe('Corrected');
    expect(JSON.stringify(body)).not.toContain('Taken away');
    const [record] = await galley.database.query<{ row: string }>(
      'SELECT k::text AS row FROM idempotency_keys k ORDER BY created_at DESC LIMIT 1',
    );
    expect(record?.row).not.toContain('Kept');
  });

  it('of an atomic request is its response, and a failed one leaves no record', async () => {
    const headers = key();
    const operations = [draft('A'), { op: 'publish', id: UNKNOWN }];
    await author.post(PATH, { atomic: true, operations }, headers).expect(404);
    await author.post(PATH, { atomic: true, operations: [draft('A')] }, headers).expect(200);
    const again = await author.post(PATH, { atomic: true, operations: [draft('A')] }, headers).expect(200);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('never shows that an operation failed because the database did not answer', async () => {
    const database = galley.app.get(Database);
    const { id } = await galley.aPost({ author: ada });
    const separately = database.separately.bind(database);
    let calls = 0;
    const spy = jest.spyOn(database, 'separately').mockImplementation((work) => {
      if (++calls !== 2) return separately(work);
      return Promise.reject(Object.assign(new Error('canceling statement'), { code: '57014' }));
    });
    try {
      const headers = key();
      const operations = [draft('A'), { op: 'publish', id }];
      const posts = await count('posts');
      expect((await author.post(PATH, { operations }, headers).expect(503)).body.code).toBe(
        'database_unavailable',
      );
      expect(await count('posts')).toBe(posts);
      expect(statusesOf(await bulk(operations, headers))).toEqual([201, 200]);
      calls = 1;
      expect(codesOf(await bulk([{ op: 'archive', id }, draft('B')]))).toEqual([
        'database_unavailable',
        undefined,
      ]);
    } finally {
      spy.mockRestore();
    }
  });
});
