import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Passwords } from '../src/auth/passwords.js';
import { SessionsService } from '../src/auth/sessions.service.js';
import { UnsubscribeLinks } from '../src/notifications/unsubscribe-links.js';
import { Mail } from '../src/platform/mail/mail.js';
import type { PostStatus } from '../src/posts/post-fields.schemas.js';
import type { Person } from './support/builders.js';
import { Client } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';
import { aJob } from './support/a-job.js';
import { aDelivery, aWebhook, WEBHOOK_SETTINGS } from './support/a-webhook.js';
import { ghost } from './support/import-files.js';
import { aMessage } from './support/mail.js';
import { documentedRoutes, routesOf } from './support/routes.js';

/**
 * The columns of the table: an anonymous caller, a user, the author of the resource, another author, an editor, an
 * admin.
 */
const ACTORS = ['anonymous', 'user', 'own', 'other', 'editor', 'admin'] as const;
type Actor = (typeof ACTORS)[number];
type Parameters = Record<string, string>;

interface Row {
  /** The resource of the call. */
  on: string;
  arrange?: () => Promise<Parameters> | Parameters;
  body?: unknown;
  /** The call ends its own session. */
  endsSession?: true;
  /** The status for each caller, in the order of the columns. */
  answers: string;
}

const PASSWORD = 'correct horse battery staple';
const UNKNOWN = '019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41';

let galley: Galley;
let people: Record<Exclude<Actor, 'anonymous'>, Person>;
let somebody: Person;
/** Logs in repeatedly. */
let member: Person;

beforeAll(async () => {
  galley = await startGalley({
    METRICS_TOKEN: 'a token of metrics alone',
    PUBLIC_URL: 'https://api.example.com',
    ...WEBHOOK_SETTINGS,
  });
  people = {
    user: await galley.aUser({ role: 'user' }),
    own: await galley.aUser({ role: 'author' }),
    other: await galley.aUser({ role: 'author' }),
    editor: await galley.aUser({ role: 'editor' }),
    admin: await galley.aUser({ role: 'admin' }),
  };
  somebody = await galley.aUser({ role: 'author' });
  member = await galley.aUser();
  const hash = await galley.app.get(Passwords).hash(PASSWORD);
  await galley.database.query('UPDATE users SET password_hash = $1', [hash]);
});
afterAll(() => galley.stop());

const client = (actor: Actor): Client => (actor === 'anonymous' ? galley.anyone : galley.as(people[actor]));

async function aLoggedMessage(): Promise<Parameters> {
  const message = aMessage();
  await galley.app.get(Mail).send(message);
  return { id: message.id };
}

function anUnsubscribeLink(): Parameters {
  const url = galley.app.get(UnsubscribeLinks).urlFor({ userId: somebody.id, from: 'daily' });
  return { token: url.split('/').at(-1) as string };
}

async function anotherSession(actor: Actor): Promise<Client> {
  if (actor === 'anonymous') return galley.anyone;
  const { accessToken } = await galley.app.get(SessionsService).begin(people[actor].id, null);
  return new Client(galley.url, accessToken);
}

const unknown = () => ({ id: UNKNOWN, idOrSlug: UNKNOWN, slug: 'no-such-thing' });

const aDeadJob = async () => ({ id: await aJob(galley.database, 'failed') });

const anIdleWebhook = async () => ({ id: (await aWebhook(client('admin'), { active: false })).id });
const aWaitingDelivery = async () => ({ id: (await aDelivery(galley, client('admin'))).id });

/** Only administrators manage webhooks. */
const ofWebhooks = (status: number, rest: Partial<Row>): Row[] => [
  { on: 'a webhook', answers: `401 403 403 403 403 ${status}`, arrange: anIdleWebhook, ...rest },
  { ...rest, on: 'no webhook', arrange: unknown, answers: '401 403 403 403 403 404' },
];

const aPost = (status: PostStatus) => async () => {
  const { id } = await galley.aPost({ author: people.own, status });
  return { id, idOrSlug: id };
};

