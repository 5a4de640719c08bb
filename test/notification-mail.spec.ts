import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Digests } from '../src/notifications/digests.js';
import { RefusalsRepository } from '../src/notifications/refusals.repository.js';
import type { PreferencesView } from '../src/notifications/preferences.schemas.js';
import type { Person } from './support/builders.js';
import { type Galley, startGalley } from './support/galley.js';
import { createTestDatabase } from './support/database.js';
import { freePort } from './support/loopback.js';
import { type Delivered, MailServer } from './support/mail-server.js';
import { sendRaw } from './support/raw.js';
import { until } from './support/until.js';

let server: MailServer;
let galley: Galley;
let settings: Record<string, string>;
beforeAll(async () => {
  const port = await freePort();
  server = await MailServer.start({ authOptional: true }, port);
  settings = {
    EMAIL_SMTP_HOST: '127.0.0.1',
    EMAIL_SMTP_PORT: String(port),
    EMAIL_FROM: 'Times <news@times.example.com>',
    PUBLIC_URL: 'https://api.times.example.com/',
    SITE_POST_URL: 'https://times.example.com/posts/{slug}',
  };
  galley = await startGalley(settings);
  await until(async () => {
    const rows = await galley.database.query(`SELECT 1 FROM event_consumers WHERE name = 'notifications'`);
    return rows.length > 0;
  });
});
afterAll(async () => {
  await galley.stop();
  await server.close();
});

const follow = (by: Person, whom: Person) => galley.as(by).put(`/api/v1/users/${whom.id}/follow`).expect(204);
const prefer = async (by: Person, choice: object): Promise<PreferencesView> =>
  (await galley.as(by).patch('/api/v1/notifications/preferences', choice).expect(200)).body;
const settled = () =>
  until(async () => {
    const [row] = await galley.database.query<{ done: boolean }>(`
      SELECT NOT EXISTS (SELECT 1 FROM events WHERE position IS NULL)
        AND (SELECT position FROM event_consumers WHERE name = 'notifications') >= (SELECT coalesce(max(position), 0)
          FROM events WHERE type <> 'notices.created')
        AND NOT EXISTS (SELECT 1 FROM pgboss.job WHERE name = 'send-mail' AND state < 'completed') AS done`);
    return row?.done;
  });
/** The messages of a person, when all are delivered. */
const mailOf = async ({ email }: Person): Promise<Delivered['mail'][]> => {
  await settled();
  return server.delivered.filter(({ to }) => to.includes(email)).map(({ mail }) => mail);
};
const linkIn = (mail: Delivered['mail'] | undefined): string => {
  const { url } = (mail?.headers.get('list') as unknown as { unsubscribe: { url: string } }).unsubscribe;
  expect(url).toMatch(/^https:\/\/api\.times\.example\.com\/unsubscribe\/[\w.-]{60,200}$/);
  return new URL(url).pathname;
};

/** The daily message of a person whose notices are from yesterday. */
const yesterday = (person: Person) =>
  galley.database.query(
    `UPDATE notifications SET created_at = created_at - interval '26 hours' WHERE user_id = $1`,
    [person.id],
  );
const runDigests = (app = galley.app) => app.get(Digests).run(new AbortController().signal);

