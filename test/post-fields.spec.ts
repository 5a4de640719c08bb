import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Person } from './support/builders.js';
import type { Client } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';
import { until } from './support/until.js';

let galley: Galley;
let ada: Person;
let author: Client;
let editor: Client;
beforeAll(async () => {
  galley = await startGalley();
  ada = await galley.aUser();
  author = galley.as(ada);
  editor = galley.as(await galley.aUser({ role: 'editor' }));
});
afterAll(() => galley.stop());

const UNKNOWN = '019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41';
const written = async (post: object, by = author) =>
  (await by.post('/api/v1/posts', { title: 'T', body: 'B', ...post }).expect(201)).body;
const aPage = (given: object = {}, by = author) => written({ type: 'page', ...given }, by);
const patched = async (id: string, changes: object, by = author) =>
  (await by.patch(`/api/v1/posts/${id}`, changes).expect(200)).body;
const parentOf = async (id: string) => (await author.get(`/api/v1/posts/${id}`).expect(200)).body.parentId;
const faultOf = async (answer: ReturnType<Client['post']>) => {
  const { body } = await answer.expect(400);
  return body.errors.map((fault: { path: string; code: string }) => `${fault.path} ${fault.code}`).join();
};

describe('a post', () => {
  it('is not featured, takes comments, is below nothing and has no meta, unless its author says so', async () => {
    expect(await written({})).toMatchObject({
      featured: false,
      commentsOpen: true,
      parentId: null,
      meta: {},
    });
    const given = { featured: true, commentsOpen: false, meta: { subtitle: 'S', ключ: '€' } };
    const post = await written(given);
    expect(post).toMatchObject(given);
    await author.post(`/api/v1/posts/${post.id}/publish`).expect(200);
    expect((await galley.anyone.get(`/api/v1/posts/${post.id}`).expect(200)).body).toMatchObject(given);
    expect(await patched(post.id, { title: 'N' })).toMatchObject(given);
    expect(await patched(post.id, { featured: false, commentsOpen: true })).toMatchObject({
      featured: false,
      commentsOpen: true,
      meta: given.meta,
    });
  });

  it.each(['featured', 'commentsOpen'])('is refused with another %s than true and false', async (name) => {
    for (const value of [null, 1, 'true', []])
      await author.post('/api/v1/posts', { title: 'T', body: 'B', [name]: value }).expect(400);
  });

  it('has these fields in lists, and as `fields`', async () => {
    const post = await galley.aPost({ author: ada, status: 'published' });
    await patched(post.id, { featured: true, meta: { a: 'b' } });
    for (const by of [galley.anyone, author]) {
      const rowOf = async (query: string) =>
        (
          await by.get(`/api/v1/posts?limit=100&filter[authorId]=${ada.id}${query}`).expect(200)
        ).body.data.find((row: { id: string }) => row.id === post.id);
      const fields = { featured: true, commentsOpen: true, parentId: null, meta: { a: 'b' } };
      expect(await rowOf('')).toMatchObject(fields);
      expect(await rowOf('&fields=featured,commentsOpen,parentId,meta')).toEqual({ id: post.id, ...fields });
    }
  });

  it('is listed by `filter[featured]`, newest first, also with other filters', async () => {
    const bob = await galley.aUser();
    const posts = [];
    for (const featured of [true, false, true]) {
      const post = await galley.aPost({ author: bob, status: 'published', tags: ['Marked'] });
      posts.push(await patched(post.id, { featured }, galley.as(bob)));
    }
    const ids = posts.map(({ id }) => id);
    for (const by of [galley.anyone, galley.as(bob)]) {
      const listed = async (query: string) =>
        (await by.get(`/api/v1/posts?filter[authorId]=${bob.id}&${query}`).expect(200)).body.data.map(
          (row: { id: string }) => row.id,
        );
      expect(await listed('filter[featured]=true')).toEqual([ids[2], ids[0]]);
      expect(await listed('filter[featured]=false')).toEqual([ids[1]]);
      expect(await listed('filter[featured]=true&filter[tag]=marked&sort=createdAt')).toEqual([
        ids[0],
        ids[2],
      ]);
      await by.get('/api/v1/posts?filter[featured]=yes').expect(400);
    }
    await patched(posts[0].id, { featured: false }, galley.as(bob));
    const { body } = await galley.anyone
      .get(`/api/v1/posts?filter[authorId]=${bob.id}&filter[featured]=true`)
      .expect(200);
    expect(body.data.map((row: { id: string }) => row.id)).toEqual([ids[2]]);
  });
});