/** A comment of `by` on a published post of `postBy`. */
const aComment =
  (by: () => Person, postBy: () => Person, status = 'visible') =>
  async () => {
    const post = await galley.aPost({ author: postBy(), status: 'published' });
    const { id } = await galley.aComment({ post, author: by() });
    await galley.database.query('UPDATE comments SET status = $2 WHERE id = $1', [id, status]);
    return { id };
  };

const aPage = () => galley.aPost({ author: people.own, type: 'page' });

const aTag = async () => {
  const { slug } = await galley.aTag({ name: `Tag ${randomUUID()}` });
  return { slug };
};
const aPublicTag = async () => {
  const name = `Tag ${randomUUID()}`;
  const { tags } = await galley.aPost({ tags: [name], status: 'published' });
  return { slug: tags?.[0]?.slug ?? '' };
};
const aPerson = (active: boolean) => async () => ({ id: (await galley.aUser({ role: 'user', active })).id });

const open = (on = 'anything', rest: Partial<Row> = {}): Row => ({
  on,
  answers: '200 200 200 200 200 200',
  ...rest,
});
const adminsOnly = (rest: Partial<Row>): Row => ({ on: '', answers: '401 403 403 403 403 200', ...rest });
const account = (body?: unknown): Row[] => [
  { on: 'the own account', body, answers: '401 200 200 200 200 200' },
];

const postAction = (status: PostStatus, published = false, body?: object): Row[] => [
  {
    on: `a ${status} post`,
    arrange: aPost(status),
    body,
    answers: `401 403 200 ${published ? 403 : 404} 200 200`,
  },
  { on: 'no post', arrange: unknown, body, answers: '401 403 404 404 404 404' },
];

const aPrivateEdit = async () => {
  const { id } = await galley.aPost({ author: people.own, status: 'published' });
  await galley.as(people.own).patch(`/api/v1/posts/${id}?draft=true`, { title: 'Private' }).expect(200);
  return { id, number: '1' };
};

/** Who may edit a post may see its history. */
const ofRevisions = (): Row[] => [
  { on: 'a published post', arrange: aPrivateEdit, answers: '401 403 200 403 200 200' },
  {
    on: 'a draft',
    arrange: async () => ({ ...(await aPost('draft')()), number: '1' }),
    answers: '401 403 200 404 200 200',
  },
  { on: 'no post', arrange: () => ({ ...unknown(), number: '1' }), answers: '401 403 404 404 404 404' },
];

const bulkOf = (...operations: object[]) => ({
  operations: operations.map((operation) => ({ body: { title: 'T', body: 'B' }, ...operation })),
});

/** An edit and a deletion of a post in one request. */
const atomically = (on: string, arrange: () => Promise<Parameters> | Parameters, answers: string): Row[] =>
  [{ op: 'update', body: { title: 'N' } }, { op: 'archive' }, { op: 'delete' }].map((operation) => {
    let id = UNKNOWN;
    return {
      on,
      answers,
      arrange: async () => {
        const parameters = await arrange();
        id = parameters.id as string;
        return parameters;
      },
      body: () => ({ atomic: true, operations: [{ ...operation, id }] }),
    };
  });