describe('preferences', () => {
  it('show everything in the app and send nothing by mail until somebody asks for it', async () => {
    const [ada, grace] = [await galley.aUser(), await galley.aUser()];
    const { body } = await galley.as(grace).get('/api/v1/notifications/preferences').expect(200);
    expect(Object.keys(body)).toHaveLength(5);
    for (const choice of Object.values(body)) expect(choice).toEqual({ app: true, email: 'off' });
    await follow(grace, ada);
    await galley.aPost({ author: ada, status: 'published' });
    expect(await mailOf(grace)).toEqual([]);
  });

  it('change what a request names, and nothing else, also if two requests come at once', async () => {
    const grace = await galley.aUser();
    const other = { app: true, email: 'off' };
    expect(await prefer(grace, { comment_reply: { app: false } })).toMatchObject({
      comment_reply: { app: false, email: 'off' },
      comment_mention: other,
    });
    await Promise.all([
      prefer(grace, { comment_reply: { email: 'daily' }, post_published: { app: false } }),
      prefer(grace, { comment_mention: { email: 'immediate' }, post_published: { email: 'daily' } }),
    ]);
    expect(await prefer(grace, {})).toEqual({
      post_published: { app: false, email: 'daily' },
      comment_reply: { app: false, email: 'daily' },
      comment_mention: { app: true, email: 'immediate' },
      comment_on_post: other,
      comment_pending: other,
    });
  });

  it('reject unknown kinds, unknown values and null', async () => {
    const client = galley.as(await galley.aUser());
    for (const choice of [
      { comment_liked: { app: true } },
      { comment_reply: { email: 'weekly' } },
      { comment_reply: null },
      { comment_reply: { sms: true } },
    ])
      await client.patch('/api/v1/notifications/preferences', choice).expect(400);
  });

  it('decide about the list: a kind without app and mail leaves no notice', async () => {
    const [ada, grace, mailed] = [await galley.aUser(), await galley.aUser(), await galley.aUser()];
    await prefer(grace, { post_published: { app: false } });
    await prefer(mailed, { post_published: { app: false, email: 'immediate' } });
    for (const person of [grace, mailed]) await follow(person, ada);
    await galley.aPost({ author: ada, title: 'Only by mail', status: 'published' });
    expect([(await mailOf(grace)).length, (await mailOf(mailed)).length]).toEqual([0, 1]);
    for (const person of [grace, mailed]) {
      const { body } = await galley.as(person).get('/api/v1/notifications').expect(200);
      expect([body.data, body.meta.unreadCount]).toEqual([[], 0]);
    }
  });
});

describe('a message about one notice', () => {
  it('names what has happened, links to it and can be unsubscribed with one click', async () => {
    const [ada, grace] = [await galley.aUser({ name: 'Ada "A" <Lovelace>' }), await galley.aUser()];
    await prefer(grace, { post_published: { email: 'immediate' } });
    await follow(grace, ada);
    const post = await galley.aPost({ author: ada, title: 'On <b>Engines</b>', status: 'published' });
    const [mail, ...others] = await mailOf(grace);
    expect(others).toEqual([]);
    expect(mail?.subject).toBe('Ada "A" <Lovelace> published “On <b>Engines</b>”');
    expect(mail?.text).toContain(`https://times.example.com/posts/${post.slug}`);
    expect(mail?.html).toContain('On &lt;b&gt;Engines&lt;/b&gt;');
    expect(mail?.html).toContain(linkIn(mail));
    const raw = server.delivered.find(({ to }) => to.includes(grace.email))?.raw;
    expect(raw).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    expect(mail?.messageId).toMatch(/^<notice-[\w-]{73}@times\.example\.com>$/);
  });

  it('contains a comment as it was written, and is not sent about one that waits for approval', async () => {
    const [author, writer] = [await galley.aUser(), await galley.aUser({ name: 'Grace' })];
    await prefer(author, { comment_on_post: { email: 'immediate' } });
    const post = await galley.aPost({ author, title: 'Engines', status: 'published' });
    await galley.aComment({ post, author: writer, body: 'Well *said*.\n\nReally.' });
    const [mail] = await mailOf(author);
    expect(mail?.subject).toBe('Grace commented on “Engines”');
    expect(mail?.text).toMatch(/Well \*said\*\.[\s\S]*Really\./);
  });

  it('is sent for the kind that the account wants by mail, if a comment is of several kinds', async () => {
    const [author, writer] = [await galley.aUser({ name: 'Several Sal' }), await galley.aUser()];
    const post = await galley.aPost({ author, status: 'published' });
    const commented = async (preferences: object) => {
      await prefer(author, preferences);
      const { id } = await galley.aComment({ post, author: writer, body: 'Look, @Several Sal' });
      const mails = (await mailOf(author)).length;
      const [notice] = await galley.database.query<{ kind: string; in_app: boolean }>(
        'SELECT kind, in_app FROM notifications WHERE comment_id = $1 AND user_id = $2',
        [id, author.id],
      );
      return { mails, ...notice };
    };
    const onPost = { kind: 'comment_on_post', in_app: true };
    expect(await commented({})).toEqual({ mails: 0, kind: 'comment_mention', in_app: true });
    expect(await commented({ comment_on_post: { email: 'immediate' } })).toEqual({ mails: 1, ...onPost });
    expect(await commented({ comment_mention: { email: 'daily' } })).toEqual({ mails: 2, ...onPost });
    expect(await commented({ comment_on_post: { app: false } })).toEqual({ mails: 3, ...onPost });
    expect(await commented({ comment_on_post: { email: 'off' } })).toEqual({
      mails: 3,
      kind: 'comment_mention',
      in_app: true,
    });
    const none = { app: false, email: 'off' };
    expect(await commented({ comment_mention: none, comment_on_post: { app: true } })).toEqual({
      mails: 3,
      ...onPost,
    });
    expect(await commented({ comment_on_post: none })).toEqual({ mails: 3 });
  });

  it('does not hold up the others if it cannot be sent, or if a name is longer than a header', async () => {
    const [ada, grace, long, lost] = [
      await galley.aUser({ name: 'n'.repeat(3000) }),
      await galley.aUser(),
      await galley.aUser({ name: 'l'.repeat(3000) }),
      await galley.aUser({ email: `${'a'.repeat(400)}@example.com` }),
    ];
    for (const person of [grace, long, lost]) {
      await prefer(person, { post_published: { email: 'immediate' } });
      await follow(person, ada);
    }
    await galley.aPost({ author: ada, status: 'published' });
    const counts = [];
    for (const person of [grace, long, lost]) counts.push((await mailOf(person)).length);
    expect(counts).toEqual([1, 1, 0]);
  });

  it('is not sent if the deployment does not know its own address', async () => {
    const { PUBLIC_URL: _url, ...others } = settings;
    const silent = await startGalley({ ...others, PROCESS_ROLE: 'api' }, galley.database);
    try {
      const { NoticeMails } = await import('../src/notifications/notice-mails.js');
      expect(silent.app.get(NoticeMails).enabled).toBe(false);
      expect(galley.app.get(NoticeMails).enabled).toBe(true);
    } finally {
      await silent.stop();
    }
  });
});

