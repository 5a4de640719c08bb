import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from './support/builders.js';
import { WaitingReaders } from '../src/changes/waiting-readers.js';
import { EventsRepository } from '../src/platform/events/events.repository.js';
import { Lifecycle } from '../src/platform/lifecycle/lifecycle.js';
import type { Client } from './support/client.js';
import { areEventsPlaced } from './support/event-log.js';
import { type Galley, startGalley } from './support/galley.js';
import { ghost } from './support/import-files.js';
import { until } from './support/until.js';

interface Change {
  type: string;
  at: string;
  resource: { type: string; id: string; version: number };
  data?: Record<string, any>;
}

let galley: Galley;
let author: Person;
let editor: Client;
let admin: Client;
beforeAll(async () => {
  galley = await startGalley();
  author = await galley.aUser({ role: 'author' });
  editor = galley.as(await galley.aUser({ role: 'editor' }));
  admin = galley.as(await galley.aUser({ role: 'admin' }));
});
afterAll(() => galley.stop());

const PATH = '/api/v1/changes';
const read = async (by: Client, query: string) => (await by.get(`${PATH}?${query}`).expect(200)).body;

/** Waits until all committed events have their positions. */
const placed = () => until(() => areEventsPlaced(galley));

/** Reads all changes of a caller from a cursor. */
async function since(cursor: string, by: Client = galley.anyone, query = ''): Promise<Change[]> {
  await placed();
  const changes: Change[] = [];
  for (let next = cursor; ;) {
    const { data, meta } = await read(by, `cursor=${next}${query}`);
    changes.push(...data);
    next = meta.nextCursor;
    if (!meta.hasMore) return changes;
  }
}

async function cursorNow(by: Client = galley.anyone): Promise<string> {
  await placed();
  return (await read(by, '')).meta.nextCursor;
}

const said = (changes: Change[]) =>
  changes.map(({ type, resource, data }) => [type, resource.id, data !== undefined]);
const published = (fields: object = {}) =>
  galley
    .as(author)
    .post('/api/v1/posts', { title: `Post ${randomUUID()}`, body: 'Words.', status: 'published', ...fields })
    .expect(201)
    .then(({ body }) => body);

