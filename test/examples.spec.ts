import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aJob } from './support/a-job.js';
import { NameResolver } from '../src/platform/outbound/name-resolver.js';
import { TestDns } from './support/dns.js';
import { type Galley, startGalley } from './support/galley.js';
import type { Person } from './support/builders.js';
import { until } from './support/until.js';
import type { Client } from './support/client.js';

type Content = Record<string, { example?: any }>;
interface Operation {
  operationId: string;
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
}

const document = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
};
const operations = new Map(
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [operation.operationId, { path, method, operation }]),
  ),
);

/** Fields whose value nobody can know in advance. Their type counts. */
const UNKNOWN = [
  ...['id', 'postId', 'authorId', 'createdAt', 'runAt', 'updatedAt', 'publishedAt', 'timestamp'],
  ...['accessToken', 'refreshToken', 'expiresIn', 'uptime', 'version', 'environment', 'responseTime'],
  ...['webhookId', 'eventId', 'ownerId', 'nextAttemptAt', 'secret'],
  ...['rss', 'heapUsed', 'limit', 'links', 'collections', 'at', 'credentialId', 'requestId', 'nextCursor'],
  ...['followedAt', 'href'],
];

/** Returns a value in a form in which an example and a response are equal. */
function comparable(value: any, name = ''): unknown {
  if (value !== null && UNKNOWN.includes(name)) return typeof value;
  if (name === 'body' && typeof value === 'string' && value.startsWith('{"id":')) return 'an event';
  if (Array.isArray(value)) return value.map((item) => comparable(item));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, comparable(child, key)]));
}

/** Documents of other specifications, whose examples are not compared. */
const DOCUMENTS = ['getRssFeed', 'getAtomFeed', 'getJsonFeed', 'getSitemap', 'getRobotsRules'];