describe('a message that the server defers', () => {
  const waiting = (count: number) =>
    until(async () => {
      const rows = await galley.database.query(
        `SELECT 1 FROM pgboss.job WHERE name = 'send-mail' AND state = 'retry'`,
      );
      return rows.length === count;
    });
  /** The server accepts messages again, and those that wait are due. */
  const recover = async () => {
    server.behaviour = {};
    await galley.database.query(
      `UPDATE pgboss.job SET start_after = now() WHERE name = 'send-mail' AND state < 'active'`,
    );
  };
  const defer = () => {
    server.behaviour = { rcpt: () => ({ code: 451, text: '4.7.1 Greylisted' }) };
  };
  const withdrawn = async () =>
    Number(
      /^mail_messages_total\{[^}]*outcome="withdrawn"[^}]*\} (\d+)/m.exec(
        (await galley.anyone.get('/metrics').expect(200)).text,
      )?.[1],
    );

  it('is not sent if what it tells was taken back, or if its reader no longer wants or may have it', async () => {
    const [ada, off, gone, kept, moderator] = [
      await galley.aUser({ name: 'Ada' }),
      await galley.aUser(),
      await galley.aUser(),
      await galley.aUser(),
      await galley.aUser({ role: 'admin' }),
    ];
    for (const person of [off, gone, kept]) {
      await prefer(person, { post_published: { email: 'immediate' } });
      await follow(person, ada);
    }
    await prefer(ada, { comment_on_post: { email: 'immediate' } });
    await settled();
    const before = await withdrawn();
    defer();
    const unpublished = await galley.aPost({ author: ada, status: 'published' });
    await waiting(3);
    const post = await galley.aPost({ author: ada, title: 'First title', status: 'published' });
    await waiting(6);
    const hidden = await galley.aComment({ post });
    const deleted = await galley.aComment({ post });
    const edited = await galley.aComment({ post, body: 'My number is 12345.' });
    await waiting(9);

    await galley.as(ada).post(`/api/v1/posts/${unpublished.id}/unpublish`).expect(200);
    await galley.as(ada).post(`/api/v1/comments/${hidden.id}/moderate`, { status: 'hidden' }).expect(200);
    await galley.as(deleted.by).delete(`/api/v1/comments/${deleted.id}`).expect(204);
    await galley.as(edited.by).patch(`/api/v1/comments/${edited.id}`, { body: 'Call me.' }).expect(200);
    await galley.as(ada).patch(`/api/v1/posts/${post.id}`, { title: 'Second title' }).expect(200);
    await prefer(off, { post_published: { email: 'off' } });
    await galley.as(moderator).post(`/api/v1/users/${gone.id}/disable`).expect(200);
    await recover();

    expect((await mailOf(kept)).map(({ subject }) => subject)).toEqual(['Ada published “Second title”']);
    const [mail, ...others] = await mailOf(ada);
    expect(others).toEqual([]);
    expect(mail?.text).toContain('Call me.');
    expect(mail?.text).not.toContain('12345');
    expect([await mailOf(off), await mailOf(gone)]).toEqual([[], []]);
    expect((await withdrawn()) - before).toBe(7);
  });

  it('is not sent about a day of which nothing is left, and omits what is gone', async () => {
    const ada = await galley.aUser({ name: 'Ada' });
    const [none, one] = [await galley.aUser(), await galley.aUser()];
    const posts: { id: string }[] = [];
    for (const person of [none, one]) {
      await prefer(person, { post_published: { email: 'daily' } });
      await follow(person, ada);
    }
    for (const title of ['Stays', 'Goes'])
      posts.push(await galley.aPost({ author: ada, title, status: 'published' }));
    await settled();
    for (const person of [none, one]) await yesterday(person);
    defer();
    await runDigests();
    await waiting(2);
    await galley.as(ada).post(`/api/v1/posts/${posts[1]?.id}/unpublish`).expect(200);
    const list = (await galley.as(none).get('/api/v1/notifications').expect(200)).body.data;
    await galley.as(none).post('/api/v1/notifications/read', { upTo: list[0].id }).expect(204);
    await recover();
    expect(await mailOf(none)).toEqual([]);
    const [mail] = await mailOf(one);
    expect(mail?.subject).toBe('1 new notification');
    expect(mail?.text).toContain('Stays');
    expect(mail?.text).not.toContain('Goes');
  });

  it('is not sent about a mention that an edit has removed', async () => {
    const [gone, kept] = [await galley.aUser({ name: 'Zed Gone' }), await galley.aUser({ name: 'Zed Kept' })];
    for (const person of [gone, kept]) await prefer(person, { comment_mention: { email: 'immediate' } });
    await settled();
    const before = await withdrawn();
    defer();
    const comment = await galley.aComment({ body: '@Zed Gone and @Zed Kept' });
    await waiting(2);
    await galley
      .as(comment.by)
      .patch(`/api/v1/comments/${comment.id}`, { body: 'Only **@Zed Kept**’s' })
      .expect(200);
    await recover();
    expect(await mailOf(gone)).toEqual([]);
    const [mail, ...others] = await mailOf(kept);
    expect(others).toEqual([]);
    expect(mail?.text).toContain('Only');
    expect((await withdrawn()) - before).toBe(1);
  });

  it('is not sent about a day whose mentions edits have removed, and omits those that are gone', async () => {
    const [none, one] = [await galley.aUser({ name: 'No Twin' }), await galley.aUser({ name: 'A Twin' })];
    await galley.aUser({ name: 'A Twin' });
    for (const person of [none, one]) await prefer(person, { comment_mention: { email: 'daily' } });
    const edits: (() => Promise<unknown>)[] = [];
    for (const [title, body] of [
      ['Stays', 'Still @A Twin'],
      ['Goes', 'Nobody'],
    ]) {
      const post = await galley.aPost({ title, status: 'published' });
      await galley.aComment({ post, author: one });
      const { by, id } = await galley.aComment({ post, body: '@A Twin and @No Twin' });
      edits.push(() => galley.as(by).patch(`/api/v1/comments/${id}`, { body }).expect(200));
    }
    await settled();
    for (const person of [none, one]) await yesterday(person);
    defer();
    await runDigests();
    await waiting(2);
    for (const edit of edits) await edit();
    await recover();
    expect(await mailOf(none)).toEqual([]);
    const [mail] = await mailOf(one);
    expect(mail?.subject).toBe('1 new notification');
    expect(mail?.text).toContain('Stays');
    expect(mail?.text).not.toContain('Goes');
  });
});

