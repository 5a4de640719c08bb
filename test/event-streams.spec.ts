import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { AccessTokens } from '../src/auth/access-tokens.js';
import { Logger } from '../src/platform/logging/logger.js';
import type { Person } from './support/builders.js';
import type { Client } from './support/client.js';
import { areEventsPlaced } from './support/event-log.js';
import { EventListener, type ReceivedEvent } from './support/event-listener.js';
import { type Galley, startGalley } from './support/galley.js';
import { ghost } from './support/import-files.js';
import { isLockAwaited } from './support/lock-waits.js';
import { until } from './support/until.js';

const PATH = '/api/v1/events';
const SETTINGS = {
  EVENT_STREAMS_HEARTBEAT_SECONDS: '1',
  EVENT_STREAMS_PER_USER_MAX: '3',
  METRICS_TOKEN: 'a token of metrics alone',
};

let galley: Galley;
/** A second process of the same deployment. */
let other: Galley;
let author: Person;
let reader: Person;
let editor: Person;
beforeAll(async () => {
  galley = await startGalley(SETTINGS);
  other = await startGalley(SETTINGS, galley.database);
  author = await galley.aUser({ role: 'author' });
  reader = await galley.aUser({ role: 'user' });
  editor = await galley.aUser({ role: 'editor' });
});
afterAll(async () => {
  await other.stop();
  await galley.stop();
});

const open: EventListener[] = [];
afterEach(async () => {
  for (const listener of open.splice(0)) listener.leave();
  await until(async () => (await streams()) === 0);
});

async function listen(by: Person, options: Parameters<typeof EventListener.connect>[2] = {}, at = galley) {
  const listener = await EventListener.connect(at.url, by.token, options);
  open.push(listener);
  return listener;
}

const metric = async (line: RegExp, of = galley) => {
  const { text } = await of.anyone.get('/metrics', { authorization: `Bearer ${SETTINGS.METRICS_TOKEN}` });
  return Number(line.exec(text)?.[1] ?? 0);
};
const streams = () => metric(/^event_streams (\d+)/m);

const publish = async (fields: object = {}, by: Client = galley.as(author)) =>
  (
    await by
      .post('/api/v1/posts', {
        title: `Post ${randomUUID()}`,
        body: 'Words.',
        status: 'published',
        ...fields,
      })
      .expect(201)
  ).body;
/** The changes that it saw. Notifications about them arrive at any time between them. */
const seen = (listener: EventListener) =>
  listener.events
    .filter(({ event }) => event !== 'notification')
    .map(({ data }) => [data.type, data.resource.id]);

const moderated = ({ events }: EventListener) =>
  events.find(({ event }) => event === 'comment.moderated')?.data;

/** Writes events of a post that is public, of which each is as long as `characters`. */
async function longEvents(count: number, characters: number): Promise<string> {
  const { id } = await publish();
  await galley.database.query(
    `INSERT INTO events (id, type, resource_type, resource_id, resource_version, is_public, data)
     SELECT gen_random_uuid(), 'post.updated', 'post', $1, 1, true, jsonb_build_object('n', n, 'title', repeat('x', $3))
     FROM generate_series(1, $2) n`,
    [id, count, characters],
  );
  return id;
}