describe('The examples of the document', () => {
  let galley: Galley;
  let dns: TestDns;
  let admin: Client;
  let ada: Client;
  let tokens: { accessToken: string; refreshToken: string; user: { id: string } };
  const done = new Set<string>();
  const different: object[] = [];

  beforeAll(async () => {
    galley = await startGalley({ OUTBOUND_ALLOW: '127.0.0.1', PUBLIC_URL: 'https://api.example.com' });
    dns = await TestDns.start({ 'hooks.example.com': () => ['127.0.0.1'] });
    galley.app.get(NameResolver, { strict: false }).setServers([dns.address]);
    admin = galley.as(await galley.aUser({ role: 'admin' }));
  });
  afterAll(async () => {
    await galley?.stop();
    await dns?.stop();
  });

  /** Sends the example of an operation, and expects the response of its example. */
  async function run(id: string, by: Client, keys: string[] = [], body?: unknown, query = ''): Promise<any> {
    const { path, method, operation } = operations.get(id)!;
    const url = path.replace(/\{\w+\}/g, () => keys.shift()!);
    const request = body ?? operation.requestBody?.content['application/json']?.example;
    const answer = await by.send(method.toUpperCase(), url + query, { body: request });
    const successes = Object.entries(operation.responses).filter(([code]) => code < '3') as any;
    const usual = successes.find(([code]: [string]) => code === String(answer.status)) ?? successes[0];
    const [status, { content }] = usual;
    expect({ id, status: answer.status, text: answer.status < 300 ? '' : answer.text }).toEqual({
      id,
      status: Number(status),
      text: '',
    });
    const example = content?.['application/json']?.example;
    if (!id.startsWith('import') && !DOCUMENTS.includes(id)) compare(id, answer.body, example);
    done.add(id);
    return answer.body;
  }

  /** Nothing is sent, so that the deliveries remain as they were created. */
  async function runWebhooks(): Promise<void> {
    const { id } = await run('createWebhook', admin);
    await galley.database.query(`UPDATE webhooks SET rest_until = now() + interval '1 day'`);
    for (const name of ['getWebhook', 'listWebhooks']) await run(name, admin, [id]);
    const delivery = await run('testWebhook', admin, [id]);
    await run('getDelivery', admin, [delivery.id]);
    await run('listDeliveries', admin, [id]);
    await run('replayDelivery', admin, [delivery.id]);
    await run('updateWebhook', admin, [id]);
    await galley.database.query(`UPDATE webhooks SET rest_until = now() + interval '1 day'`);
    await run('rotateWebhookSecret', admin, [id]);
    await run('replayWebhook', admin, [id], { since: new Date(Date.now() - 1).toISOString() });
    await run('deleteWebhook', admin, [id]);
  }

  /** The post is deleted again, so that its slug is free. */
  async function runBulk(): Promise<void> {
    const { results } = await run('changePosts', ada);
    await ada.delete(`/api/v1/posts/${results[0].body.id}`).expect(204);
  }

  /** The post is deleted again, so that its slug is free. */
  async function runRevisions(): Promise<void> {
    const tags = ['PostgreSQL', 'Databases'];
    const first = { title: 'Hello', body: 'The words.', slug: 'hello-world', tags };
    const { id } = (await ada.post('/api/v1/posts', first).expect(201)).body;
    const path = `/api/v1/posts/${id}`;
    const edit = { title: 'Hello, world', body: 'The first *words*.', note: 'Corrects the date' };
    await ada.patch(path, edit).expect(200);
    await run('listRevisions', ada, [id]);
    await run('getRevision', ada, [id, '2']);
    await run('diffRevision', ada, [id, '2']);
    await run('restoreRevision', ada, [id, '2']);
    await ada.post(`${path}/publish`).expect(200);
    await ada.patch(`${path}?draft=true`, { title: 'Private' }).expect(200);
    await run('discardPost', ada, [id]);
    await ada.delete(path).expect(204);
  }

  /** A list contains an item that equals the item of the example. */
  function compare(id: string, body: any, example: any): void {
    const same = example?.data && body.data.filter((item: any) => alike(item, example.data[0]));
    const data = same?.length === 0 ? body.data : same;
    const shown = data ? { ...body, data: data.slice(0, 1) } : body;
    if (!alike(shown, example))
      different.push({ id, answered: comparable(shown), example: comparable(example) });
  }

  const alike = (one: any, other: any) => isDeepStrictEqual(comparable(one), comparable(other));

  it('are what Galley answers when they are sent in this order', async () => {
    const anyone = galley.anyone;
    const user = await run('registerUser', anyone);
    const first = await anyone.post('/api/v1/auth/login', {
      email: 'ada@example.com',
      password: 'correct horse battery staple',
    });
    ada = galley.as({ token: first.body.accessToken } as Person);
    await run('updateMe', ada);
    tokens = await run('loginUser', anyone);
    await run('refreshTokens', anyone, [], { refreshToken: tokens.refreshToken });
    await run('logoutUser', anyone, [], { refreshToken: tokens.refreshToken });
    await run('getMe', ada);
    await run('getUser', anyone, [user.id]);
    await run('listUsers', admin);

    const draft = await run('createPost', ada);
    await run('updatePost', ada, [draft.id]);
    const { body: end } = await ada.get('/api/v1/changes').expect(200);
    await ada.get('/api/v1/events').expect(200); // Its events are checked in event-streams.spec.ts.
    done.add('followEvents');
    await run('deletePost', ada, [draft.id]);
    const query = `?types=post.deleted&wait=20&cursor=${end.meta.nextCursor}`;
    await run('followChanges', ada, [], undefined, query);
    await runBulk();
    await runRevisions();
    const { id } = await run('createPost', ada);
    await run('schedulePost', ada, [id]);
    const grace = await galley.aUser({ name: 'Grace Hopper' });
    const byGrace = galley.as(grace);
    await byGrace.put(`/api/v1/users/${user.id}/follow`).expect(204);
    await run('publishPost', ada, [id]);
    await until(async () => (await byGrace.get('/api/v1/notifications')).body.data.length > 0);
    await run('listNotifications', byGrace);
    await run('getPost', anyone, ['hello-world']);
    await run('listPosts', anyone);
    for (const document of DOCUMENTS) await run(document, anyone);

    const comment = await run('createComment', ada, [id]);
    await run('getComment', anyone, [comment.id]);
    await run('moderateComment', ada, [comment.id]);
    await run('listComments', anyone, [id]);
    await run('updateComment', ada, [comment.id]);
    await run('deleteComment', ada, [comment.id]);

    await run('updateTag', admin, ['postgresql']);
    await run('getTag', anyone, ['postgresql']);
    await run('listTags', anyone);
    const tag = await run('createTag', admin);
    await run('deleteTag', admin, [tag.slug]);
    await run('mergeTag', admin, ['postgresql']);

    for (const action of ['unpublishPost', 'archivePost', 'restorePost']) {
      // The examples name the tags as they were before the merge.
      await admin.patch(`/api/v1/posts/${id}`, { tags: ['PostgreSQL', 'Databases'] });
      await run(action, ada, [id]);
    }
    await run('listAuditEntries', admin, [], undefined, '?limit=100');

    const job = await aJob(galley.database, 'failed');
    await run('getJob', admin, [job]);
    await run('listJobs', admin);
    await run('retryJob', admin, [job]);
    await run('deleteJob', admin, [job]);

    await run('followUser', ada, [grace.id]);
    await run('listFollowers', anyone, [grace.id]);
    await run('listFollowing', anyone, [grace.id]);
    await run('unfollowUser', ada, [grace.id]);
    await byGrace.delete(`/api/v1/users/${user.id}/follow`).expect(204);
    await run('readNotifications', byGrace, [], { ids: [user.id] });
    await run('getNotificationPreferences', ada);
    await run('updateNotificationPreferences', ada);
    await runWebhooks();

    await run('changePassword', ada);
    await run('disableUser', admin, [user.id]);
    await run('enableUser', admin, [user.id]);
    await run('updateUser', admin, [user.id]);
    for (const index of ['getServiceIndex', 'getApiIndex']) await run(index, anyone);
    for (const health of [...operations.keys()].filter((name) =>
      /^get(Health|Live|Ready|Readiness|Startup)/.test(name),
    ))
      await run(health, health === 'getHealthDetails' ? admin : anyone);
    expect(different).toEqual([]);
    expect([...operations.keys()].filter((name) => !done.has(name))).toEqual(['importPosts']);
  });

  it('of requests and of responses exist wherever there is a body', () => {
    const without = [...operations.values()].flatMap(({ operation }) => {
      const succeeded = Object.entries(operation.responses).filter(([status]) => status < '3');
      const bodies = [operation.requestBody, ...succeeded.map(([, response]) => response)];
      const contents = bodies.flatMap((body) =>
        body?.content?.['application/json'] ? [body.content['application/json']] : [],
      );
      return contents.every((content) => content.example !== undefined) ? [] : [operation.operationId];
    });
    expect(without).toEqual(['importPosts']);
  });
});