describe('a message that waits for the mail server', () => {
  it.each([
    ['is switched off', () => ({ ...settings, EMAIL_TRANSPORT: 'none' })],
    [
      'does not know its own address',
      () => Object.fromEntries(Object.entries(settings).filter(([name]) => name !== 'PUBLIC_URL')),
    ],
  ])('is sent later if a process runs meanwhile whose mail %s', async (_fault, faulty) => {
    const database = await createTestDatabase();
    const during = async (given: Record<string, string>, work: (there: Galley) => Promise<unknown>) => {
      const there = await startGalley(given, database);
      await work(there).finally(() => there.stop());
      await database.query(`UPDATE pgboss.job SET start_after = now() WHERE name = 'send-mail'`);
    };
    const attempts = (count: number) => () =>
      until(async () => {
        const rows = await database.query<{ state: string; retries: number }>(
          `SELECT state, retry_count AS retries FROM pgboss.job WHERE name = 'send-mail' AND state <> 'active'`,
        );
        return rows.some(
          ({ state, retries }) => state === 'completed' || (state === 'retry' && retries >= count),
        );
      });
    let reader: Person | undefined;
    server.behaviour = { rcpt: () => ({ code: 451, text: '4.7.1 Greylisted' }) };
    await during(settings, async (there) => {
      const author = await there.aUser();
      reader = await there.aUser();
      const client = there.as(reader);
      await client
        .patch('/api/v1/notifications/preferences', { post_published: { email: 'immediate' } })
        .expect(200);
      await client.put(`/api/v1/users/${author.id}/follow`).expect(204);
      await there.aPost({ author, status: 'published' });
      await attempts(0)();
    });
    server.behaviour = {};
    await during(faulty(), attempts(1));
    await during(settings, () =>
      until(() => server.delivered.some(({ to }) => to.includes(reader?.email ?? ''))),
    );
    await database.drop();
  });
});

