import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { command } from './support/command.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { type Galley, startGalley } from './support/galley.js';
import { renderComment, renderPost } from './support/rendering.js';

const COLUMNS = `id, type, slug, title, excerpt, body, html, summary, status, published_at, scheduled_at, created_at,
  updated_at, author_id, comment_count, version, featured, meta, parent_id`;

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley();
  const { code, errors } = await seed('300');
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
});
afterAll(() => galley.stop());

const seed = (posts: string, settings?: Record<string, string>, database: TestDatabase = galley.database) =>
  command(['seed', '--posts', posts], database.url, { settings });

/** The seeded data without values that differ between databases: the ids of tags and the time of the import. */
async function everything(database: TestDatabase): Promise<unknown[]> {
  return [
    await database.query(`SELECT ${COLUMNS} FROM posts ORDER BY id`),
    await database.query('SELECT id, name, email, bio, role, created_at FROM users ORDER BY id'),
    await database.query(`SELECT p.slug, t.slug AS tag, t.name, position FROM post_tags pt
      JOIN posts p ON p.id = post_id JOIN tags t ON t.id = tag_id ORDER BY 1, 4`),
    await database.query(`SELECT id, post_id, parent_id, author_id, guest_name, body, html, status, created_at
      FROM comments ORDER BY id`),
  ];
}

describe('galley seed', () => {
  it('makes posts and pages in all states, with authors, tags and threads of comments', async () => {
    const [row] = await galley.database
      .query(`SELECT count(*)::int AS posts, count(DISTINCT status)::int AS states,
      count(DISTINCT type)::int AS types, count(DISTINCT author_id)::int AS authors, count(DISTINCT body) > 100 AS varied,
      (SELECT count(*) > 100 FROM comments) AS discussed, (SELECT count(parent_id) > 20 FROM comments) AS threaded,
      (SELECT count(DISTINCT post_id) = 300 FROM post_tags) AS tagged FROM posts`);
    const all = { posts: 300, states: 4, types: 2, authors: 20 };
    expect(row).toEqual({ ...all, varied: true, discussed: true, threaded: true, tagged: true });
    const { body } = await galley.anyone.get('/api/v1/posts').expect(200);
    expect(body.data).toHaveLength(20);
    expect(body.data[0]).toMatchObject({ createdAt: '2025-12-31T23:35:00Z' });
  });

  it('features some posts, and places some pages below others', async () => {
    const [row] = await galley.database.query(`
      SELECT count(*) FILTER (WHERE featured)::int AS featured, count(parent_id) > 0 AS nested,
        count(*) FILTER (WHERE type = 'page' AND parent_id IS NULL) > 0 AS top FROM posts`);
    expect(row).toEqual({ featured: 12, nested: true, top: true });
  });

  it('renders and counts as the API does', async () => {
    const posts = await galley.database.query<{ body: string; html: string; summary: string }>(
      'SELECT * FROM posts',
    );
    for (const { body, html, summary } of posts)
      expect(renderPost(body, 'markdown')).toMatchObject({ html, summary });
    const comments = await galley.database.query<{ body: string; html: string }>('SELECT * FROM comments');
    for (const { body, html } of comments) expect(html).toBe(renderComment(body));
    const wrong = await galley.database.query(`SELECT 1 FROM posts p WHERE comment_count <>
      (SELECT count(*) FROM comments c WHERE c.post_id = p.id AND c.status = 'visible')`);
    expect(wrong).toEqual([]);
  });

  it('makes the same each time, and the first posts of many are the posts of few', async () => {
    const other = await createTestDatabase();
    try {
      expect((await seed('100', {}, other)).code).toBe(0);
      const grown = await seed('300', {}, other);
      expect(grown.output).toMatch(/^Created \d+ posts, \d+ pages, \d+ comments, 0 authors, 0 tags\./);
      expect(await everything(other)).toEqual(await everything(galley.database));
    } finally {
      await other.drop();
    }
  });

  it('changes nothing when it runs again, not even what was edited', async () => {
    const admin = galley.as(await galley.aUser({ role: 'admin' }));
    const { body } = await admin.get('/api/v1/posts?limit=1').expect(200);
    await admin.patch(`/api/v1/posts/${body.data[0].id}`, { title: 'Edited' }).expect(200);
    const before = await everything(galley.database);
    const again = await seed('300');
    expect(again.output).toMatch(/^Created 0 posts, 0 pages, 0 comments, 0 authors, 0 tags\./);
    expect(await everything(galley.database)).toEqual(before);
  });

  it('names an account to log in with', async () => {
    const [, email, password] = /^To log in: (\S+), (.+)$/m.exec((await seed('1')).output) ?? [];
    const login = await galley.anyone.post('/api/v1/auth/login', { email, password }).expect(200);
    expect(login.body.user).toMatchObject({ name: 'Ada Lovelace', role: 'author' });
  });

  it.each(['production', 'staging'])('is refused with NODE_ENV=%s', async (environment) => {
    const empty = await createTestDatabase();
    try {
      const { code, output, errors } = await seed('1', { NODE_ENV: environment }, empty);
      expect({ code, output }).toEqual({ code: 1, output: '' });
      expect(errors).toBe(
        `seed creates accounts with a publicly known password, so it does not run with NODE_ENV=${environment}\n`,
      );
      expect(await empty.query('SELECT 1 FROM users')).toEqual([]);
    } finally {
      await empty.drop();
    }
  });

  it.each(['0', '-1', 'many', '1000001', '1e3'])('wants a number of posts, and not %s', async (posts) => {
    const { code, errors } = await seed(posts);
    expect(code).toBe(1);
    expect(errors).toMatch(/--posts must be a whole number from 1 to 1000000|argument/);
  });
});