const MATRIX: Record<string, Row[]> = {
  'POST /api/v1/auth/register': [
    open('a new address', {
      body: () => ({ email: `${randomUUID()}@example.com`, password: PASSWORD, name: 'New' }),
      answers: '201 201 201 201 201 201',
    }),
  ],
  'POST /api/v1/auth/login': [
    open('an account', { body: () => ({ email: member.email, password: PASSWORD }) }),
  ],
  'POST /api/v1/auth/refresh': [
    open('a session', { body: async () => ({ refreshToken: (await galley.aUser()).refreshToken }) }),
  ],
  'POST /api/v1/auth/logout': [
    open('a session', {
      body: async () => ({ refreshToken: (await galley.aUser()).refreshToken }),
      answers: '204 204 204 204 204 204',
      endsSession: true,
    }),
  ],
  'PUT /api/v1/auth/password': [
    {
      on: 'the own account',
      body: { currentPassword: PASSWORD, newPassword: PASSWORD },
      answers: '401 204 204 204 204 204',
    },
  ],

  'GET /api/v1/users/me': account(),
  'PATCH /api/v1/users/me': account({ bio: 'Me' }),
  'GET /api/v1/users': [adminsOnly({ on: 'all accounts' })],
  'GET /api/v1/users/:id': [
    open('a public profile', { arrange: aPerson(true) }),
    { on: 'a disabled account', arrange: aPerson(false), answers: '404 404 404 404 404 200' },
    { on: 'nobody', arrange: unknown, answers: '404 404 404 404 404 404' },
  ],
  'PATCH /api/v1/users/:id': [
    adminsOnly({ on: 'an account', arrange: aPerson(true), body: { role: 'editor' } }),
    adminsOnly({ on: 'nobody', arrange: unknown, body: { name: 'X' }, answers: '401 403 403 403 403 404' }),
  ],
  'POST /api/v1/users/:id/disable': [
    adminsOnly({ on: 'an account', arrange: aPerson(true) }),
    adminsOnly({ on: 'nobody', arrange: unknown, answers: '401 403 403 403 403 404' }),
  ],
  'POST /api/v1/users/:id/enable': [
    adminsOnly({ on: 'an account', arrange: aPerson(false) }),
    adminsOnly({ on: 'nobody', arrange: unknown, answers: '401 403 403 403 403 404' }),
  ],

  'PUT /api/v1/users/:id/follow': [
    { on: 'an account', arrange: aPerson(true), answers: '401 204 204 204 204 204' },
    { on: 'a disabled account', arrange: aPerson(false), answers: '401 404 404 404 404 204' },
    { on: 'nobody', arrange: unknown, answers: '401 404 404 404 404 404' },
  ],
  'DELETE /api/v1/users/:id/follow': [
    { on: 'an account', arrange: aPerson(true), answers: '401 204 204 204 204 204' },
    { on: 'nobody', arrange: unknown, answers: '401 404 404 404 404 404' },
  ],
  'GET /api/v1/users/:id/followers': [
    open('a public profile', { arrange: aPerson(true) }),
    { on: 'a disabled account', arrange: aPerson(false), answers: '404 404 404 404 404 200' },
    { on: 'nobody', arrange: unknown, answers: '404 404 404 404 404 404' },
  ],
  'GET /api/v1/users/:id/following': [
    open('a public profile', { arrange: aPerson(true) }),
    { on: 'a disabled account', arrange: aPerson(false), answers: '404 404 404 404 404 200' },
    { on: 'nobody', arrange: unknown, answers: '404 404 404 404 404 404' },
  ],

  'GET /api/v1/notifications': [{ on: 'the own list', answers: '401 200 200 200 200 200' }],
  'POST /api/v1/notifications/read': [
    { on: 'some', body: { ids: [UNKNOWN] }, answers: '401 204 204 204 204 204' },
    { on: 'no notification', body: { upTo: UNKNOWN }, answers: '401 404 404 404 404 404' },
  ],

  'GET /api/v1/notifications/preferences': account(),
  'PATCH /api/v1/notifications/preferences': account({ comment_reply: { app: true } }),

  'GET /api/v1/admin/audit': [adminsOnly({ on: 'the audit log' })],

  'GET /api/v1/posts': [open('the list')],
  'POST /api/v1/posts': [
    { on: 'a new post', body: { title: 'T', body: 'B' }, answers: '401 403 201 201 201 201' },
    {
      on: "a new page below an author's page",
      body: async () => ({ title: 'T', body: 'B', type: 'page', parentId: (await aPage()).id }),
      answers: '401 403 201 400 201 201',
    },
  ],
  'GET /api/v1/posts/:idOrSlug': [
    open('a published post', { arrange: aPost('published') }),
    { on: 'a draft', arrange: aPost('draft'), answers: '404 404 200 404 200 200' },
    { on: 'a scheduled post', arrange: aPost('scheduled'), answers: '404 404 200 404 200 200' },
    { on: 'an archived post', arrange: aPost('archived'), answers: '404 404 200 404 200 200' },
    { on: 'no post', arrange: unknown, answers: '404 404 404 404 404 404' },
  ],
  'PATCH /api/v1/posts/:idOrSlug': [
    { on: 'a draft', arrange: aPost('draft'), body: { title: 'N' }, answers: '401 403 200 404 200 200' },
    {
      on: 'a published post',
      arrange: aPost('published'),
      body: { title: 'N' },
      answers: '401 403 200 403 200 200',
    },
    { on: 'no post', arrange: unknown, body: { title: 'N' }, answers: '401 403 404 404 404 404' },
  ],
  'DELETE /api/v1/posts/:idOrSlug': [
    { on: 'a draft', arrange: aPost('draft'), answers: '401 403 204 404 204 204' },
    { on: 'a published post', arrange: aPost('published'), answers: '401 403 204 403 204 204' },
    { on: 'no post', arrange: unknown, answers: '401 403 404 404 404 404' },
  ],
  'POST /api/v1/posts/bulk': [
    { on: 'new posts', body: bulkOf({ op: 'create' }), answers: '401 403 207 207 207 207' },
    ...atomically('a draft', aPost('draft'), '401 403 200 404 200 200'),
    ...atomically('a published post', aPost('published'), '401 403 200 403 200 200'),
    ...atomically('no post', unknown, '401 403 404 404 404 404'),
  ],
  'POST /api/v1/posts/import': [adminsOnly({ on: 'a file', body: ghost({}) })],
  'POST /api/v1/posts/:id/publish': postAction('draft'),
  'POST /api/v1/posts/:id/unpublish': postAction('published', true),
  'POST /api/v1/posts/:id/schedule': postAction('draft', false, { at: '2099-01-01T00:00:00Z' }),
  'POST /api/v1/posts/:id/archive': postAction('published', true),
  'POST /api/v1/posts/:id/restore': postAction('archived'),
  'POST /api/v1/posts/:id/discard': [
    {
      on: 'a post with a private edit',
      arrange: aPrivateEdit,
      answers: '401 403 200 403 200 200',
    },
    { on: 'no post', arrange: unknown, answers: '401 403 404 404 404 404' },
  ],
  'GET /api/v1/posts/:id/revisions': ofRevisions(),
  'GET /api/v1/posts/:id/revisions/:number': ofRevisions(),
  'GET /api/v1/posts/:id/revisions/:number/diff': ofRevisions(),
  'POST /api/v1/posts/:id/revisions/:number/restore': ofRevisions(),

  'GET /api/v1/posts/:id/comments': [
    open('a published post', { arrange: aPost('published') }),
    { on: 'a draft', arrange: aPost('draft'), answers: '404 404 200 404 200 200' },
    { on: 'no post', arrange: unknown, answers: '404 404 404 404 404 404' },
  ],
  'POST /api/v1/posts/:id/comments': [
    {
      on: 'a published post',
      arrange: aPost('published'),
      body: { body: 'Yes.' },
      answers: '401 201 201 201 201 201',
    },
    {
      on: 'a post that is closed to comments',
      arrange: async () => {
        const post = await aPost('published')();
        await galley.database.query('UPDATE posts SET comments_open = false WHERE id = $1', [post.id]);
        return post;
      },
      body: { body: 'Yes.' },
      answers: '401 409 409 409 409 409',
    },
    { on: 'a draft', arrange: aPost('draft'), body: { body: 'Yes.' }, answers: '401 404 409 404 409 409' },
    { on: 'no post', arrange: unknown, body: { body: 'Yes.' }, answers: '401 404 404 404 404 404' },
  ],
  'GET /api/v1/comments/:id': [
    open('a visible comment', {
      arrange: aComment(
        () => people.user,
        () => somebody,
      ),
    }),
    open('a deleted comment with a visible reply', {
      arrange: async () => {
        const post = await galley.aPost({ author: somebody, status: 'published' });
        const { id } = await galley.aComment({ post, author: people.user });
        await galley.aComment({ post, parentId: id });
        await galley.database.query(`UPDATE comments SET status = 'deleted' WHERE id = $1`, [id]);
        return { id };
      },
    }),
    {
      on: 'a deleted comment that nothing visible answers',
      arrange: aComment(
        () => people.user,
        () => somebody,
        'deleted',
      ),
      answers: '404 200 404 404 200 200',
    },
    {
      on: "a user's pending comment on an author's post",
      arrange: aComment(
        () => people.user,
        () => people.own,
        'pending',
      ),
      answers: '404 200 200 404 200 200',
    },
    {
      on: "a user's hidden comment on somebody's post",
      arrange: aComment(
        () => people.user,
        () => somebody,
        'hidden',
      ),
      answers: '404 200 404 404 200 200',
    },
    { on: 'no comment', arrange: unknown, answers: '404 404 404 404 404 404' },
  ],
  'PATCH /api/v1/comments/:id': [
    {
      on: "an author's comment",
      arrange: aComment(
        () => people.own,
        () => somebody,
      ),
      body: { body: 'No.' },
      answers: '401 403 200 403 200 200',
    },
    {
      on: "a user's comment on an author's post",
      arrange: aComment(
        () => people.user,
        () => people.own,
      ),
      body: { body: 'No.' },
      answers: '401 200 403 403 200 200',
    },
    {
      on: "a user's pending comment on somebody's post",
      arrange: aComment(
        () => people.user,
        () => somebody,
        'pending',
      ),
      body: { body: 'No.' },
      answers: '401 200 404 404 200 200',
    },
    { on: 'no comment', arrange: unknown, body: { body: 'No.' }, answers: '401 404 404 404 404 404' },
  ],
  'DELETE /api/v1/comments/:id': [
    {
      on: "an author's comment",
      arrange: aComment(
        () => people.own,
        () => somebody,
      ),
      answers: '401 403 204 403 204 204',
    },
    {
      on: "a user's hidden comment on somebody's post",
      arrange: aComment(
        () => people.user,
        () => somebody,
        'hidden',
      ),
      answers: '401 204 404 404 204 204',
    },
    { on: 'no comment', arrange: unknown, answers: '401 404 404 404 404 404' },
  ],
  'POST /api/v1/comments/:id/moderate': [
    {
      on: "a comment on an author's post",
      arrange: aComment(
        () => somebody,
        () => people.own,
      ),
      body: { status: 'hidden' },
      answers: '401 403 200 403 200 200',
    },
    {
      on: "a pending comment on an author's post",
      arrange: aComment(
        () => somebody,
        () => people.own,
        'pending',
      ),
      body: { status: 'visible' },
      answers: '401 403 200 404 200 200',
    },
    {
      on: 'no comment',
      arrange: unknown,
      body: { status: 'visible' },
      answers: '401 403 404 404 404 404',
    },
  ],

  'GET /api/v1/changes': [open('the end of the feed')],
  'GET /api/v1/events': [{ on: 'the stream', answers: '401 200 200 200 200 200' }],
  'GET /api/v1/admin/jobs': [{ on: 'the list', answers: '401 403 403 403 403 200' }],
  'GET /api/v1/admin/jobs/:id': [
    { on: 'a job', arrange: aDeadJob, answers: '401 403 403 403 403 200' },
    { on: 'no job', arrange: unknown, answers: '401 403 403 403 403 404' },
  ],
  'POST /api/v1/admin/jobs/:id/retry': [
    { on: 'a dead job', arrange: aDeadJob, answers: '401 403 403 403 403 200' },
    { on: 'no job', arrange: unknown, answers: '401 403 403 403 403 404' },
  ],
  'DELETE /api/v1/admin/jobs/:id': [
    { on: 'a dead job', arrange: aDeadJob, answers: '401 403 403 403 403 204' },
    { on: 'no job', arrange: unknown, answers: '401 403 403 403 403 404' },
  ],

  'GET /api/v1/webhooks': [{ on: 'the list', answers: '401 403 403 403 403 200' }],
  'POST /api/v1/webhooks': [
    {
      on: 'a new webhook',
      body: { url: 'http://127.0.0.1:65535/hook', events: ['post.*'], active: false },
      answers: '401 403 403 403 403 201',
    },
  ],
  'GET /api/v1/webhooks/:id': ofWebhooks(200, {}),
  'PATCH /api/v1/webhooks/:id': ofWebhooks(200, { body: { description: 'Mine' } }),
  'DELETE /api/v1/webhooks/:id': ofWebhooks(204, {}),
  'POST /api/v1/webhooks/:id/test': ofWebhooks(201, {}),
  'POST /api/v1/webhooks/:id/rotate-secret': ofWebhooks(200, {}),
  'POST /api/v1/webhooks/:id/replay': ofWebhooks(200, {
    body: () => ({ since: new Date(Date.now() - 1000).toISOString() }),
  }),
  'GET /api/v1/webhooks/:id/deliveries': ofWebhooks(200, {}),
  'GET /api/v1/webhooks/deliveries/:id': ofWebhooks(200, { arrange: aWaitingDelivery }),
  'POST /api/v1/webhooks/deliveries/:id/replay': ofWebhooks(201, { arrange: aWaitingDelivery }),

  'GET /api/v1/tags': [open('the list')],
  'GET /api/v1/tags/:slug': [
    open('a tag of a published post', { arrange: aPublicTag }),
    { on: 'a tag of no published post', arrange: aTag, answers: '404 404 404 404 200 200' },
    { on: 'no tag', arrange: unknown, answers: '404 404 404 404 404 404' },
  ],
  'POST /api/v1/tags': [
    {
      on: 'a new tag',
      body: () => ({ name: `New ${randomUUID()}` }),
      answers: '401 403 403 403 201 201',
    },
  ],
  'PATCH /api/v1/tags/:slug': [
    { on: 'a tag', arrange: aTag, body: { description: 'D' }, answers: '401 403 403 403 200 200' },
    { on: 'no tag', arrange: unknown, body: {}, answers: '401 403 403 403 404 404' },
  ],
  'DELETE /api/v1/tags/:slug': [
    { on: 'a tag', arrange: aTag, answers: '401 403 403 403 204 204' },
    { on: 'no tag', arrange: unknown, answers: '401 403 403 403 404 404' },
  ],
  'POST /api/v1/tags/:slug/merge': [
    {
      on: 'a tag',
      arrange: aTag,
      body: async () => ({ into: (await aTag()).slug }),
      answers: '401 403 403 403 200 200',
    },
    { on: 'no tag', arrange: unknown, body: { into: 'other' }, answers: '401 403 403 403 404 404' },
  ],

  'GET /': [open()],
  'GET /api/v1': [open()],
  'GET /home.css': [open()],
  'GET /health': [open()],
  'GET /health/live': [open()],
  'GET /live': [open()],
  'GET /health/ready': [open()],
  'GET /ready': [open()],
  'GET /health/startup': [open()],
  'GET /health/details': [adminsOnly({ on: 'the parts' })],
  // No role can access them, because they require METRICS_TOKEN.
  'GET /metrics': [{ on: 'the numbers', answers: '401 401 401 401 401 401' }],
  'GET /health/metrics': [{ on: 'the numbers', answers: '401 401 401 401 401 401' }],
  'GET /feeds/posts.rss': [open()],
  'GET /feeds/posts.atom': [open()],
  'GET /feeds/posts.json': [open()],
  'GET /sitemap.xml': [open('a published post', { arrange: aPost('published') })],
  'GET /robots.txt': [open()],
  'GET /docs': [open()],
  'GET /docs/': [{ on: 'the way to the page', answers: '308 308 308 308 308 308' }],
  'GET /docs/guide': [open()],
  'GET /docs/guide/': [{ on: 'the way to the page', answers: '308 308 308 308 308 308' }],
  'GET /docs/guide/:page': [open('a page', { arrange: () => ({ page: 'sessions' }) })],
  'GET /docs/problems': [open()],
  'GET /docs/style.css': [open()],
  'GET /docs/assets/*': [open('a file of the page', { arrange: () => ({ '*': 'swagger-ui.css' }) })],
  'GET /docs/page/*': [open('a file of the page', { arrange: () => ({ '*': 'start.js' }) })],
  'GET /dev/mail': [open()],
  'GET /dev/mail/style.css': [open()],
  'GET /dev/mail/:id': [open('a logged message', { arrange: aLoggedMessage })],
  'GET /dev/mail/:id/html': [open('a logged message', { arrange: aLoggedMessage })],
  'GET /unsubscribe/style.css': [open()],
  'GET /unsubscribe/:token': [
    open('a link of a message', { arrange: anUnsubscribeLink }),
    { on: 'another token', arrange: () => ({ token: 'a.b' }), answers: '404 404 404 404 404 404' },
  ],
  'POST /unsubscribe/:token': [
    open('a link of a message', { arrange: anUnsubscribeLink }),
    { on: 'another token', arrange: () => ({ token: 'a.b' }), answers: '404 404 404 404 404 404' },
  ],
  'GET /openapi.json': [open()],
  'GET /openapi-3.0.json': [open()],
};

