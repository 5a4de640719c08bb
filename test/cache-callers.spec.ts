import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PostStatus } from '../src/posts/post-fields.schemas.js';
import type { Answer } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';

let cached: Galley;
/** The same deployment with a cache that stores nothing shows what each caller must see. */
let uncached: Galley;
let paths: string[];
let callers: Record<string, string | undefined>;

beforeAll(async () => {
  cached = await startGalley({ CACHE_LOCAL_TTL_SECONDS: '300' });
  const none = { POST_LIST_CACHE_TTL_SECONDS: '0', POST_CACHE_TTL_SECONDS: '0' };
  uncached = await startGalley(none, cached.database);
  const [ada, bob] = [await cached.aUser(), await cached.aUser()];
  const states: PostStatus[] = ['draft', 'scheduled', 'published', 'archived'];
  const posts = [];
  for (const author of [ada, bob])
    for (const status of states) posts.push(await cached.aPost({ author, status, tags: [`of ${status}`] }));
  const shown = posts.filter((post) => post.status === 'published');
  for (const post of shown) await cached.aComment({ post, author: bob });
  callers = {
    nobody: undefined,
    'a broken token': 'Bearer nonsense',
    'another scheme': 'Basic YTpi',
    'her author': `Bearer ${ada.token}`,
    'in lower case': `bearer ${ada.token}`,
    'another author': `Bearer ${bob.token}`,
    'a user': `Bearer ${(await cached.aUser({ role: 'user' })).token}`,
    'an editor': `Bearer ${(await cached.aUser({ role: 'editor' })).token}`,
    'an admin': `Bearer ${(await cached.aUser({ role: 'admin' })).token}`,
  };
  const lists = [
    '',
    '?limit=2',
    '?filter[status]=draft',
    '?filter[status]=draft,published&limit=3',
    '?fields=title,html',
  ];
  paths = [
    ...lists.map((query) => `/api/v1/posts${query}`),
    ...posts.flatMap(({ id, slug }) => [
      `/api/v1/posts/${id}`,
      `/api/v1/posts/${slug}`,
      `/api/posts/${slug}`,
    ]),
    ...shown.map(({ id }) => `/api/v1/posts/${id}/comments`),
    '/api/v1/tags',
    '/api/v1/tags/of-draft',
    `/api/v1/users/${ada.id}`,
    '/api/v1/users/me',
    '/api/v1/posts?nonsense=1',
    '/api/v1/posts/nowhere',
  ];
});
afterAll(async () => {
  await uncached.stop();
  await cached.stop();
});

const HEADERS: Record<string, string[]> = {
  'accept-encoding': ['identity', 'gzip', 'br', 'gzip;q=0.5, br;q=0.1', '*'],
  origin: ['http://localhost:3000', 'https://elsewhere.example'],
  'x-forwarded-for': ['203.0.113.9'],
  'x-request-id': ['of-a-client'],
  accept: ['text/html', 'application/json'],
  cookie: ['session=1'],
  range: ['bytes=0-10'],
  'if-none-match': ['"1-of-somebody"', 'W/"x"'],
};

const headers = () =>
  fc.record(
    Object.fromEntries(Object.entries(HEADERS).map(([name, values]) => [name, fc.constantFrom(...values)])),
    {
      requiredKeys: [],
    },
  );

/** Fields that depend on the time and not on the caller. */
function told({ status, headers, body, text }: Answer) {
  const { requestId: _id, ...problem } = (body ?? {}) as { requestId?: string };
  return {
    status,
    text: status >= 400 ? problem : text,
    ...Object.fromEntries(
      ['etag', 'cache-control', 'vary', 'link', 'content-type', 'access-control-allow-origin'].map((name) => [
        name,
        headers.get(name),
      ]),
    ),
  };
}

describe('an answer from the cache', () => {
  it('is the one that its caller would get without, whoever asked before and with whatever headers', async () => {
    const request = fc.record({
      path: fc.constantFrom(...paths),
      caller: fc.constantFrom(...Object.keys(callers)),
      method: fc.constantFrom('GET', 'HEAD'),
      headers: headers(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 2, maxLength: 8 }), async (requests) => {
        for (const { path, caller, method, headers: given } of requests) {
          const authorization = callers[caller];
          const sent = { ...given, ...(authorization && { authorization }) } as Record<string, string>;
          const answer = await cached.anyone.send(method, path, { headers: sent });
          const expected = await uncached.anyone.send(method, path, { headers: sent });
          expect({ caller, path, ...told(answer) }).toEqual({ caller, path, ...told(expected) });
          if (authorization && answer.status < 400)
            expect(answer.headers.get('cache-control')).toBe('private, no-store');
        }
      }),
      { numRuns: 150 },
    );
  });
});