describe('an address that the server refuses', () => {
  const isDead = () =>
    galley.database.query(`SELECT 1 FROM pgboss.job WHERE name = 'send-mail' AND state = 'failed'`);
  /** Returns an account and the number of attempts to reach it. The server refuses its address. */
  const aRefused = async (author: Person, email?: string) => {
    const person = await galley.aUser({ email });
    await prefer(person, { post_published: { email: 'immediate' } });
    await follow(person, author);
    const attempts = { count: 0 };
    server.behaviour.rcpt = (address) => {
      if (address !== person.email) return undefined;
      attempts.count++;
      return { code: 550, text: '5.1.1 No such user' };
    };
    return { person, attempts };
  };
  const publish = async (author: Person, count = 1) => {
    for (let n = 0; n < count; n++) {
      await galley.aPost({ author, status: 'published' });
      await settled();
    }
  };

  it('receives no more notices after three, until the account changes it or asks for mail again', async () => {
    const ada = await galley.aUser();
    const { person, attempts } = await aRefused(ada);
    const reader = await galley.aUser();
    await prefer(reader, { post_published: { email: 'immediate' } });
    await follow(reader, ada);
    await publish(ada, 5);
    expect([attempts.count, await isDead()]).toEqual([3, []]);
    expect(await mailOf(reader)).toHaveLength(5);

    await prefer(person, { comment_reply: { app: false } });
    await publish(ada);
    expect(attempts.count).toBe(3);
    await prefer(person, { post_published: { email: 'immediate' } });
    await publish(ada, 4);
    expect(attempts.count).toBe(6);

    const email = `new-${person.email}`;
    await galley.database.query('UPDATE users SET email = $2 WHERE id = $1', [person.id, email]);
    await publish(ada);
    expect(await mailOf({ ...person, email })).toHaveLength(1);
    server.behaviour = {};
  });

  it('is forgotten after 30 days, and when the account has another address', async () => {
    const [stale, moved, fresh] = [await galley.aUser(), await galley.aUser(), await galley.aUser()];
    await galley.database.query(
      `INSERT INTO notification_refusals (user_id, address, count, refused_at)
       VALUES ($1, $2, 3, now() - interval '31 days'), ($3, 'former@example.com', 3, now()), ($4, $5, 3, now())`,
      [stale.id, stale.email, moved.id, fresh.id, fresh.email],
    );
    await until(async () => (await galley.app.get(RefusalsRepository).deleteOld(500)) === 0);
    expect(
      await galley.database.query('SELECT user_id FROM notification_refusals WHERE user_id = ANY($1)', [
        [stale.id, moved.id, fresh.id],
      ]),
    ).toEqual([{ user_id: fresh.id }]);
  });

  it('is tried again after a week, and counts from the start once the server has accepted it', async () => {
    const ada = await galley.aUser();
    const { person, attempts } = await aRefused(ada);
    await publish(ada, 4);
    await galley.database.query(
      `UPDATE notification_refusals SET refused_at = refused_at - interval '7 days' WHERE user_id = $1`,
      [person.id],
    );
    await publish(ada, 2);
    expect(attempts.count).toBe(4);
    server.behaviour = {};
    await galley.database.query('UPDATE notification_refusals SET count = 2 WHERE user_id = $1', [person.id]);
    await publish(ada);
    expect(await mailOf(person)).toHaveLength(1);
    expect(
      await galley.database.query('SELECT 1 FROM notification_refusals WHERE user_id = $1', [person.id]),
    ).toEqual([]);
  });

  it('is also one that no server accepts, which accounts of a former release can have', async () => {
    const ada = await galley.aUser();
    const { person } = await aRefused(ada, 'b@[127.0.0.1]');
    await publish(ada, 4);
    const [row] = await galley.database.query('SELECT count FROM notification_refusals WHERE user_id = $1', [
      person.id,
    ]);
    expect([row, await isDead()]).toEqual([{ count: 3 }, []]);
    server.behaviour = {};
  });
});