describe('GET /events', () => {
  it('sends what happens, as lists show it, without a pause and without caches', async () => {
    const listener = await listen(reader, { query: '?types=post.published' });
    expect(Object.fromEntries(listener.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      connection: 'close',
    });
    expect(listener.headers.get('etag')).toBeNull();
    expect(listener.retryMs).toBeGreaterThan(1000);
    const post = await publish();
    await until(() => listener.events.length === 1);
    const { id, event, data } = listener.events[0]!;
    expect([event, data.type, id]).toEqual(['post.published', 'post.published', listener.lastEventId]);
    const { body: list } = await galley.anyone
      .get(`/api/v1/posts?filter[authorId]=${author.id}&limit=1`)
      .expect(200);
    expect(data.data).toEqual(list.data[0]);
    expect(data.resource).toEqual({ type: 'post', id: post.id, version: 1 });
    expect(data).not.toHaveProperty('actorId');
    const [row] = await galley.database.query(`SELECT id FROM events WHERE id = $1`, [data.id]);
    expect(row).toBeDefined();
  });

  it('sends to each caller what it can see', async () => {
    const [asReader, asAuthor, asEditor] = [await listen(reader), await listen(author), await listen(editor)];
    const draft = await publish({ status: 'draft', title: 'Secret' });
    const post = await publish();
    const { body: comment } = await galley
      .as(reader)
      .post(`/api/v1/posts/${post.id}/comments`, { body: 'Rude.' })
      .expect(201);
    await galley.as(editor).post(`/api/v1/comments/${comment.id}/moderate`, { status: 'hidden' }).expect(200);
    await galley.as(author).post(`/api/v1/posts/${post.id}/unpublish`).expect(200);
    await until(() =>
      [asReader, asAuthor, asEditor].every(({ types }) => types.includes('post.unpublished')),
    );
    const expected = [
      ['post.created', draft.id],
      ['post.created', post.id],
      ['post.published', post.id],
      ['comment.created', comment.id],
      ['comment.moderated', comment.id],
      ['post.unpublished', post.id],
    ];
    expect(seen(asEditor)).toEqual(expected);
    expect(seen(asAuthor)).toEqual(expected);
    expect(seen(asReader)).toEqual(expected.slice(1));
    expect(moderated(asReader)).toMatchObject({ actorId: editor.id, data: { body: 'Rude.' } });
    expect(asReader.events.at(-1)?.data).not.toHaveProperty('data');
    const unpublished = asAuthor.events.find(({ event }) => event === 'post.unpublished');
    expect(unpublished?.data.data).toMatchObject({ id: post.id, status: 'draft' });
  });

  it('sends neither imports nor changes without a new version', async () => {
    const admin = galley.as(await galley.aUser({ role: 'admin' }));
    const listener = await listen(editor);
    const file = ghost({
      posts: [{ id: '1', title: 'Brought', slug: `b-${randomUUID()}`, status: 'published' }],
    });
    expect((await admin.send('POST', '/api/v1/posts/import', { body: file })).status).toBe(200);
    const post = await publish();
    await galley.as(author).post(`/api/v1/posts/${post.id}/comments`, { body: 'Mine.' }).expect(201);
    await until(() => listener.types.includes('comment.created'));
    expect(listener.types).toEqual(['post.created', 'post.published', 'comment.created']);
  });

  it('tells of tags and accounts only whom they are shown to', async () => {
    const asReader = await listen(reader, { query: '?types=tag.*,user.*' });
    const asEditor = await listen(editor, { query: '?types=tag.*,user.*' });
    const name = `Quiet ${randomUUID()}`;
    const quiet = await galley.aUser({ role: 'author' });
    await galley.as(quiet).patch('/api/v1/users/me', { name: 'Nobody' }).expect(200);
    const { tags } = await publish({ tags: [name], status: 'draft' });
    await galley
      .as(editor)
      .patch(`/api/v1/tags/${tags[0].slug}`, { name: `${name}!` })
      .expect(200);
    const loud = await publish({ tags: [`Loud ${name}`] });
    await galley
      .as(editor)
      .patch(`/api/v1/tags/${loud.tags[0].slug}`, { name: `Loud ${name}!` })
      .expect(200);
    await galley.as(author).patch('/api/v1/users/me', { name: 'Somebody' }).expect(200);
    await until(() => asReader.types.includes('user.updated'));
    expect(seen(asReader)).toEqual([
      ['tag.updated', loud.tags[0].slug],
      ['user.updated', author.id],
    ]);
    expect(asReader.events[0]?.data.data).toMatchObject({ slug: loud.tags[0].slug, name: `Loud ${name}!` });
    expect(seen(asEditor)).toEqual(expect.arrayContaining([['tag.updated', tags[0].slug]]));
    expect(JSON.stringify(asEditor.events)).not.toContain(quiet.id);
  });

  it('sends notifications to their accounts alone, each once, also after a pause', async () => {
    const [asAuthor, asReader] = [
      await listen(author, { query: '?types=notification' }),
      await listen(reader, { query: '?types=*' }, other),
    ];
    const post = await publish();
    const comment = async () =>
      galley.as(reader).post(`/api/v1/posts/${post.id}/comments`, { body: 'Well.' }).expect(201);
    const { body: first } = await comment();
    await until(() => asAuthor.events.length === 1);
    const { event, data } = asAuthor.events[0]!;
    const { body: list } = await galley.as(author).get('/api/v1/notifications?limit=1').expect(200);
    expect([event, data]).toEqual(['notification', list.data[0]]);
    expect(data).toMatchObject({ kind: 'comment_on_post', subject: { id: first.id } });
    asAuthor.leave();
    const { body: second } = await comment();
    await until(
      async () => (await galley.as(author).get('/api/v1/notifications').expect(200)).body.data.length > 1,
    );
    const again = await listen(
      author,
      { query: '?types=notification', lastEventId: asAuthor.lastEventId },
      other,
    );
    await until(() => again.events.length > 0);
    expect(again.events.map(({ data: { subject } }) => subject.id)).toEqual([second.id]);
    await until(() => asReader.types.filter((type) => type === 'comment.created').length === 2);
    expect(asReader.types).not.toContain('notification');
  });

  it('sends a heartbeat that moves the cursor while nothing concerns the caller', async () => {
    const listener = await listen(reader);
    const first = listener.lastEventId;
    await publish({ status: 'draft' });
    await until(() => listener.beats > 2 && listener.lastEventId !== first);
    expect(listener.events).toEqual([]);
    const { body } = await galley.anyone.get(`/api/v1/changes?cursor=${listener.lastEventId}`).expect(200);
    expect(body.data).toEqual([]);
  });

  it('refuses what it cannot do before the stream begins', async () => {
    const by = galley.as(reader);
    const codeOf = async (status: number, query = '', headers: Record<string, string> = {}) =>
      (await by.get(PATH + query, headers).expect(status)).body.code;
    expect((await galley.anyone.get(PATH).expect(401)).body.code).toBe('not_signed_in');
    expect(await codeOf(400, '?types=posts.*')).toBe('validation_failed');
    expect(await codeOf(400, '?page=1')).toBe('validation_failed');
    expect(await codeOf(400, '', { 'last-event-id': 'x' })).toBe('invalid_cursor');
    const several = await by.get(PATH, { 'last-event-id': 'x, y' }).expect(400);
    expect([several.body.code, several.body.detail]).toEqual([
      'invalid_cursor',
      expect.stringContaining('several values of Last-Event-ID'),
    ]);
    expect(await codeOf(406, '', { accept: 'application/json' })).toBe('not_acceptable');
    await by.get(PATH, { accept: 'text/html, */*;q=0.1' }).expect(200);
    const head = await by.head(PATH).expect(200);
    expect([head.headers.get('content-type'), head.headers.get('content-length')]).toEqual([
      'text/event-stream',
      null,
    ]);
    await until(async () => (await streams()) === 0);
  });
});