describe('who may call what', () => {
  it('has a row for every route of the app', () => {
    const routes = routesOf(galley.app).map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(MATRIX).sort()).toEqual(routes.sort());
  });

  it('documents every route of the API, and no other', () => {
    const isDocumented = (path: string) =>
      path === '/' ||
      (/^\/(api|feeds|health|live|ready|robots|sitemap)/.test(path) && path !== '/health/metrics');
    const routes = routesOf(galley.app).filter(({ path }) => isDocumented(path));
    expect(
      documentedRoutes()
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    ).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
  });

  const cases = Object.entries(MATRIX).flatMap(([route, rows]) => rows.map((row) => ({ route, row })));
  it.each(cases.map(({ route, row }) => [route, row.on, row.answers.replaceAll(' ', ' · '), row] as const))(
    '%s on %s: %s',
    async (route, _on, _answers, row) => {
      const [method, template] = route.split(' ') as [string, string];
      const expected = row.answers.split(' ').map(Number);
      const answers: number[] = [];
      for (const actor of ACTORS) {
        const parameters: Parameters = (await row.arrange?.()) ?? {};
        const path = template.replace(
          /:(\w+)|\*/g,
          (whole, name?: string) => parameters[name ?? whole] as string,
        );
        const body: unknown = typeof row.body === 'function' ? await row.body() : row.body;
        const by = row.endsSession ? await anotherSession(actor) : client(actor);
        const answer = await by.send(method, path, { body });
        answers.push(answer.status);
        if (answer.status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      }
      expect(answers).toEqual(expected);
    },
  );
});