describe('the link to unsubscribe', () => {
  /** Sends what a mail client sends: no credentials, and a form of another standard. */
  const click = async (
    path: string,
    type = 'application/x-www-form-urlencoded',
    body = 'List-Unsubscribe=One-Click',
  ) => {
    const head = [
      `POST ${path} HTTP/1.1`,
      'Host: x',
      'Connection: close',
      `Content-Type: ${type}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    return sendRaw(galley.url, `${head.join('\r\n')}\r\n\r\n${body}`);
  };
  const aSubscriber = async () => {
    const [ada, grace] = [await galley.aUser(), await galley.aUser()];
    await prefer(grace, { post_published: { email: 'immediate' }, comment_reply: { email: 'immediate' } });
    await follow(grace, ada);
    await galley.aPost({ author: ada, status: 'published' });
    return { ada, grace, path: linkIn((await mailOf(grace))[0]) };
  };

  it('asks when it is opened, and changes nothing', async () => {
    const { grace, path } = await aSubscriber();
    const { text, headers } = await galley.anyone.get(path).expect(200);
    expect(headers.get('content-type')).toContain('text/html');
    expect(headers.get('content-security-policy')).toContain(`form-action 'self'`);
    expect(text).toContain('<form method="post">');
    expect((await prefer(grace, {})).post_published.email).toBe('immediate');
  });

  it.each([
    ['application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'],
    [
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
    ],
    ['not a type', 'x'],
    ['application/json', '{'],
  ])('ends the messages of its kind without a login, with a body of %s', async (type, body) => {
    const { ada, grace, path } = await aSubscriber();
    for (let n = 0; n < 2; n++) expect((await click(path, type, body)).status).toBe(200);
    const { post_published: posts, comment_reply: replies } = await prefer(grace, {});
    expect([posts, replies.email]).toEqual([{ app: true, email: 'off' }, 'immediate']);
    await galley.aPost({ author: ada, status: 'published' });
    expect(await mailOf(grace)).toHaveLength(1);
  });

  it('counts for its account, apart from its writes, and not for the address of the mail provider', async () => {
    const { grace, path } = await aSubscriber();
    const { path: other } = await aSubscriber();
    const limited = await startGalley({ ...settings, RATE_LIMIT_USER_WRITE_MAX: '3' }, galley.database);
    try {
      const clicked = async (link: string) => (await limited.anyone.send('POST', link)).status;
      for (let n = 0; n < 3; n++) expect(await clicked(path)).toBe(200);
      expect([await clicked(path), await clicked(other)]).toEqual([429, 200]);
      await limited.as(grace).patch('/api/v1/notifications/preferences', {}).expect(200);
    } finally {
      await limited.stop();
    }
  });

  it('writes nothing and waits for nothing when it is used again', async () => {
    const { grace, path } = await aSubscriber();
    const written = () =>
      galley.database.query(
        'SELECT kind, xmin::text FROM notification_preferences WHERE user_id = $1 ORDER BY 1',
        [grace.id],
      );
    expect((await click(path)).status).toBe(200);
    const once = await written();
    const change = new pg.Client({ connectionString: galley.database.url });
    await change.connect();
    try {
      await change.query('BEGIN');
      await change.query('SELECT pg_advisory_xact_lock(771009, hashtext($1))', [grace.id]);
      expect((await click(path)).status).toBe(200);
    } finally {
      await change.end();
    }
    expect(await written()).toEqual(once);
  });

  it('is not valid if one character of it differs, or for another purpose', async () => {
    const { grace, path } = await aSubscriber();
    const changed = `${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}`;
    const [token] = (await galley.as(grace).get('/api/v1/posts?limit=1').expect(200)).body.meta.nextCursor
      ? [(await galley.as(grace).get('/api/v1/posts?limit=1')).body.meta.nextCursor as string]
      : ['a.b'];
    for (const wrong of [changed, `/unsubscribe/${token}`, '/unsubscribe/x'])
      for (const method of ['GET', 'POST']) await galley.anyone.send(method, wrong).expect(404);
    expect((await prefer(grace, {})).post_published.email).toBe('immediate');
  });

  it('shows a page to the person who opens one that is cut off, and a problem to a program', async () => {
    const { grace, path } = await aSubscriber();
    for (const wrong of [path.slice(0, -9), `${path}.`])
      for (const method of ['GET', 'POST']) {
        const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
        const answer = await fetch(`${galley.url}${wrong}`, { method, headers: { accept } });
        expect([answer.status, answer.headers.get('content-type')]).toEqual([
          404,
          'text/html; charset=utf-8',
        ]);
        expect(await answer.text()).toContain('This link does not work');
        expect((await galley.anyone.send(method, wrong).expect(404)).body.code).toBe('route_not_found');
      }
    expect((await prefer(grace, {})).post_published.email).toBe('immediate');
  });

  it('discards a body of any length', async () => {
    const { path } = await aSubscriber();
    const { status } = await click(path, 'text/plain', 'x'.repeat(3_000_000));
    expect(status).toBe(200);
  });
});

describe('the daily message', () => {
  const aDay = async (count: number) => {
    const [ada, grace] = [await galley.aUser({ name: 'Ada' }), await galley.aUser()];
    await prefer(grace, { post_published: { email: 'daily' } });
    await follow(grace, ada);
    const posts = [];
    for (let n = 0; n < count; n++)
      posts.push(await galley.aPost({ author: ada, title: `Day ${n}`, status: 'published' }));
    await settled();
    return { ada, grace, posts };
  };

  it('is one for each account and day, however many processes create it', async () => {
    const other = await startGalley(settings, galley.database);
    try {
      const { grace } = await aDay(3);
      await runDigests();
      expect(await mailOf(grace)).toEqual([]); // Nothing is from before today's hour.
      await yesterday(grace);
      await Promise.all([runDigests(), runDigests(other.app), runDigests(), runDigests(other.app)]);
      const [mail, ...more] = await mailOf(grace);
      expect(more).toEqual([]);
      expect(mail?.subject).toBe('3 new notifications');
      expect(mail?.text).toMatch(
        /Ada published “Day 2”[\s\S]*Ada published “Day 1”[\s\S]*Ada published “Day 0”/,
      );
      expect(mail?.messageId).toContain(grace.id);
      linkIn(mail);
    } finally {
      await other.stop();
    }
  });

  it('is one a day, also if the hour of these messages is changed after it', async () => {
    const { ada, grace } = await aDay(1);
    await yesterday(grace);
    await runDigests();
    expect(await mailOf(grace)).toHaveLength(1);
    await galley.aPost({ author: ada, status: 'published' });
    await settled();
    await yesterday(grace);
    // As if its hour had been the first one of the same day, and the present one later.
    const [moved] = await galley.database.query<{ before: boolean }>(
      `UPDATE notification_digests SET slot = date_trunc('day', slot AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
       WHERE user_id = $1 RETURNING slot < now() - interval '1 second' AS before`,
      [grace.id],
    );
    expect(moved?.before).toBe(true);
    await runDigests();
    expect(await mailOf(grace)).toHaveLength(1);
  });

  it('of one account that cannot be created holds up no other', async () => {
    const days = [await aDay(1), await aDay(1), await aDay(1)];
    const [broken, ...others] = days.map(({ grace }) => grace).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    for (const { grace } of days) await yesterday(grace);
    await galley.database.query(`
      CREATE FUNCTION refuse_digest() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'This message cannot be created.'; END $$`);
    await galley.database.query(`
      CREATE TRIGGER refuse_digest BEFORE INSERT ON notification_digests FOR EACH ROW
        WHEN (NEW.user_id = '${broken?.id}') EXECUTE FUNCTION refuse_digest()`);
    try {
      await expect(runDigests()).rejects.toThrow('This message cannot be created.');
      for (const person of others) expect(await mailOf(person)).toHaveLength(1);
      expect(await mailOf(broken as Person)).toEqual([]);
    } finally {
      await galley.database.query('DROP TRIGGER refuse_digest ON notification_digests');
      await galley.database.query('DROP FUNCTION refuse_digest');
    }
    await runDigests();
    expect(await mailOf(broken as Person)).toHaveLength(1);
  });

  it('contains what is unread and public, and leaves the rest of a late transaction to the next day', async () => {
    const { ada, grace, posts } = await aDay(4);
    await yesterday(grace);
    const list = (await galley.as(grace).get('/api/v1/notifications').expect(200)).body.data;
    await galley
      .as(grace)
      .post('/api/v1/notifications/read', { ids: [list[0].id] })
      .expect(204);
    await galley.as(ada).post(`/api/v1/posts/${posts[0]?.id}/unpublish`).expect(200);
    await runDigests();
    expect((await mailOf(grace)).map(({ subject }) => subject)).toEqual(['2 new notifications']);
    await galley.aPost({ author: ada, title: 'Late', status: 'published' });
    await settled();
    await yesterday(grace);
    await runDigests();
    expect(await mailOf(grace)).toHaveLength(1);
    await galley.database.query(
      `UPDATE notification_digests SET slot = slot - interval '1 day' WHERE user_id = $1`,
      [grace.id],
    );
    await runDigests();
    expect((await mailOf(grace)).map(({ subject }) => subject)).toEqual([
      '2 new notifications',
      '1 new notification',
    ]);
  });

  it('is not sent without anything to tell, and not after its link was used', async () => {
    const { grace } = await aDay(1);
    await yesterday(grace);
    const list = (await galley.as(grace).get('/api/v1/notifications').expect(200)).body.data;
    await galley.as(grace).post('/api/v1/notifications/read', { upTo: list[0].id }).expect(204);
    await runDigests();
    expect(await mailOf(grace)).toEqual([]);

    const { ada, grace: second } = await aDay(1);
    await yesterday(second);
    await runDigests();
    const [mail] = await mailOf(second);
    expect(mail?.subject).toBe('1 new notification');
    await galley.aPost({ author: ada, status: 'published' });
    await settled();
    await yesterday(second);
    await galley.database.query(
      `UPDATE notification_digests SET slot = slot - interval '1 day' WHERE user_id = $1`,
      [second.id],
    );
    await galley.anyone.post(linkIn(mail)).expect(200);
    await runDigests();
    expect(await mailOf(second)).toHaveLength(1);
  });
});