describe('a client that continues with Last-Event-ID', () => {
  it('receives each event once and in order, on any process', async () => {
    const first = await listen(reader, { query: '?types=post.published' });
    const posts = [await publish(), await publish({}, other.as(author))];
    await until(() => first.events.length === 2);
    first.leave();
    posts.push(await publish(), await publish());
    const second = await listen(
      reader,
      { query: '?types=post.published', lastEventId: first.lastEventId },
      other,
    );
    posts.push(await publish());
    await until(() => second.events.length === 3);
    second.leave();
    const third = await listen(reader, { query: '?types=post.published', lastEventId: second.events[0]?.id });
    await until(() => third.events.length === 2);
    expect([...first.events, ...second.events].map(({ data }) => data.resource.id)).toEqual(
      posts.map(({ id }) => id),
    );
    // The cursor of an event is another text each time.
    const shown = (events: ReceivedEvent[]) => events.map(({ event, data }) => ({ event, data }));
    expect(shown(third.events)).toEqual(shown(second.events.slice(1)));
  });

  it('does not receive a text that was taken back in the meantime', async () => {
    const listener = await listen(reader, { query: '?types=post.*,comment.*' });
    listener.leave();
    const edited = await publish({ title: 'Wrong name' });
    await galley.as(author).patch(`/api/v1/posts/${edited.id}`, { title: 'Right name' }).expect(200);
    const hidden = await publish({ title: 'Not for you' });
    const { body: comment } = await galley
      .as(author)
      .post(`/api/v1/posts/${edited.id}/comments`, { body: 'Taken back.' })
      .expect(201);
    await galley.as(author).delete(`/api/v1/comments/${comment.id}`).expect(204);
    await galley.as(author).post(`/api/v1/posts/${hidden.id}/unpublish`).expect(200);
    const again = await listen(reader, {
      query: '?types=post.*,comment.*',
      lastEventId: listener.lastEventId,
    });
    await until(() => again.types.includes('post.unpublished'));
    expect(JSON.stringify(again.events)).not.toMatch(/Wrong name|Not for you|Taken back/);
    const titles = again.events.map(({ event, data }) => [event, data.data?.title]);
    expect(titles).toEqual(expect.arrayContaining([['post.updated', 'Right name']]));
    const asAuthor = await listen(author, { query: '?types=comment.*', lastEventId: listener.lastEventId });
    await until(() => asAuthor.types.includes('comment.deleted'));
    expect(JSON.stringify(asAuthor.events)).not.toContain('Taken back');
  });

  it('misses nothing when its process ends, and is told when to come back', async () => {
    const third = await startGalley(SETTINGS, galley.database);
    const before = await listen(reader, { query: '?types=post.published' }, third);
    const first = await publish();
    await until(() => before.events.length === 1);
    const stopping = third.stop();
    await until(() => before.ended);
    const while_ = await publish();
    await stopping;
    expect([before.ended, before.retryMs! <= 5000, before.comments]).toEqual([
      'whole',
      true,
      ['The process ends. Connect again.'],
    ]);
    const after = await listen(reader, { query: '?types=post.published', lastEventId: before.lastEventId });
    await until(() => after.events.length === 1);
    expect([...before.events, ...after.events].map(({ data }) => data.resource.id)).toEqual([
      first.id,
      while_.id,
    ]);
  });

  it('is told to start over if the events are no longer stored', async () => {
    const { lastEventId } = await listen(reader);
    await publish();
    await until(() => areEventsPlaced(galley));
    const [log] = await galley.database.query<{ floor: string }>('SELECT floor FROM event_log');
    await galley.database.query('UPDATE event_log SET floor = head');
    const { body } = await galley.as(reader).get(PATH, { 'last-event-id': lastEventId! }).expect(410);
    expect([body.code, body.detail]).toEqual([
      'events_gone',
      expect.stringContaining('without Last-Event-ID'),
    ]);
    await galley.database.query('UPDATE event_log SET floor = $1', [log?.floor]);
  });
});