describe('what a profile shows', () => {
  const PRIVATE = ['email', 'emailVerified', 'role', 'active', 'updatedAt', 'version'];

  it('is name, picture and words to all, and the rest to the account itself and admins', async () => {
    const person = await galley.aUser({ role: 'editor' });
    const fieldsTo = async (by: Client) =>
      Object.keys((await by.get(`/api/v1/users/${person.id}`).expect(200)).body).filter((name) =>
        PRIVATE.includes(name),
      );
    expect(await fieldsTo(galley.anyone)).toEqual([]);
    expect(await fieldsTo(galley.as(people.editor))).toEqual([]);
    expect((await fieldsTo(galley.as(people.admin))).sort()).toEqual([...PRIVATE].sort());
    expect((await fieldsTo(galley.as(person))).sort()).toEqual([...PRIVATE].sort());
  });
});

describe('lists show what their caller may see', () => {
  it('drafts to their author and to editors, and to nobody else', async () => {
    const draft = await galley.aPost({ author: people.own });
    for (const actor of ACTORS) {
      const { body } = await client(actor)
        .get(`/api/v1/posts?filter[status]=draft&filter[authorId]=${people.own.id}&limit=100`)
        .expect(200);
      const ids = body.data.map((post: { id: string }) => post.id);
      expect([actor, ids.includes(draft.id)]).toEqual([actor, ['own', 'editor', 'admin'].includes(actor)]);
    }
  });

  it('pending comments to their author, the author of the post, and editors', async () => {
    const post = await galley.aPost({ author: people.own, status: 'published' });
    const comment = await galley.aComment({ post, author: people.user });
    await galley.database.query(`UPDATE comments SET status = 'pending' WHERE id = $1`, [comment.id]);
    for (const actor of ACTORS) {
      const { body } = await client(actor).get(`/api/v1/posts/${post.id}/comments`).expect(200);
      expect([actor, body.data.length]).toEqual([actor, ['anonymous', 'other'].includes(actor) ? 0 : 1]);
    }
  });
});
