import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { OldSlugs } from '../src/posts/old-slugs.js';
import { answered } from './support/answered.js';
import type { Person } from './support/builders.js';
import { type Galley, startGalley } from './support/galley.js';
import { wxr, wxrItem, wxrMeta } from './support/import-files.js';
import { locksAwaited } from './support/lock-waits.js';
import { until } from './support/until.js';

let galley: Galley;
let author: Person;
let admin: Person;
beforeAll(async () => {
  galley = await startGalley();
  author = await galley.aUser();
  admin = await galley.aUser({ role: 'admin' });
});
afterAll(() => galley.stop());

const path = (slug: string) => `/api/v1/posts/${slug}`;
const aPublished = (slug: string) => galley.aPost({ author, status: 'published', slug });
const rename = (id: string, slug: string) => galley.as(author).patch(path(id), { slug }).expect(200);
const create = (request: object) =>
  galley.as(author).post('/api/v1/posts', { title: 'T', body: '', ...request });
const importing = (...items: string[]) =>
  galley.as(admin).send('POST', '/api/v1/posts/import', {
    body: wxr(items.join('')),
    headers: { 'content-type': 'application/xml' },
  });

describe('a former slug', () => {
  it('leads to the post with 301 and a relative Location, for GET and HEAD, for everybody who can see it', async () => {
    const { id } = await aPublished('first-name');
    await rename(id, 'second-name');
    await rename(id, 'third-name');
    for (const client of [galley.anyone, galley.as(author)])
      for (const method of ['GET', 'HEAD'])
        for (const old of ['first-name', 'second-name']) {
          const { headers, text } = await client.send(method, path(old)).expect(301);
          expect([headers.get('location'), text]).toEqual([path('third-name'), '']);
        }
    const { headers } = await galley.anyone.get(`${path('first-name')}?x=1`);
    expect(headers.get('location')).toBeNull(); // A parameter that does not exist is a fault first.
    const caching = (await galley.anyone.get(path('first-name')).expect(301)).headers.get('cache-control');
    expect(caching).toBe('public, max-age=0, must-revalidate');
  });

  it('leads nowhere while the post is not public, and never for a post that was never public', async () => {
    const { id } = await aPublished('seen');
    await rename(id, 'seen-again');
    await galley.anyone.get(path('seen')).expect(301);
    await galley
      .as(author)
      .post(`${path(id)}/unpublish`)
      .expect(200);
    await galley.anyone.get(path('seen')).expect(404);
    await galley.as(author).get(path('seen')).expect(301);
    const draft = await galley.aPost({ author, slug: 'unseen' });
    await rename(draft.id, 'unseen-again');
    await galley.as(author).get(path('unseen')).expect(404);
    await create({ slug: 'unseen' }).expect(201);
  });

  it('is not given to another post, by its name or by its title', async () => {
    const { id } = await aPublished('reserved');
    await rename(id, 'elsewhere');
    expect((await create({ slug: 'reserved' }).expect(409)).body.code).toBe('slug_taken');
    const other = await aPublished('another');
    const refused = await galley.as(author).patch(path(other.id), { slug: 'reserved' }).expect(409);
    expect(refused.body.code).toBe('slug_taken');
    expect((await create({ title: 'Reserved' }).expect(201)).body.slug).toBe('reserved-2');
    await galley.anyone.get(path('reserved')).expect(301);
  });

  it('can be taken up again by its own post, and the other one then leads to it', async () => {
    const { id } = await aPublished('there');
    await rename(id, 'away');
    await rename(id, 'there');
    await galley.anyone.get(path('there')).expect(200);
    expect((await galley.anyone.get(path('away')).expect(301)).headers.get('location')).toBe(path('there'));
  });

  it('is taken by one of two requests, one of which gives it up', async () => {
    for (let n = 0; n < 10; n++) {
      const { id } = await aPublished(`raced-${n}`);
      const [renamed, made] = await Promise.all([
        answered(() => galley.as(author).patch(path(id), { slug: `renamed-${n}` })),
        answered(() => create({ slug: `raced-${n}`, status: 'published' })),
      ]);
      expect([renamed.status, made.status]).toEqual([200, 409]);
    }
  });

  it('is given to no new post whose title or import leads to it while its post gives it up', async () => {
    const { id } = await aPublished('given-up');
    const renaming = new pg.Client({ connectionString: galley.database.url });
    await renaming.connect();
    try {
      await renaming.query('BEGIN');
      await renaming.query(`UPDATE posts SET slug = 'given-away' WHERE id = $1`, [id]);
      await renaming.query(`INSERT INTO old_slugs (slug, post_id) VALUES ('given-up', $1)`, [id]);
      const made = answered(() => create({ title: 'Given up' }));
      const imported = answered(() => importing(wxrItem({ 'wp:post_id': '9', 'wp:post_name': 'given-up' })));
      await until(async () => (await locksAwaited(galley.database, '%INSERT INTO posts%')) === 2);
      await renaming.query('COMMIT');
      expect([(await made).status, (await imported).status]).toEqual([201, 200]);
    } finally {
      await renaming.end();
    }
    const slugs = await galley.database.query<{ slug: string }>(
      `SELECT slug FROM posts WHERE slug LIKE 'given-%' ORDER BY slug`,
    );
    expect(slugs.map(({ slug }) => slug)).toEqual(['given-away', 'given-up-2', 'given-up-3']);
  });

  it('is free after SLUG_HISTORY_DAYS, and when its post is deleted', async () => {
    const { id } = await aPublished('aged');
    await rename(id, 'young');
    await galley.database.query(
      `UPDATE old_slugs SET replaced_at = now() - interval '366 days' WHERE slug = 'aged'`,
    );
    expect(await galley.app.get(OldSlugs).purge(100)).toBe(1);
    await galley.anyone.get(path('aged')).expect(404);
    await create({ slug: 'aged' }).expect(201);
    const gone = await aPublished('going');
    await rename(gone.id, 'gone');
    await galley.as(author).delete(path(gone.id)).expect(204);
    await galley.anyone.get(path('going')).expect(404);
    await create({ slug: 'going' }).expect(201);
  });
});

describe('an import', () => {
  it('brings the former slugs of WordPress, behind the present slugs of the file', async () => {
    const item = (id: string, slug: string, ...old: string[]) =>
      wxrItem(
        { 'wp:post_id': id, 'wp:post_name': slug },
        wxrMeta(...old.map((one): [string, string] => ['_wp_old_slug', one])),
      );
    const items = [
      item('1', 'Now_1.0', 'was', 'caf%C3%A9', 'kept', 'a%2Fb'),
      item('2', 'kept'),
      item('3', '%e6%97%a5%e6%9c%ac'),
    ];
    const { body } = await importing(...items).expect(200);
    for (const old of ['was', encodeURIComponent('café')])
      expect((await galley.anyone.get(path(old)).expect(301)).headers.get('location')).toBe(path('Now_1.0'));
    await galley.anyone.get(path('kept')).expect(200);
    await galley.anyone.get(path(encodeURIComponent('日本'))).expect(200);
    expect(JSON.stringify(body)).toMatch(/its former slug .{1,3}kept.{1,3} does not lead to it/);
    expect(JSON.stringify(body)).toMatch(/its former slug .{1,3}a\/b.{1,3} does not lead to it/);
  });
});