async function aTransaction(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: galley.database.url });
  await client.connect();
  await client.query('BEGIN');
  return client;
}
/** Tells whether a stream waits until it can read the log. */
const isLogAwaited = () => isLockAwaited(galley.database, '%AS "startId"%');

describe('a stream ends with the session', () => {
  const cases: [string, (person: Person) => Promise<unknown>][] = [
    [
      'a logout',
      (p) => galley.as(p).post('/api/v1/auth/logout', { refreshToken: p.refreshToken }).expect(204),
    ],
    [
      'a disabled account',
      async (p) =>
        galley
          .as(await galley.aUser({ role: 'admin' }))
          .post(`/api/v1/users/${p.id}/disable`)
          .expect(200),
    ],
    [
      'all other sessions that end',
      (p) => galley.database.query('DELETE FROM sessions WHERE user_id = $1', [p.id]),
    ],
  ];
  it.each(cases)('by %s, and sends nothing that happens afterwards', async (_name, end) => {
    const person = await galley.aUser({ role: 'author' });
    const listener = await listen(person, {}, other);
    await end(person);
    const { id } = await publish();
    await until(() => listener.ended);
    expect([listener.ended, listener.comments]).toEqual(['whole', ['The session has ended.']]);
    // Posts of earlier tests can still arrive before the session ends.
    expect(listener.events.map(({ data }) => data.resource.id)).not.toContain(id);
  });

  it('also while it reads the log, and sends nothing that happens afterwards', async () => {
    const person = await galley.aUser({ role: 'author' });
    const earlier = await listen(reader, { query: '?types=post.published' });
    const { lastEventId } = earlier;
    const { id } = await publish();
    await until(() => earlier.events.length === 1);
    earlier.leave();
    const [opening, looking, ending] = [await aTransaction(), await aTransaction(), await aTransaction()];
    try {
      await opening.query('LOCK TABLE events');
      const connecting = listen(person, { lastEventId, query: '?types=post.updated' });
      void connecting.catch(() => undefined);
      await until(isLogAwaited);
      await looking.query('LOCK TABLE sessions');
      await opening.query('COMMIT');
      await until(() => isLockAwaited(galley.database, '%FROM sessions s JOIN users u%'));
      await ending.query('UPDATE event_log SET head = head + 1');
      await ending.query('LOCK TABLE events');
      await looking.query('COMMIT'); // The session has not ended yet.
      await until(isLogAwaited);
      await ending.query('DELETE FROM sessions WHERE user_id = $1', [person.id]);
      await ending.query(
        `INSERT INTO events (id, position, type, resource_type, resource_id, resource_version, is_public, data)
         SELECT gen_random_uuid(), head, 'post.updated', 'post', $1, 1, true, '{}' FROM event_log`,
        [id],
      );
      await ending.query('COMMIT');
      const listener = await connecting;
      await until(() => listener.ended);
      expect([listener.ended, listener.comments]).toEqual(['whole', ['The session has ended.']]);
      expect(listener.types).toEqual([]);
    } finally {
      for (const transaction of [opening, looking, ending]) await transaction.end();
    }
  });

  it('of its access token, and continues with the next one', async () => {
    const short = await startGalley({ ...SETTINGS, JWT_EXPIRES_IN: '3s' }, galley.database);
    try {
      const person = {
        ...reader,
        token: short.app.get(AccessTokens).sign(reader.id, await sessionOf(reader)),
      };
      const listener = await listen(person, { query: '?types=post.published' }, short);
      await until(() => listener.ended);
      expect(listener.comments).toEqual(['The access token has expired. Refresh it and connect again.']);
      const post = await publish();
      const next = await listen(reader, {
        query: '?types=post.published',
        lastEventId: listener.lastEventId,
      });
      await until(() => next.events.length === 1);
      expect(next.events[0]?.data.resource.id).toBe(post.id);
    } finally {
      await short.stop();
    }
  });

  it('and follows a change of the role', async () => {
    const person = await galley.aUser({ role: 'user' });
    const listener = await listen(person);
    await publish({ status: 'draft' });
    await galley.database.query(`UPDATE users SET role = 'editor' WHERE id = $1`, [person.id]);
    await delay(1500); // Without an event, the sessions are read each second.
    const draft = await publish({ status: 'draft' });
    await until(() => listener.events.length > 0);
    expect(seen(listener)).toEqual([['post.created', draft.id]]);
  });

  it('and shows comments that are not visible to an author of the post only while the role permits it', async () => {
    const demoted = await galley.aUser({ role: 'author' });
    const post = await publish({}, galley.as(demoted));
    const comment = await galley.aComment({ post, body: 'Between us.' });
    await galley.database.query(`UPDATE users SET role = 'user' WHERE id = $1`, [demoted.id]);
    const listeners = [await listen(demoted), await listen(comment.by), await listen(editor)];
    await galley.as(editor).post(`/api/v1/comments/${comment.id}/moderate`, { status: 'hidden' }).expect(200);
    await until(() => listeners.every(moderated));
    const bodies = listeners.map((listener) => moderated(listener).data?.body);
    expect(bodies).toEqual([undefined, 'Between us.', 'Between us.']);
  });
});