describe('meta', () => {
  it('is merged name by name (RFC 7396): null removes a name, or all of them', async () => {
    const { id } = await written({ meta: { a: '1', b: '2' } });
    const metaAfter = async (meta: object | null) => (await patched(id, { meta })).meta;
    expect(await metaAfter({ b: null, c: '3' })).toEqual({ a: '1', c: '3' });
    expect(await metaAfter({})).toEqual({ a: '1', c: '3' });
    expect(await metaAfter({ a: '', unknown: null })).toEqual({ a: '', c: '3' });
    expect(await metaAfter(null)).toEqual({});
  });

  it('of two edits at once keeps what each one wrote', async () => {
    const { id } = await written({});
    const names = Array.from({ length: 10 }, (_, n) => `name ${n}`);
    await Promise.all(names.map((name) => patched(id, { meta: { [name]: name } })));
    const { body } = await author.get(`/api/v1/posts/${id}`).expect(200);
    expect(body.meta).toEqual(Object.fromEntries(names.map((name) => [name, name])));
  });

  it('has at most 50 names and 16 KiB, after the change', async () => {
    const names = (count: number, value: string | null = 'v') =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`n${n}`, value]));
    const { id } = await written({ meta: names(50) });
    const refused = (meta: object) => faultOf(author.patch(`/api/v1/posts/${id}`, { meta }));
    expect(await refused({ other: 'v' })).toBe('meta custom');
    await patched(id, { meta: { other: 'v', n0: null } });
    await patched(id, { meta: names(50, null) });
    await patched(id, { meta: { other: '€'.repeat(5459) } }); // 5 bytes of the name, and 3 of each character
    expect(await refused({ other: '€'.repeat(5460) })).toBe('meta custom');
    expect(await refused({ x: 'x'.repeat(3) })).toBe('meta custom');
    for (const meta of [names(51), { a: 'x'.repeat(16_384) }])
      expect(await faultOf(author.post('/api/v1/posts', { title: 'T', body: '', meta }))).toMatch(/^meta/);
  });

  it.each<[string, unknown]>([
    ['a number', { a: 1 }],
    ['an object', { a: {} }],
    ['a list', ['a']],
    ['a text', 'a'],
    ['a blank name', { ' ': 'v' }],
    ['an empty name', { '': 'v' }],
    ['a long name', { ['n'.repeat(201)]: 'v' }],
    ['NUL in a value', { a: '\0' }],
    ['NUL in a name', { 'a\0': 'v' }],
    ['half a character', { a: '\ud800' }],
  ])('is refused with %s', async (_what, meta) => {
    expect(await faultOf(author.post('/api/v1/posts', { title: 'T', body: '', meta }))).toMatch(/^meta/);
    const { id } = await written({});
    expect(await faultOf(author.patch(`/api/v1/posts/${id}`, { meta }))).toMatch(/^meta/);
  });

  it('of a name that JavaScript has a meaning for is stored, or refused', async () => {
    const meta = { constructor: 'a', toString: 'b', hasOwnProperty: 'c' };
    expect((await written({ meta })).meta).toEqual(meta);
    await author.post('/api/v1/posts', '{"title":"T","body":"","meta":{"__proto__":"x"}}').expect(400);
  });
});

