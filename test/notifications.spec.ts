import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Notices } from '../src/notifications/notices.js';
import type { NotificationPage, NotificationView } from '../src/notifications/notifications.schemas.js';
import type { LoggedEvent } from '../src/platform/events/event.js';
import type { Person } from './support/builders.js';
import { type Galley, startGalley } from './support/galley.js';
import { until } from './support/until.js';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley({ COMMENT_MODERATION: 'first' });
  await registered(galley);
});
afterAll(() => galley.stop());

/** A new consumer starts at the end of the log. */
const registered = ({ database }: Galley) =>
  until(async () => {
    const rows = await database.query(`SELECT 1 FROM event_consumers WHERE name = 'notifications'`);
    return rows.length > 0;
  });

/** Waits until all events so far have led to their notices. */
const settled = () =>
  until(async () => {
    const [row] = await galley.database.query<{ done: boolean }>(`
      SELECT NOT EXISTS (SELECT 1 FROM events WHERE position IS NULL)
        AND (SELECT position FROM event_consumers WHERE name = 'notifications') >= (SELECT coalesce(max(position), 0)
          FROM events WHERE type <> 'notices.created') AS done`);
    return row?.done;
  });

const follow = (by: Person, whom: Person) => galley.as(by).put(`/api/v1/users/${whom.id}/follow`).expect(204);
const pageOf = async (person: Person, query = ''): Promise<NotificationPage> => {
  await settled();
  return (
    await galley.as(person).get(`/api/v1/notifications?limit=100${query}`).expect<NotificationPage>(200)
  ).body;
};
const of = async (person: Person, query = '') => (await pageOf(person, query)).data as NotificationView[];
const kindsOf = async (person: Person) => (await of(person)).map(({ kind }) => kind);
const internal = (eventId: string) =>
  galley.database.query(`SELECT 1 FROM events WHERE type = 'notices.created' AND data->>'eventId' = $1`, [
    eventId,
  ]);

/** Someone whose comments need no approval. */
async function aCommenter(name?: string): Promise<Person> {
  const person = await galley.aUser({ role: 'user', ...(name !== undefined && { name }) });
  const { id } = await galley.aComment({ author: person });
  await galley.database.query(`UPDATE comments SET status = 'visible' WHERE id = $1`, [id]);
  return person;
}

