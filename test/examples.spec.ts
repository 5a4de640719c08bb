import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Galley, startGalley } from './support/galley.js';
import type { Person } from './support/builders.js';
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
  ...['id', 'postId', 'authorId', 'createdAt', 'updatedAt', 'publishedAt', 'timestamp'],
  ...['accessToken', 'refreshToken', 'expiresIn', 'uptime', 'version', 'environment', 'responseTime'],
  ...['rss', 'heapUsed', 'limit', 'links', 'collections'],
];

/** Returns a value in a form in which an example and a response are equal. */
function comparable(value: any, name = ''): unknown {
  if (value !== null && UNKNOWN.includes(name)) return typeof value;
  if (Array.isArray(value)) return value.map((item) => comparable(item));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, comparable(child, key)]));
}

describe('The examples of the document', () => {
  let galley: Galley;
  let admin: Client;
  let ada: Client;
  let tokens: { accessToken: string; refreshToken: string; user: { id: string } };
  const done = new Set<string>();
  const different: object[] = [];

  beforeAll(async () => {
    galley = await startGalley();
    admin = galley.as(await galley.aUser({ role: 'admin' }));
  });
  afterAll(() => galley?.stop());

  /** Sends the example of an operation, and expects the response of its example. */
  async function run(id: string, by: Client, keys: string[] = [], body?: unknown): Promise<any> {
    const { path, method, operation } = operations.get(id)!;
    const url = path.replace(/\{\w+\}/g, () => keys.shift()!);
    const request = body ?? operation.requestBody?.content['application/json']?.example;
    const answer = await by.send(method.toUpperCase(), url, { body: request });
    const [[status, { content }]] = Object.entries(operation.responses).filter(([code]) => code < '3') as any;
    expect({ id, status: answer.status, text: answer.status < 300 ? '' : answer.text }).toEqual({
      id,
      status: Number(status),
      text: '',
    });
    const example = content?.['application/json']?.example;
    if (!id.startsWith('import')) compare(id, answer.body, example);
    done.add(id);
    return answer.body;
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
    await run('deletePost', ada, [draft.id]);
    const { id } = await run('createPost', ada);
    await run('publishPost', ada, [id]);
    await run('getPost', anyone, ['hello-world']);
    await run('listPosts', anyone);

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
