import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Galley, startGalley } from './support/galley.js';
import { until } from './support/until.js';

interface Row {
  type: string;
  position: string | null;
  resource_id: string;
  resource_version: number;
  is_public: boolean;
  data: Record<string, unknown>;
}

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley();
});
afterAll(() => galley.stop());

const eventsOf = (id: string) =>
  galley.database.query<Row>('SELECT * FROM events WHERE resource_id = $1 ORDER BY seq', [id]);

const placed = () =>
  until(async () => {
    const [row] = await galley.database.query('SELECT 1 FROM events WHERE position IS NULL LIMIT 1');
    return row === undefined;
  });

describe('the log of events', () => {
  it('contains each change of a post, in order, with the version and whether callers could see it', async () => {
    const author = await galley.aUser({ role: 'author' });
    const posts = galley.as(author);
    const { body: post } = await posts.post('/api/v1/posts', { title: 'One', body: 'Words.' }).expect(201);
    const path = `/api/v1/posts/${post.id}`;
    await posts.patch(path, { title: 'Two' }).expect(200);
    await posts.post(`${path}/publish`).expect(200);
    await posts.patch(path, { title: 'Three' }).expect(200);
    await posts.post(`${path}/unpublish`).expect(200);
    await posts.post(`${path}/archive`).expect(200);
    await posts.post(`${path}/restore`).expect(200);
    await posts.delete(path).expect(204);
    const rows = await eventsOf(post.id);
    expect(rows.map((row) => [row.type, row.resource_version, row.is_public, row.data.title])).toEqual([
      ['post.created', 1, false, 'One'],
      ['post.updated', 2, false, 'Two'],
      ['post.published', 3, true, 'Two'],
      ['post.updated', 4, true, 'Three'],
      ['post.unpublished', 5, true, 'Three'],
      ['post.archived', 6, false, 'Three'],
      ['post.updated', 7, false, 'Three'],
      ['post.deleted', 7, false, 'Three'],
    ]);
    expect(rows.filter(({ data }) => 'body' in data || 'html' in data)).toEqual([]);
    await placed();
    const positions = (await eventsOf(post.id)).map(({ position }) => Number(position));
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  });

  it('contains the beginning of a text that only an import can store', async () => {
    const author = await galley.aUser({ role: 'author' });
    const { id } = await galley.aPost({ author });
    await galley.database.query(`UPDATE posts SET excerpt = repeat('x', 100000) WHERE id = $1`, [id]);
    await galley.as(author).patch(`/api/v1/posts/${id}`, { featured: true }).expect(200);
    const [, updated] = await eventsOf(id);
    expect([updated?.data.featured, (updated?.data.excerpt as string).length]).toEqual([true, 20_000]);
  });

  it('contains nothing of a change that was rejected', async () => {
    const author = await galley.aUser({ role: 'author' });
    const post = await galley.aPost({ author, status: 'published' });
    const before = (await eventsOf(post.id)).length;
    await galley.as(author).post(`/api/v1/posts/${post.id}/publish`).expect(409);
    await galley.as(author).patch(`/api/v1/posts/${post.id}`, { title: '' }).expect(400);
    expect(await eventsOf(post.id)).toHaveLength(before);
  });

  it('contains the comments, which readers learn of if they can see them', async () => {
    const post = await galley.aPost({ status: 'published' });
    const reader = await galley.aUser();
    const { body: comment } = await galley
      .as(reader)
      .post(`/api/v1/posts/${post.id}/comments`, { body: 'Well said.' })
      .expect(201);
    await galley.as(reader).patch(`/api/v1/comments/${comment.id}`, { body: 'Said.' }).expect(200);
    const editor = galley.as(await galley.aUser({ role: 'editor' }));
    await editor.post(`/api/v1/comments/${comment.id}/moderate`, { status: 'hidden' }).expect(200);
    await editor.delete(`/api/v1/comments/${comment.id}`).expect(204);
    expect((await eventsOf(comment.id)).map((row) => [row.type, row.is_public, row.data.body])).toEqual([
      ['comment.created', true, 'Well said.'],
      ['comment.updated', true, 'Said.'],
      ['comment.moderated', true, 'Said.'],
      ['comment.deleted', false, 'Said.'],
    ]);
  });

  it('has positions without gaps, whoever commits late', async () => {
    const author = await galley.aUser({ role: 'author' });
    const write = (n: number) =>
      galley
        .as(author)
        .post('/api/v1/posts', { title: `Post ${n}`, body: 'Words.' })
        .expect(201);
    await Promise.all(Array.from({ length: 40 }, (_, n) => write(n)));
    await placed();
    const [row] = await galley.database.query<{ fits: boolean }>(
      `SELECT count(*) = max(position) AND max(position) = (SELECT head FROM event_log) AS fits FROM events`,
    );
    expect(row).toEqual({ fits: true });
  });
});

describe('a process that ended between its commit and the invalidation of the cache', () => {
  it('leaves no other process with the old post', async () => {
    const post = await galley.aPost({ status: 'published' });
    await placed();
    const other = await startGalley({}, galley.database);
    try {
      const path = `/api/v1/posts/${post.id}`;
      const titleThere = async () => (await other.anyone.get(path).expect(200)).body.title as string;
      await titleThere();
      await galley.database.query(`UPDATE posts SET title = 'Changed' WHERE id = $1`, [post.id]);
      expect(await titleThere()).not.toBe('Changed'); // It is in the cache of that process.
      await galley.database.query(
        `INSERT INTO events (id, type, resource_type, is_public, data)
         VALUES (gen_random_uuid(), 'cache.invalidated', 'cache', false, $1)`,
        [{ tags: [`post:${post.id}`], process: 'one that ended' }],
      );
      await until(async () => (await titleThere()) === 'Changed');
    } finally {
      await other.stop();
    }
  });
});