describe('who follows an author', () => {
  it('is notified of the first publication of each post, and of no other', async () => {
    const [ada, grace] = [await galley.aUser({ name: 'Ada' }), await galley.aUser()];
    await follow(grace, ada);
    const post = await galley.aPost({ author: ada, title: 'Engines' });
    expect(await of(grace)).toEqual([]);
    await galley.as(ada).post(`/api/v1/posts/${post.id}/publish`).expect(200);
    const [notice] = await of(grace);
    expect(notice).toEqual({
      id: expect.any(String),
      kind: 'post_published',
      actor: { id: ada.id, name: 'Ada', avatarUrl: null },
      subject: { type: 'post', id: post.id, title: 'Engines', href: `/api/v1/posts/${post.id}` },
      readAt: null,
      createdAt: expect.any(String),
    });
    await galley
      .as(grace)
      .get(notice?.subject.href as string)
      .expect(200);
    for (const action of ['unpublish', 'publish'])
      await galley.as(ada).post(`/api/v1/posts/${post.id}/${action}`).expect(200);
    expect(await of(grace)).toHaveLength(1);
    expect(await kindsOf(ada)).toEqual([]);
  });

  it('is notified of a post that was created as published', async () => {
    const [ada, grace] = [await galley.aUser(), await galley.aUser()];
    await follow(grace, ada);
    await galley.as(ada).post('/api/v1/posts', { title: 'T', body: 'B', status: 'published' }).expect(201);
    expect(await kindsOf(grace)).toEqual(['post_published']);
  });

  it('is not notified of their own act, of what was published before, and if they are disabled', async () => {
    const [ada, editor, late, disabled] = [
      await galley.aUser(),
      await galley.aUser({ role: 'editor' }),
      await galley.aUser(),
      await galley.aUser(),
    ];
    for (const person of [editor, disabled]) await follow(person, ada);
    await galley.database.query('UPDATE users SET active = false WHERE id = $1', [disabled.id]);
    const post = await galley.aPost({ author: ada });
    await galley.as(editor).post(`/api/v1/posts/${post.id}/publish`).expect(200);
    await settled();
    await follow(late, ada);
    await galley.database.query('UPDATE users SET active = true WHERE id = $1', [disabled.id]);
    for (const person of [ada, editor, late, disabled]) expect(await kindsOf(person)).toEqual([]);
  });

  it('does not see the notice while the post is not public, and never if it is deleted', async () => {
    const [ada, grace] = [await galley.aUser(), await galley.aUser()];
    await follow(grace, ada);
    const post = await galley.aPost({ author: ada, status: 'published' });
    const shown = async () => {
      const { data, meta } = await pageOf(grace);
      expect(meta.unreadCount).toBe(data.length);
      return data.length;
    };
    expect(await shown()).toBe(1);
    const act = (action: string) => galley.as(ada).post(`/api/v1/posts/${post.id}/${action}`).expect(200);
    await act('unpublish');
    expect(await shown()).toBe(0);
    await act('publish');
    expect(await shown()).toBe(1);
    await galley.as(ada).delete(`/api/v1/posts/${post.id}`).expect(204);
    expect(await shown()).toBe(0);
  });
});

