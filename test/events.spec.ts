import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../src/platform/database/database.js';
import type { EventConsumer } from '../src/platform/events/event-consumer.js';
import { EventConsumers } from '../src/platform/events/event-consumers.js';
import { EventTail } from '../src/platform/events/event-tail.js';
import { Events } from '../src/platform/events/events.js';
import { EventsRepository } from '../src/platform/events/events.repository.js';
import { areEventsPlaced } from './support/event-log.js';
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

const placed = () => until(() => areEventsPlaced(galley));

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
    // It trusts nothing that was cached before it looked at the log for the first time.
    await until(() => other.app.get(EventTail).head !== undefined);
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

/** Records events that clients never see. @returns their ids */
const recorded = (type: string, count: number) =>
  galley.app.get(Database).transaction(() =>
    galley.app.get(Events).record(
      ...Array.from({ length: count }, () => ({
        type,
        resource: { type: 'note', id: null, version: null },
        ...{ actorId: null, isPublic: false, isSilent: true },
      })),
    ),
  );

/** Adds a consumer to the app and waits until it has a position. */
async function consuming(consumer: EventConsumer): Promise<void> {
  galley.app.get(EventConsumers).add(consumer);
  await until(async () => (await positionOf(consumer.name)) !== undefined);
}

async function positionOf(name: string): Promise<number | undefined> {
  const [row] = await galley.database.query<{ position: string }>(
    'SELECT position FROM event_consumers WHERE name = $1',
    [name],
  );
  return row && Number(row.position);
}

describe('a consumer', () => {
  it('continues after an event that it cannot take, which becomes a job that administrators can retry', async () => {
    const taken: string[] = [];
    let broken: string | undefined;
    await consuming({
      name: 'strict',
      types: ['note.strict'],
      take(events) {
        if (events.some(({ id }) => id === broken)) throw new Error('This note is not readable');
        taken.push(...events.map(({ id }) => id));
        return Promise.resolve();
      },
    });
    const ids = await galley.app.get(Database).transaction(async () => {
      const all = await recorded('note.strict', 5);
      broken = all[2];
      return all;
    });
    const others = ids.filter((id) => id !== broken);
    await until(() => others.every((id) => taken.includes(id)));
    expect(taken).toEqual(others);

    const admin = galley.as(await galley.aUser({ role: 'admin' }));
    const job = async () =>
      (await admin.get('/api/v1/admin/jobs?filter[name]=take-event').expect(200)).body.data[0];
    await until(async () => (await job())?.state === 'failed');
    expect(await job()).toMatchObject({ lastError: 'This note is not readable' });
    broken = undefined;
    await admin.post(`/api/v1/admin/jobs/${(await job()).id}/retry`, {});
    await until(() => taken.includes(ids[2] as string));
    expect(taken).toHaveLength(ids.length);
  });

  it('locks nothing while it waits for another server', async () => {
    const answer = Promise.withResolvers<void>();
    let isWaiting = false;
    await consuming({
      name: 'remote',
      types: ['note.remote'],
      isRepeatable: true,
      take: () => ((isWaiting = true), answer.promise),
    });
    const before = await positionOf('remote');
    await recorded('note.remote', 1);
    await until(() => isWaiting);
    await galley.database.query(`SELECT 1 FROM event_consumers WHERE name = 'remote' FOR UPDATE NOWAIT`);
    expect(await positionOf('remote')).toBe(before);
    answer.resolve();
    await until(async () => ((await positionOf('remote')) as number) > (before as number));
  });

  it('finds its event behind many of other types', async () => {
    const taken: string[] = [];
    await consuming({
      name: 'patient',
      types: ['note.rare'],
      take(events) {
        taken.push(...events.map(({ id }) => id));
        return Promise.resolve();
      },
    });
    await recorded('note.frequent', 12_000);
    const ids = await recorded('note.rare', 1);
    await until(() => taken.length > 0);
    expect(taken).toEqual(ids);
  });
});

describe('old events', () => {
  it('are deleted from the beginning of the log, up to the first one that is young or not taken', async () => {
    await placed();
    const events = galley.app.get(EventsRepository);
    const deleted = () => events.transaction(() => events.deleteOld(30, 500));
    await recorded('note.old', 5);
    await placed();
    await galley.database.query(
      `UPDATE events SET occurred_at = now() - interval '31 days'
       WHERE type = 'note.old' OR position < (SELECT min(position) FROM events WHERE type = 'note.old')`,
    );
    await galley.database.query(
      `UPDATE events SET occurred_at = now()
       WHERE position = (SELECT min(position) + 2 FROM events WHERE type = 'note.old')`,
    );
    await until(async () => {
      const [row] = await galley.database.query<{ taken: boolean }>(
        `SELECT min(c.position) >= (SELECT max(position) FROM events) AS taken FROM event_consumers c`,
      );
      return row?.taken;
    });
    await until(async () => (await deleted()) === 0);
    const left = await galley.database.query(`SELECT 1 FROM events WHERE type = 'note.old'`);
    const [log] = await galley.database.query<{ fits: boolean }>(
      `SELECT floor = (SELECT min(position) - 1 FROM events) AS fits FROM event_log`,
    );
    expect([left.length, log]).toEqual([3, { fits: true }]);
  });
});