describe('pages below pages', () => {
  it('name their parent, are listed by it, and move', async () => {
    const [top, other] = [await aPage(), await aPage()];
    const [one, two] = [await aPage({ parentId: top.id }), await aPage({ parentId: top.id })];
    expect(one.parentId).toBe(top.id);
    for (const { id } of [one, two]) await author.post(`/api/v1/posts/${id}/publish`).expect(200);
    const below = async (parents: string, query = '') =>
      (
        await galley.anyone
          .get(`/api/v1/posts?sort=createdAt&filter[parentId]=${parents}${query}`)
          .expect(200)
      ).body.data.map(({ id }: { id: string }) => id);
    expect(await below(top.id)).toEqual([one.id, two.id]);
    await patched(two.id, { parentId: other.id });
    expect(await below(top.id)).toEqual([one.id]);
    expect(await below(`${top.id},${other.id}`)).toEqual([one.id, two.id]);
    expect(await below(top.id, '&filter[type]=post')).toEqual([]);
    expect((await patched(one.id, { parentId: null })).parentId).toBeNull();
    expect(await below(top.id)).toEqual([]);
  });

  it('are below pages that their author may edit, and nothing else', async () => {
    const [foreign, post] = [await aPage({}, editor), await written({})];
    await editor.post(`/api/v1/posts/${foreign.id}/publish`).expect(200);
    const page = await aPage();
    for (const parentId of [foreign.id, post.id, UNKNOWN]) {
      expect(await faultOf(author.patch(`/api/v1/posts/${page.id}`, { parentId }))).toBe(
        'parentId unknown_page',
      );
      const request = { title: 'T', body: '', type: 'page', parentId };
      expect(await faultOf(author.post('/api/v1/posts', request))).toBe('parentId unknown_page');
    }
    await patched(page.id, { parentId: foreign.id }, editor);
    expect(await parentOf(page.id)).toBe(foreign.id);
  });

  it('are pages: a post has no parent, and a page keeps its type while it has pages below it', async () => {
    const top = await aPage();
    const page = await aPage({ parentId: top.id });
    const request = { title: 'T', body: '', parentId: top.id };
    expect(await faultOf(author.post('/api/v1/posts', request))).toBe('parentId pages_only');
    const { id } = await written({});
    expect(await faultOf(author.patch(`/api/v1/posts/${id}`, { parentId: top.id }))).toBe(
      'parentId pages_only',
    );
    expect(await faultOf(author.patch(`/api/v1/posts/${page.id}`, { type: 'post' }))).toBe('type pages_only');
    const { body } = await author.patch(`/api/v1/posts/${top.id}`, { type: 'post' }).expect(409);
    expect(body.code).toBe('page_has_children');
    await patched(page.id, { type: 'post', parentId: null });
    await patched(top.id, { type: 'post' });
    await patched(id, { type: 'page' });
  });

  it('form no circle', async () => {
    const a = await aPage();
    const b = await aPage({ parentId: a.id });
    const c = await aPage({ parentId: b.id });
    expect(await faultOf(author.patch(`/api/v1/posts/${a.id}`, { parentId: a.id }))).toBe(
      'parentId own_parent',
    );
    for (const { id } of [b, c]) {
      const { body } = await author.patch(`/api/v1/posts/${a.id}`, { parentId: id }).expect(409);
      expect(body.code).toBe('page_cycle');
    }
    await patched(c.id, { parentId: a.id });
    await patched(b.id, { parentId: c.id });
  });

  it('are checked before the version, and against each other after it', async () => {
    const top = await aPage();
    const page = await aPage({ parentId: top.id });
    const status = async (id: string, changes: object) =>
      (await author.patch(`/api/v1/posts/${id}`, changes, { 'if-match': '"9"' })).status;
    expect(await status(page.id, { parentId: UNKNOWN })).toBe(400);
    expect(await status(page.id, { meta: { ' ': 'v' } })).toBe(400);
    expect(await status(page.id, { parentId: null })).toBe(412);
    expect(await status(top.id, { parentId: page.id })).toBe(412);
    expect(await status(top.id, { type: 'post' })).toBe(412);
  });

  it('form no circle either when they move at once', async () => {
    for (let round = 0; round < 5; round++) {
      // Two chains of two: below each other's end, they would be one circle.
      const [a, x] = [await aPage(), await aPage()];
      const [b, y] = [await aPage({ parentId: a.id }), await aPage({ parentId: x.id })];
      const moves = [
        author.patch(`/api/v1/posts/${a.id}`, { parentId: y.id }),
        author.patch(`/api/v1/posts/${x.id}`, { parentId: b.id }),
      ];
      expect((await Promise.all(moves)).map(({ status }) => status).sort()).toEqual([200, 409]);
    }
  });

  it('stay pages below pages when a parent becomes a post at the same time', async () => {
    for (let round = 0; round < 5; round++) {
      const [top, page] = [await aPage(), await aPage()];
      const [placed, changed] = await Promise.all([
        author.patch(`/api/v1/posts/${page.id}`, { parentId: top.id }),
        author.patch(`/api/v1/posts/${top.id}`, { type: 'post' }),
      ]);
      expect(['200 409', '400 200']).toContain(`${placed.status} ${changed.status}`);
    }
  });

  it('move to the top in a new version when their parent is deleted, also in what is cached', async () => {
    const top = await aPage();
    const page = await aPage({ parentId: top.id }, editor);
    await editor.post(`/api/v1/posts/${page.id}/publish`).expect(200);
    const path = `/api/v1/posts/${page.id}`;
    const before = (await galley.anyone.get(path).expect(200)).body;
    expect(before.parentId).toBe(top.id);
    await author.delete(`/api/v1/posts/${top.id}`).expect(204);
    const after = (await galley.anyone.get(path).expect(200)).body;
    expect(after).toEqual({ ...before, parentId: null, version: 3, updatedAt: after.updatedAt });
  });

  it('wait for each other when a page is deleted and moved below its own page at once', async () => {
    const top = await aPage();
    const page = await aPage({ parentId: top.id });
    const waiting = async (type: string, number: number) =>
      (
        await galley.database.query(
          `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
           WHERE locktype = '${type}' AND NOT granted AND datname = current_database()`,
        )
      ).length === number;
    const held = new pg.Client({ connectionString: galley.database.url });
    await held.connect();
    await held.query('BEGIN');
    await held.query('SELECT FROM posts WHERE id = $1 FOR UPDATE', [top.id]);
    const deleted = author.delete(`/api/v1/posts/${top.id}`).then(({ status }) => status);
    await until(() => waiting('transactionid', 1));
    const moved = author.patch(`/api/v1/posts/${top.id}`, { parentId: page.id }).then(({ status }) => status);
    await until(() => waiting('advisory', 1)); // Otherwise it would have the page that the other one needs.
    await held.query('COMMIT');
    await held.end();
    expect(await Promise.all([deleted, moved])).toEqual([204, 404]);
    expect(await parentOf(page.id)).toBeNull();
  });

  it('survive a parent that is deleted while they are placed below it', async () => {
    for (let round = 0; round < 5; round++) {
      const top = await aPage();
      const page = await aPage({ parentId: top.id });
      const [deleted, ...others] = await Promise.all([
        author.delete(`/api/v1/posts/${top.id}`),
        author.patch(`/api/v1/posts/${page.id}`, { parentId: top.id }),
        author.post('/api/v1/posts', { title: 'T', body: '', type: 'page', parentId: top.id }),
      ]);
      expect(deleted.status).toBe(204);
      for (const { status } of others) expect([200, 201, 400]).toContain(status);
      expect(await parentOf(page.id)).toBeNull();
    }
  });
});