describe('a comment', () => {
  it('notifies the author of the comment that it answers, who it mentions, and the author of the post', async () => {
    const [author, parent, named, writer] = [
      await galley.aUser(),
      await aCommenter(),
      await galley.aUser({ name: 'Mary Shelley' }),
      await aCommenter(),
    ];
    const post = await galley.aPost({ author, status: 'published', title: 'Engines' });
    const { id: parentId } = await galley.aComment({ post, author: parent });
    const body = 'True. @Mary Shelley, what do you think?';
    const { id } = await galley.aComment({ post, author: writer, parentId, body });
    expect(await kindsOf(author)).toEqual(['comment_on_post', 'comment_on_post']);
    expect(await kindsOf(named)).toEqual(['comment_mention']);
    expect(await kindsOf(writer)).toEqual([]);
    expect(await of(parent)).toMatchObject([
      {
        kind: 'comment_reply',
        actor: { id: writer.id },
        subject: { type: 'comment', id, title: 'Engines', href: `/api/v1/comments/${id}` },
      },
    ]);
  });

  it('notifies each account once, as a reply before a mention before a comment on a post', async () => {
    const [author, writer] = [await galley.aUser({ name: 'Only Oliver' }), await aCommenter()];
    const post = await galley.aPost({ author, status: 'published' });
    const { id: parentId } = await galley.aComment({ post, author });
    const { id } = await galley.aComment({ post, author: writer, parentId, body: 'Yes, @Only Oliver' });
    expect(await of(author)).toMatchObject([{ kind: 'comment_reply', subject: { id } }]);
    await galley.aComment({ post, author: writer, body: 'And @Only Oliver again' });
    expect(await kindsOf(author)).toEqual(['comment_mention', 'comment_reply']);
  });

  it('that is edited notifies only those whom it did not mention before', async () => {
    const [one, two] = [await galley.aUser({ name: 'Edit One' }), await galley.aUser({ name: 'Edit Two' })];
    const writer = await aCommenter();
    const { id, postId } = await galley.aComment({ author: writer, body: 'Hello @Edit One' });
    const body = 'Hello @Edit One and @Edit Two';
    for (let n = 0; n < 2; n++) await galley.as(writer).patch(`/api/v1/comments/${id}`, { body }).expect(200);
    for (const person of [one, two]) expect(await kindsOf(person)).toEqual(['comment_mention']);
    const [{ author_id: author } = { author_id: '' }] = await galley.database.query<{ author_id: string }>(
      'SELECT author_id FROM posts WHERE id = $1',
      [postId],
    );
    const rows = await galley.database.query('SELECT 1 FROM notifications WHERE user_id = $1', [author]);
    expect(rows).toHaveLength(1);
  });

  it('that waits for moderation is told to those who moderate alone, and to readers when it is approved', async () => {
    const [author, editor, other, named] = [
      await galley.aUser(),
      await galley.aUser({ role: 'editor' }),
      await galley.aUser(),
      await galley.aUser({ name: 'Waiting William' }),
    ];
    const post = await galley.aPost({ author, status: 'published' });
    const newcomer = await galley.aUser({ role: 'user' });
    const { id } = await galley.aComment({ post, author: newcomer, body: 'Hi @Waiting William' });
    const ofComment = async (person: Person) =>
      (await of(person)).filter(({ subject }) => subject.id === id).map(({ kind }) => kind);
    for (const person of [author, editor]) expect(await ofComment(person)).toEqual(['comment_pending']);
    for (const person of [other, named, newcomer]) expect(await ofComment(person)).toEqual([]);
    await galley.as(editor).post(`/api/v1/comments/${id}/moderate`, { status: 'visible' }).expect(200);
    expect(await ofComment(editor)).toEqual([]);
    expect(await ofComment(author)).toEqual(['comment_on_post']);
    expect(await ofComment(named)).toEqual(['comment_mention']);
  });

  it('that is hidden or deleted takes its notices along', async () => {
    const [author, editor] = [await galley.aUser(), await galley.aUser({ role: 'editor' })];
    const post = await galley.aPost({ author, status: 'published' });
    const comment = await galley.aComment({ post, author: await aCommenter() });
    expect(await kindsOf(author)).toEqual(['comment_on_post']);
    const moderate = (status: string) =>
      galley.as(editor).post(`/api/v1/comments/${comment.id}/moderate`, { status }).expect(200);
    await moderate('hidden');
    expect(await kindsOf(author)).toEqual([]);
    await moderate('visible');
    expect(await kindsOf(author)).toEqual(['comment_on_post']);
    await galley.as(editor).delete(`/api/v1/comments/${comment.id}`).expect(204);
    expect((await pageOf(author)).meta.unreadCount).toBe(0);
  });
});

describe('a mention', () => {
  const mentioned = async (
    body: string,
    post = undefined as Awaited<ReturnType<Galley['aPost']>> | undefined,
  ) => {
    const { id } = await galley.aComment({ author: await aCommenter(), body, ...(post && { post }) });
    await settled();
    const rows = await galley.database.query<{ name: string }>(
      `SELECT u.name FROM notifications n JOIN users u ON u.id = n.user_id
       WHERE n.comment_id = $1 AND n.kind = 'comment_mention' ORDER BY u.name`,
      [id],
    );
    return rows.map(({ name }) => name);
  };

  it('means the longest name that an account has, in any case', async () => {
    for (const name of ['Jane', 'Jane Doe', 'José Ñandú-Ó']) await galley.aUser({ name });
    expect(await mentioned('@jane doe said so')).toEqual(['Jane Doe']);
    expect(await mentioned('Ask @Jane, please')).toEqual(['Jane']);
    expect(await mentioned('@"Jane" doe')).toEqual(['Jane']);
    expect(await mentioned('(@José Ñandú-Ó).')).toEqual(['José Ñandú-Ó']);
    expect(await mentioned('jane@jane.example and https://x.example/@Jane')).toEqual([]);
    expect(await mentioned('@Janet')).toEqual([]);
    expect(await mentioned("**@Jane Doe**'s idea")).toEqual(['Jane Doe']);
    expect(await mentioned('@Jane/@José Ñandú-Ó')).toEqual(['Jane', 'José Ñandú-Ó']);
    expect(await mentioned('https://x.example/?u=@Jane')).toEqual([]);
  });

  it('of a name that several accounts have means the only one of them in the discussion', async () => {
    const [, second] = [await galley.aUser({ name: 'Twin' }), await galley.aUser({ name: 'twin' })];
    expect(await mentioned('@Twin')).toEqual([]);
    const post = await galley.aPost({ status: 'published' });
    const { id } = await galley.aComment({ post, author: second });
    await galley.database.query(`UPDATE comments SET status = 'visible' WHERE id = $1`, [id]);
    expect(await mentioned('@Twin', post)).toEqual(['twin']);
  });
});