const sessionOf = async ({ id }: Person): Promise<string> => {
  const [row] = await galley.database.query<{ id: string }>('SELECT id FROM sessions WHERE user_id = $1', [
    id,
  ]);
  return row?.id as string;
};

describe('the limits of streams', () => {
  it('are a number for each account and for each process', async () => {
    for (let n = 0; n < 3; n++) await listen(reader);
    const { body, headers } = await galley.as(reader).get(PATH).expect(503);
    expect([body.code, headers.get('retry-after')]).toEqual(['too_many_streams', '5']);
    expect(body.detail).toContain('EVENT_STREAMS_PER_USER_MAX');
    await listen(reader, {}, other);
    open.shift()?.leave();
    await until(async () => (await streams()) === 2);
    await listen(reader);
    const small = await startGalley({ ...SETTINGS, EVENT_STREAMS_MAX: '1' }, galley.database);
    try {
      await listen(author, {}, small);
      const refused = await small.as(editor).get(PATH).expect(503);
      expect(refused.body.detail).toContain('EVENT_STREAMS_MAX');
    } finally {
      await small.stop();
    }
  });

  it('cut off a client that does not read, and no other, which is no error', async () => {
    const errors = jest.spyOn(Logger.prototype, 'error');
    const good = await listen(reader, { query: '?types=post.updated' });
    const slow = connect(Number(new URL(galley.url).port), '127.0.0.1');
    const request = `GET ${PATH}?types=post.updated HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${author.token}\r\n\r\n`;
    slow.on('error', () => undefined);
    slow.write(request);
    slow.pause();
    await until(async () => (await streams()) === 2);
    await longEvents(1500, 6000);
    await until(() => good.events.length === 1500);
    expect(good.events.map(({ data }) => data.data.n)).toEqual(Array.from({ length: 1500 }, (_, n) => n + 1));
    await until(async () => (await streams()) === 1);
    expect(await metric(/^event_streams_ended_total\{reason="slow"\} (\d+)/m)).toBe(1);
    slow.resume();
    await once(slow, 'close');
    expect(good.ended).toBeUndefined();
    expect(errors).not.toHaveBeenCalled();
    errors.mockRestore();
  });

  it('permit events that are longer than the buffer', async () => {
    const listener = await listen(reader, { query: '?types=post.updated' });
    await longEvents(30, 100_000);
    await until(() => listener.events.length === 30);
    expect(listener.events.map(({ data }) => data.data.n)).toEqual(
      Array.from({ length: 30 }, (_, n) => n + 1),
    );
  });

  it('do not cut off a client that reads slowly, which reads the rest from the log', async () => {
    const slow = connect(Number(new URL(galley.url).port), '127.0.0.1');
    slow.write(
      `GET ${PATH}?types=post.updated HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${author.token}\r\n\r\n`,
    );
    let text = '';
    let paused = 0;
    slow.setEncoding('latin1').on('data', (part: string) => {
      text += part;
      if (++paused % 8 !== 0) return;
      slow.pause();
      setTimeout(() => slow.resume(), 20);
    });
    await until(async () => (await streams()) === 1);
    await longEvents(600, 6000);
    await until(() => /"n":600[,}]/.test(text));
    const numbers = [...text.matchAll(/"n":(\d+)[,}]/g)].map(([, n]) => Number(n));
    expect(numbers).toEqual(Array.from({ length: 600 }, (_, n) => n + 1));
    slow.destroy();
  });
});

describe('operators', () => {
  it('see a stream as one request that was not slow', async () => {
    const listener = await listen(reader);
    await publish();
    await until(() => listener.events.length > 0);
    await delay(1500);
    listener.leave();
    await until(async () => (await streams()) === 0);
    const quick =
      /duration_seconds_bucket\{le="1",[^}]*method="GET",route="\/api\/v1\/events",status_code="200"\} (\d+)/;
    const all =
      /duration_seconds_count\{[^}]*method="GET",route="\/api\/v1\/events",status_code="200"\} (\d+)/;
    await until(async () => (await metric(all)) > 0);
    expect(await metric(quick)).toBe(await metric(all));
    expect(await metric(/^event_streams_sent_total\{kind="change"\} (\d+)/m)).toBeGreaterThan(0);
    expect(await metric(/^event_streams_ended_total\{reason="client"\} (\d+)/m)).toBeGreaterThan(0);
  });
});