describe('GET /changes', () => {
  it('begins at the present end, and is not stored by caches', async () => {
    await published();
    await placed();
    const { body, headers } = await galley.anyone.get(PATH).expect(200);
    expect(body).toEqual({ data: [], meta: { nextCursor: expect.any(String), hasMore: false } });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('shows what the public can read of a post, byte for byte as its GET, until it is gone', async () => {
    const start = await cursorNow();
    const posts = galley.as(author);
    const { body: post } = await posts
      .post('/api/v1/posts', { title: 'One', body: 'Some *words*.', tags: ['Ink', 'Paper'] })
      .expect(201);
    const path = `/api/v1/posts/${post.id}`;
    await posts.post(`${path}/publish`).expect(200);
    const whole = await galley.anyone.get(path).expect(200);
    const [first, ...others] = await since(start);
    expect([first?.type, others]).toEqual(['post.published', []]);
    expect(JSON.stringify(first?.data)).toBe(whole.text);
    // Only those who may edit the post learn whether it has a private edit.
    const own = await posts.get(path).expect(200);
    expect(own.text).toBe(whole.text.replace(/\}$/, ',"pendingRevision":null}'));

    const middle = await cursorNow();
    await posts.post(`${path}/unpublish`).expect(200);
    await posts.patch(path, { title: 'Secret' }).expect(200);
    expect(said(await since(middle))).toEqual([['post.unpublished', post.id, false]]);
    expect(said(await since(middle, posts))).toEqual([
      ['post.unpublished', post.id, true],
      ['post.updated', post.id, true],
    ]);
    await posts.delete(path).expect(204);
    expect(said(await since(start, editor, '&types=post.*')).at(-1)).toEqual([
      'post.deleted',
      post.id,
      false,
    ]);
    expect((await since(start)).map(({ type }) => type)).not.toContain('post.deleted');
  });

  it('tells in its cursors nothing about what the caller cannot see', async () => {
    const cursors = [await cursorNow()];
    await galley.as(author).post('/api/v1/posts', { title: 'Hidden', body: 'B' }).expect(201);
    cursors.push(await cursorNow(), await cursorNow());
    const [end] = await galley.database.query<{ mark: string }>(
      'SELECT right(id::text, 12) AS mark FROM events ORDER BY position DESC LIMIT 1',
    );
    const readable = cursors.map((cursor) =>
      cursor
        .split('.')
        .map((part) => Buffer.from(part, 'base64url').toString('latin1'))
        .join(),
    );
    expect(readable.join()).not.toContain(end?.mark);
    // Neither their equality nor their length shows whether something has happened.
    expect(new Set(cursors).size).toBe(3);
    expect(new Set(cursors.map(({ length }) => length)).size).toBe(1);
  });

  it('filters by type, and names the types that exist', async () => {
    const start = await cursorNow();
    const post = await published();
    await galley.as(author).post(`/api/v1/posts/${post.id}/comments`, { body: 'Mine.' }).expect(201);
    const types = async (query: string) =>
      (await since(start, galley.anyone, `&types=${query}`)).map(({ type }) => type);
    expect(await types('comment.*')).toEqual(['comment.created']);
    expect(await types('post.published,comment.deleted')).toEqual(['post.published']);
    expect(await types('*')).toEqual(['post.created', 'post.published', 'post.updated', 'comment.created']);
    for (const unknown of ['posts.*', 'cache.invalidated']) {
      const { body } = await galley.anyone.get(`${PATH}?types=${unknown}`).expect(400);
      expect(body.errors[0]).toMatchObject({
        path: 'types',
        message: expect.stringContaining('post.published'),
      });
    }
  });

  it('reads on from each cursor without a gap and without a repetition', async () => {
    const start = await cursorNow();
    const posts = [];
    for (let n = 0; n < 7; n++) posts.push((await published()).id);
    await placed();
    const seen: string[] = [];
    for (let cursor = start, hasMore = true; hasMore;) {
      const { data, meta } = await read(galley.anyone, `cursor=${cursor}&limit=2&types=post.published`);
      expect(data.length).toBeLessThanOrEqual(2);
      seen.push(...data.map(({ resource }: Change) => resource.id));
      ({ nextCursor: cursor, hasMore } = meta);
    }
    expect(seen).toEqual(posts);
  });

  it('shows no more posts than fit into a response', async () => {
    const start = await cursorNow();
    const body = 'word '.repeat(190_000);
    const ids = [];
    for (let n = 0; n < 4; n++) ids.push((await published({ body })).id);
    await placed();
    const first = await read(galley.anyone, `cursor=${start}&types=post.published`);
    expect([first.data.length, first.meta.hasMore]).toEqual([2, true]);
    expect(
      (await since(start, galley.anyone, '&types=post.published')).map(({ resource }) => resource.id),
    ).toEqual(ids);
  });

  it('counts the texts of all types for it', async () => {
    const start = await cursorNow();
    const post = await published();
    const ids = [];
    for (let n = 0; n < 3; n++) ids.push((await galley.aComment({ post })).id);
    await galley.database.query(`UPDATE comments SET html = repeat('x', 2000000) WHERE post_id = $1`, [
      post.id,
    ]);
    await galley.database.query(`UPDATE posts SET excerpt = repeat('x', 100000) WHERE id = $1`, [post.id]);
    await placed();
    const { data } = await read(galley.anyone, `cursor=${start}&types=comment.*,post.*`);
    expect(JSON.stringify(data).length).toBeLessThan(4.5 * 1024 * 1024);
    const comments = (await since(start, galley.anyone, '&types=comment.created')).map(
      ({ resource }) => resource.id,
    );
    expect(comments).toEqual(ids);
  });

  it('tells nothing by its length about what the caller cannot see', async () => {
    const start = await cursorNow();
    const { id } = await published();
    await galley.as(author).post(`/api/v1/posts/${id}/unpublish`).expect(200);
    await galley.database.query(`UPDATE posts SET html = repeat('x', 5000000) WHERE id = $1`, [id]);
    await published();
    await placed();
    const { data } = await read(galley.anyone, `cursor=${start}&types=post.published,post.unpublished`);
    const types = data.map(({ type }: Change) => type);
    expect(types).toEqual(['post.published', 'post.unpublished', 'post.published']);
  });

  it('rejects cursors that it did not issue', async () => {
    const { nextCursor: ofList } = (await galley.anyone.get('/api/v1/posts?limit=1').expect(200)).body.meta;
    for (const cursor of ['x', `${await cursorNow()}x`, ofList])
      expect((await galley.anyone.get(`${PATH}?cursor=${cursor}`).expect(400)).body.code).toBe(
        'invalid_cursor',
      );
  });
});

describe('what changes the view of a post without a new version', () => {
  it('is a change of the post for its comments', async () => {
    const post = await published();
    const start = await cursorNow();
    const { body: comment } = await editor
      .post(`/api/v1/posts/${post.id}/comments`, { body: 'Yes.' })
      .expect(201);
    const [counted, made] = await since(start);
    expect([counted?.type, counted?.data?.commentCount, counted?.resource.version]).toEqual([
      'post.updated',
      1,
      1,
    ]);
    const whole = await galley.anyone.get(`/api/v1/comments/${comment.id}`).expect(200);
    expect(JSON.stringify(made?.data)).toBe(whole.text);
  });

  it('is a change of the tag for its tags, which shows the name and what replaces it', async () => {
    const [a, b] = [`A${randomUUID()}`, `B${randomUUID()}`];
    const { tags } = await published({ tags: [a, b] });
    const [one, two] = tags.map(({ slug }: { slug: string }) => slug);
    const start = await cursorNow();
    await editor.patch(`/api/v1/tags/${one}`, { name: `${a}!` }).expect(200);
    await editor.post(`/api/v1/tags/${one}/merge`, { into: two }).expect(200);
    await editor.delete(`/api/v1/tags/${two}`).expect(204);
    const changes = await since(start);
    expect(said(changes)).toEqual([
      ['tag.merged', one, true],
      ['tag.deleted', two, false],
    ]);
    expect(changes[0]?.data).toMatchObject({ slug: two, name: b });
  });

  it('is a change of the tag, which only those learn of who can see a post with it', async () => {
    const name = `Draft ${randomUUID()}`;
    const start = await cursorNow();
    const { body: draft } = await galley
      .as(author)
      .post('/api/v1/posts', { title: 'T', body: 'B', tags: [name] })
      .expect(201);
    const { slug } = draft.tags[0];
    await editor.patch(`/api/v1/tags/${slug}`, { name: `${name}!` }).expect(200);
    const types = async (by: Client) => (await since(start, by, '&types=tag.*')).map(({ type }) => type);
    expect(await types(galley.anyone)).toEqual([]);
    expect(await types(galley.as(author))).toEqual(['tag.updated']);
    expect(await types(editor)).toEqual(['tag.created', 'tag.updated']);
    await editor.delete(`/api/v1/tags/${slug}`).expect(204);
    expect(await types(galley.anyone)).toEqual([]);
    expect(await types(galley.as(author))).toEqual(['tag.deleted']);
  });

  it('is a change of the account for its name, which only those learn of who can read it somewhere', async () => {
    const person = await galley.aUser({ role: 'author' });
    const start = await cursorNow();
    await galley.as(person).patch('/api/v1/users/me', { name: 'Quiet' }).expect(200);
    expect(await since(start)).toEqual([]);
    expect((await since(start, admin)).map(({ data }) => data?.email)).toEqual([person.email]);
    await galley.aPost({ author: person, status: 'published' });
    const { body: profile } = await galley.anyone.get(`/api/v1/users/${person.id}`).expect(200);
    // Others change these numbers. They are no part of the version.
    const { followerCount: _followers, followingCount: _following, ...own } = profile;
    const [change] = await since(start, galley.anyone, '&types=user.*');
    expect(JSON.stringify(change?.data)).toBe(JSON.stringify(own));
    await admin.post(`/api/v1/users/${person.id}/disable`).expect(200);
    expect(
      (await since(start, galley.anyone, '&types=user.*')).map(({ type, data }) => [type, data]),
    ).toEqual(
      ['user.updated', 'user.disabled'].map((type) => [
        type,
        { id: person.id, name: 'Quiet', avatarUrl: null, active: false },
      ]),
    );
  });

  it('is a change of the placeholder for a reply below it', async () => {
    const post = await galley.aPost({ author, status: 'published' });
    const parent = await galley.aComment({ post });
    await editor.post(`/api/v1/comments/${parent.id}/moderate`, { status: 'hidden' }).expect(200);
    const start = await cursorNow();
    const { body: reply } = await editor
      .post(`/api/v1/posts/${post.id}/comments`, { body: 'Well.', parentId: parent.id })
      .expect(201);
    const placeOf = async (from: string) =>
      (await since(from)).find(({ resource }) => resource.id === parent.id)?.data;
    expect(await placeOf(start)).toEqual((await galley.anyone.get(`/api/v1/comments/${parent.id}`)).body);
    const middle = await cursorNow();
    await editor.post(`/api/v1/comments/${parent.id}/moderate`, { status: 'pending' }).expect(200);
    expect(await placeOf(middle)).toMatchObject({ status: 'deleted', body: '', version: 3 });
    const end = await cursorNow();
    await editor.delete(`/api/v1/comments/${reply.id}`).expect(204);
    const gone = (await since(end)).filter(({ resource }) => resource.type === 'comment');
    expect(said(gone)).toEqual(
      expect.arrayContaining([
        ['comment.updated', parent.id, false],
        ['comment.deleted', reply.id, false],
      ]),
    );
  });

  it('is a silent change for an import, and nothing for a dry run', async () => {
    const start = await cursorNow();
    const file = ghost({
      posts: [{ id: '1', title: 'Brought', slug: `brought-${randomUUID()}`, status: 'published' }],
    });
    const send = (query: string) => admin.send('POST', `/api/v1/posts/import${query}`, { body: file });
    expect((await send('?dryRun=true')).status).toBe(200);
    expect(await since(start)).toEqual([]);
    expect((await send('')).status).toBe(200);
    const changes = await since(start, galley.anyone, '&types=post.*');
    expect(changes.map(({ type, data }) => [type, data?.title])).toEqual([['post.published', 'Brought']]);
    const rows = await galley.database.query(`SELECT is_silent, data FROM events WHERE resource_id = $1`, [
      changes[0]?.resource.id,
    ]);
    expect(rows).toEqual([{ is_silent: true, data: null }]);
  });
});

describe('a request that waits', () => {
  it('gets the next change at once, and an empty response after its time', async () => {
    const start = await cursorNow();
    const waiting = read(galley.anyone, `cursor=${start}&wait=20&types=post.published`);
    const draft = galley.as(author).post('/api/v1/posts', { title: 'Hidden', body: 'B' });
    await draft.expect(201); // It does not concern the waiting request.
    const post = await published();
    expect(said((await waiting).data)).toEqual([['post.published', post.id, true]]);
    const begun = performance.now();
    const empty = await read(galley.anyone, `cursor=${await cursorNow()}&wait=1`);
    expect([empty.data, performance.now() - begun > 900]).toEqual([[], true]);
  });

  it('does not use a connection, does not count as slow, and is limited for each caller', async () => {
    const small = await startGalley(
      { CHANGES_WAITING_PER_CALLER_MAX: '8', DATABASE_POOL_MAX: '4', METRICS_TOKEN: 'a token of metrics' },
      galley.database,
    );
    try {
      const cursor = await cursorNow();
      const requests = Array.from({ length: 9 }, async () =>
        small.anyone.get(`${PATH}?cursor=${cursor}&wait=8`),
      );
      const first = await Promise.race(requests);
      expect([first.status, first.body.code]).toEqual([503, 'too_many_waiting']);
      await small.anyone.get('/api/v1/tags').expect(200);
      const answers = (await Promise.all(requests)).filter((answer) => answer !== first);
      expect(answers.map(({ status, body }) => [status, body.data])).toEqual(Array(8).fill([200, []]));
      const { text } = await small.anyone.get('/metrics', { authorization: 'Bearer a token of metrics' });
      const quick =
        /duration_seconds_bucket\{le="1",[^}]*method="GET",route="\/api\/v1\/changes",status_code="200"\} (\d+)/;
      expect(Number(quick.exec(text)?.[1])).toBeGreaterThanOrEqual(8);
    } finally {
      await small.stop();
    }
  });

  it('leaves half of the places to accounts, and has a place for each address', async () => {
    const small = await startGalley(
      { CHANGES_WAITING_MAX: '8', CHANGES_WAITING_PER_CALLER_MAX: '4', TRUST_PROXY: '1' },
      galley.database,
    );
    try {
      const [one, two, three] = await Promise.all([galley.aUser(), galley.aUser(), galley.aUser()]);
      const cursor = await cursorNow();
      const places = small.app.get(WaitingReaders)['places'];
      const ended: string[] = [];
      /** Returns a request that waits, when it has its place. */
      const waitingAt = async (address: string, name: string) => {
        const answer = small.anyone.get(`${PATH}?cursor=${cursor}&wait=30`, { 'x-forwarded-for': address });
        const before = [...places].at(-1);
        void answer.then(() => ended.push(name));
        await until(() => Promise.resolve([...places].at(-1) !== before));
        return { answer };
      };
      const many = [];
      for (const name of ['a1', 'a2', 'a3', 'a4']) many.push(await waitingAt('192.0.2.1', name));
      const others = [await waitingAt('192.0.2.2', 'b1'), await waitingAt('192.0.2.2', 'b2')];
      await until(() => Promise.resolve(ended.length === 2));
      // Two addresses have two places each now, and the third one takes the longest of the first one.
      others.push(await waitingAt('192.0.2.3', 'c1'));
      await until(() => Promise.resolve(ended.length === 3));
      expect(ended.toSorted()).toEqual(['a1', 'a2', 'a3']); // The first two end at the same time.
      expect(await many[0]?.answer).toMatchObject({ status: 200, body: { data: [] } });
      const refused = await small.anyone.get(`${PATH}?cursor=${cursor}&wait=30`, {
        'x-forwarded-for': '192.0.2.2',
      });
      expect([refused.status, refused.body.code]).toEqual([503, 'too_many_waiting']);
      expect(refused.body.detail).toContain(
        'Callers without an account have 4 requests that wait for changes, which is the limit (half of CHANGES_WAITING_MAX)',
      );
      const ofAccounts = [one, two, three].map(async (by) =>
        small.as(by).get(`${PATH}?cursor=${cursor}&wait=30&types=post.published`),
      );
      await until(() => Promise.resolve(places.size === 7));
      const post = await published();
      const anonymous = [...many.slice(3), ...others].map(({ answer }) => answer);
      const answers = await Promise.all([...anonymous, ...ofAccounts]);
      expect(answers.map((answer) => said(answer?.body.data).at(-1))).toEqual(
        Array(7).fill(['post.published', post.id, true]),
      );
    } finally {
      await small.stop();
    }
  });

  it('reads in turn with the others that an event wakes', async () => {
    const busy = await startGalley({ CHANGES_WAITING_PER_CALLER_MAX: '100' }, galley.database);
    try {
      const cursor = await cursorNow();
      const waiting = Array.from({ length: 60 }, async () =>
        busy.anyone.get(`${PATH}?cursor=${cursor}&wait=30&types=post.published`),
      );
      await until(() => Promise.resolve(busy.app.get(WaitingReaders)['readers'].size === 60));
      const events = busy.app.get(EventsRepository);
      const window = events.window.bind(events);
      const [running, most] = [new Set<symbol>(), { value: 0 }];
      events.window = async (...given) => {
        const own = Symbol();
        most.value = Math.max(most.value, running.add(own).size);
        try {
          return await window(...given);
        } finally {
          running.delete(own);
        }
      };
      const post = await published();
      for (const { body } of await Promise.all(waiting))
        expect(said(body.data)).toEqual([['post.published', post.id, true]]);
      expect(most.value).toBeGreaterThan(0);
      expect(most.value).toBeLessThanOrEqual(4);
    } finally {
      await busy.stop();
    }
  });

  it('shows what the caller can see when it ends, and nothing after its session', async () => {
    const [demoted, disabled] = [
      await galley.aUser({ role: 'editor' }),
      await galley.aUser({ role: 'editor' }),
    ];
    const start = await cursorNow();
    const [first, second] = [demoted, disabled].map(async (by) =>
      galley.as(by).get(`${PATH}?cursor=${start}&wait=20&types=post.*`),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    await galley.database.query(`UPDATE users SET role = 'user' WHERE id = $1`, [demoted.id]);
    await galley.database.query(`UPDATE users SET active = false WHERE id = $1`, [disabled.id]);
    await galley.as(author).post('/api/v1/posts', { title: 'Hidden', body: 'B' }).expect(201);
    const refused = await second;
    expect([refused?.status, refused?.body.code]).toEqual([401, 'invalid_token']);
    const post = await published();
    expect(said((await first)?.body.data)).toEqual([
      ['post.created', post.id, true],
      ['post.published', post.id, true],
    ]);
  });

  it('reads no more than before while the process waits for the end of its shutdown delay', async () => {
    const other = await startGalley({}, galley.database);
    try {
      const start = await cursorNow();
      other.app.get(Lifecycle).drain();
      const events = other.app.get(EventsRepository);
      const window = events.window.bind(events);
      let reads = 0;
      events.window = (...given) => (reads++, window(...given));
      expect(await read(other.anyone, `cursor=${start}&wait=2`)).toMatchObject({ data: [] });
      expect(reads).toBeLessThan(5);
    } finally {
      await other.stop();
    }
  });

  it('ends when the process does', async () => {
    const other = await startGalley({}, galley.database);
    const waiting = other.anyone.get(`${PATH}?cursor=${await cursorNow()}&wait=30`);
    await delay(300);
    const begun = performance.now();
    const [{ status }, endedMs] = await Promise.all([
      waiting,
      waiting.expect(200).then(() => performance.now() - begun),
      other.stop(),
    ]);
    expect([status, endedMs < 20_000]).toEqual([200, true]);
  });
});

describe('an old cursor', () => {
  it('is gone when the events after it are deleted, and says how to start over', async () => {
    const start = await cursorNow();
    await published();
    await placed();
    await galley.database.query(`UPDATE event_log SET floor = head`);
    const { body } = await galley.anyone.get(`${PATH}?cursor=${start}`).expect(410);
    expect([body.code, body.detail]).toEqual(['changes_gone', expect.stringContaining('Start over')]);
    expect(await since(await cursorNow())).toEqual([]);
  });

  it('is gone after a restore from a backup, also when the log has grown beyond it again', async () => {
    await published();
    const before = await cursorNow();
    await published();
    const lost = await cursorNow();
    // The end of the log is lost, as if a backup from before the last post was restored.
    await galley.database.query(`DELETE FROM events WHERE position > (SELECT head - 2 FROM event_log)`);
    await galley.database.query(`UPDATE event_log SET head = (SELECT max(position) FROM events)`);
    const gone = async () => {
      const { body } = await galley.anyone.get(`${PATH}?cursor=${lost}`).expect(410);
      expect([body.code, body.detail]).toEqual(['changes_gone', expect.stringContaining('restored')]);
    };
    await gone();
    const waiting = read(galley.anyone, `cursor=${await cursorNow()}&wait=20&types=post.published`);
    const post = await published();
    expect(said((await waiting).data)).toEqual([['post.published', post.id, true]]);
    await published();
    await placed();
    await gone();
    expect((await since(before)).map(({ resource }) => resource.id)).toContain(post.id);
  });
});