describe('the notices of an event', () => {
  it('are announced by one internal event, which no client sees', async () => {
    const [ada, grace] = [await galley.aUser(), await galley.aUser({ role: 'admin' })];
    await follow(grace, ada);
    const { body: end } = await galley.as(grace).get('/api/v1/changes').expect(200);
    await galley.aPost({ author: ada, status: 'published' });
    await of(grace);
    const [row] = await galley.database.query<{ event_id: string }>(
      'SELECT event_id FROM notifications WHERE user_id = $1',
      [grace.id],
    );
    expect(await internal(row?.event_id as string)).toHaveLength(1);
    const { body } = await galley
      .as(grace)
      .get(`/api/v1/changes?limit=100&cursor=${end.meta.nextCursor}`)
      .expect(200);
    const types = body.data.map(({ type }: { type: string }) => type);
    expect(types).toContain('post.published');
    expect(types).not.toContain('notices.created');
    expect(types).not.toContain('user.followed');
  });

  it('exist once if the consumer fails in the middle and if two processes run it', async () => {
    const second = await startGalley({}, galley.database);
    try {
      const ada = await galley.aUser();
      const people = await Promise.all(Array.from({ length: 5 }, () => galley.aUser()));
      for (const person of people) await follow(person, ada);
      for (const { app } of [galley, second]) {
        const notices = app.get(Notices);
        const take = notices.take.bind(notices);
        let failures = 3;
        jest.spyOn(notices, 'take').mockImplementation(async (events: LoggedEvent[]) => {
          const last = await take(events);
          if (events.some(({ type }) => type === 'post.published') && failures-- > 0)
            throw new Error('The process ended before its commit.');
          return last;
        });
      }
      for (let n = 0; n < 4; n++) await galley.aPost({ author: ada, status: 'published' });
      for (const person of people) expect(await kindsOf(person)).toHaveLength(4);
      const doubled = await galley.database.query(
        `SELECT data FROM events WHERE type = 'notices.created' GROUP BY data HAVING count(*) > 1`,
      );
      expect(doubled).toEqual([]);
    } finally {
      jest.restoreAllMocks();
      await second.stop();
    }
  });

  it('skip nobody and double nobody if followers leave and come while they are made', async () => {
    const ada = await galley.aUser();
    await galley.database.query(
      `INSERT INTO users (id, name, role) SELECT gen_random_uuid(), 'Crowd', 'user' FROM generate_series(1, 12000)`,
    );
    await galley.database.query(
      `INSERT INTO follows (followed_id, follower_id) SELECT $1, id FROM users WHERE name = 'Crowd'`,
      [ada.id],
    );
    const post = await galley.aPost({ author: ada });
    await galley.as(ada).post(`/api/v1/posts/${post.id}/publish`).expect(200);
    const leaving = await galley.database.query<{ follower_id: string }>(
      `DELETE FROM follows WHERE ctid IN (SELECT ctid FROM follows WHERE followed_id = $1
         ORDER BY follower_id DESC LIMIT 100) RETURNING follower_id`,
      [ada.id],
    );
    await settled();
    const [row] = await galley.database.query<{ all: number; people: number; stayed: number }>(
      `SELECT count(*)::int AS all, count(DISTINCT user_id)::int AS people,
         count(*) FILTER (WHERE user_id <> ALL($2::uuid[]))::int AS stayed FROM notifications WHERE post_id = $1`,
      [post.id, leaving.map(({ follower_id: id }) => id)],
    );
    expect(row?.stayed).toBe(11_900);
    expect(row?.all).toBe(row?.people);
  });
});

describe('the list of notifications', () => {
  let ada: Person;
  let grace: Person;
  beforeAll(async () => {
    [ada, grace] = [await galley.aUser(), await galley.aUser()];
    await follow(grace, ada);
    for (let n = 0; n < 5; n++) await galley.aPost({ author: ada, title: `N ${n}`, status: 'published' });
    await settled();
  });
  const titles = (data: NotificationPage['data']) => data.map(({ subject }) => subject?.title);

  it('is read page by page, newest first, and never shows those of others', async () => {
    const seen: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const next: string = cursor && `&cursor=${cursor}`;
      const { body } = await galley
        .as(grace)
        .get(`/api/v1/notifications?limit=2${next}`)
        .expect<NotificationPage>(200);
      seen.push(...titles(body.data));
      expect(body.meta.unreadCount).toBe(5);
      cursor = body.meta.nextCursor;
    }
    expect(seen).toEqual(['N 4', 'N 3', 'N 2', 'N 1', 'N 0']);
    expect(await of(ada)).toEqual([]);
  });

  it('shows what was read: some by id, and all up to one', async () => {
    const read = (body: object, by = grace) => galley.as(by).post('/api/v1/notifications/read', body);
    const all = await of(grace);
    const [newest, second] = all as [NotificationView, NotificationView];
    await read({ ids: [second.id] }, ada).expect(204);
    expect((await pageOf(grace)).meta.unreadCount).toBe(5);
    await read({ ids: [second.id] }).expect(204);
    expect(titles(await of(grace, '&filter[unread]=false'))).toEqual(['N 3']);
    const [{ readAt } = { readAt: null }] = await of(grace, '&filter[unread]=false');
    await read({ upTo: (all[3] as NotificationView).id }).expect(204);
    expect(titles(await of(grace, '&filter[unread]=true'))).toEqual(['N 4', 'N 2']);
    await read({ upTo: newest.id }).expect(204);
    const { data, meta } = await pageOf(grace);
    expect([data.length, meta.unreadCount]).toEqual([5, 0]);
    expect(data[1]?.readAt).toBe(readAt);
  });

  it('rejects an unknown upTo, both at once and neither', async () => {
    const read = (body: object) => galley.as(ada).post('/api/v1/notifications/read', body);
    const id = (await of(grace))[0]?.id as string;
    expect((await read({ upTo: id }).expect(404)).body.code).toBe('notification_not_found');
    await read({}).expect(400);
    await read({ ids: [id], upTo: id }).expect(400);
  });
});

describe('old notifications', () => {
  it('are deleted after NOTIFICATIONS_RETENTION_DAYS', async () => {
    const [ada, grace] = [await galley.aUser(), await galley.aUser()];
    await follow(grace, ada);
    for (let n = 0; n < 2; n++) await galley.aPost({ author: ada, title: `Old ${n}`, status: 'published' });
    const [, old] = await of(grace);
    await galley.database.query(
      `UPDATE notifications SET id = galley_uuidv7(now() - interval '91 days') WHERE id = $1`,
      [old?.id],
    );
    const { NotificationsRepository } = await import('../src/notifications/notifications.repository.js');
    const notifications = galley.app.get(NotificationsRepository);
    expect(await notifications.transaction(() => notifications.deleteOld(90, 500))).toBe(1);
    expect((await of(grace)).map(({ subject }) => subject.title)).toEqual(['Old 1']);
  });
});
