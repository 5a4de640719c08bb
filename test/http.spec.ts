import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Lifecycle } from '../src/platform/lifecycle/lifecycle.js';
import type { Person } from './support/builders.js';
import type { Answer, Client } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';
import { sendRaw } from './support/raw.js';
import { documentedRoutes, routesOf } from './support/routes.js';

const ID = '019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41';
const ORIGIN = 'https://app.example.com';

let galley: Galley;
let admin: Person;
let by: Client;
beforeAll(async () => {
  galley = await startGalley({ ALLOWED_ORIGINS: ORIGIN });
  admin = await galley.aUser({ role: 'admin' });
  by = galley.as(admin);
});
afterAll(() => galley.stop());

/** A request that ends the session of the caller. */
const LOGOUT = '/api/v1/auth/logout';

const filled = (path: string) =>
  path
    .replace('/users/:id', `/users/${ID}`)
    .replace(/:id\b|:idOrSlug|:slug/g, ID)
    .replace('*', 'nothing.js');

/** The page of a message, which a page of the same origin shows in a frame. test/sent-mail.spec.ts checks its headers. */
const FRAMED = '/dev/mail/:id/html';

/** The headers of every response. */
function expectSafe(answer: Pick<Answer, 'headers'>): void {
  const header = (name: string) => answer.headers.get(name);
  expect(header('x-content-type-options')).toBe('nosniff');
  expect(header('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  expect(header('strict-transport-security')).toBe('max-age=63072000; includeSubDomains');
  expect(header('referrer-policy')).toBe('strict-origin');
  expect(header('x-frame-options')).toBe('DENY');
  expect(header('x-powered-by')).toBeNull();
  expect(header('server')).toBeNull();
  expect(header('x-request-id')).toMatch(/^[A-Za-z0-9-]{1,64}$/);
}

/** A problem document of RFC 9457 without internal details. */
function expectProblem(answer: Answer, status: number, code?: string): void {
  expect([answer.status, answer.headers.get('content-type'), answer.body.instance]).toEqual([
    status,
    'application/problem+json; charset=utf-8',
    expect.any(String),
  ]);
  expect(answer.body).toMatchObject({
    status,
    type: `/docs/problems#${answer.body.code}`,
    title: expect.any(String),
    detail: expect.any(String),
    instance: expect.any(String),
    requestId: answer.headers.get('x-request-id'),
  });
  if (code) expect(answer.body.code).toBe(code);
  expect(answer.text).not.toMatch(/node_modules|\.ts:|\bat \w+ \(|SELECT|postgres|fastify|nestjs/i);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expectSafe(answer);
}

describe('a path', () => {
  it.each([
    '/nothing',
    '/apiv1',
    '/api/v1/',
    '/api/v2/posts',
    '/api/v1/nothing',
    '/api/v1/posts/a/b',
    '/docs/assets/nothing.js',
    '/favicon.ico',
    '/.env',
    '/.git/config',
  ])('that leads nowhere is 404: %s', async (path) => {
    expectProblem(await galley.anyone.get(path), 404, 'route_not_found');
  });

  it.each([
    ['/api/v1/posts/', '/api/v1/posts'],
    ['/api/posts/', '/api/v1/posts'],
    ['/api/v1/posts/hello//comments/', '/api/v1/posts/hello/comments'],
    ['/api/v1/', '/api/v1'],
    ['/API/V1/Posts', '/api/v1/posts'],
    ['/posts', '/api/v1/posts'],
    ['/v1/posts?limit=1', '/api/v1/posts'],
    ['/posts/hello', '/api/v1/posts/hello'],
    ['/health/', '/health'],
  ])('that is only misspelled is 404, and the problem names the right one: %s', async (path, meant) => {
    const answer = await galley.anyone.get(path);
    expectProblem(answer, 404, 'route_not_found');
    expect(answer.body.detail).toBe(`No resource matches this URL. Use ${meant} instead.`);
  });

  it('with an empty part leads nowhere, by any method', async () => {
    for (const method of ['GET', 'PUT', 'DELETE'])
      for (const path of ['/api/v1/posts/', '/api/v1/users/', '/api/v1/posts//comments'])
        expectProblem(await by.send(method, path), 404, 'route_not_found');
  });

  it('has the methods that Allow names, and 405 for all others', async () => {
    const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'];
    const all = routesOf(galley.app);
    // `posts/import` is a separate route that also matches `posts/:idOrSlug`.
    const fits = (route: string, path: string) =>
      new RegExp(`^${route.replace(/:\w+/g, '[^/]+')}$`).test(path);
    for (const path of new Set(all.map((route) => route.path))) {
      const routes = all.filter((route) => route.path === path || fits(route.path, path));
      const offered = routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
      offered.push('OPTIONS');
      const allowed = [...new Set(offered)];
      for (const method of methods) {
        if (allowed.includes(method)) continue;
        const answer = await by.send(method, filled(path));
        expectProblem(answer, 405, 'method_not_allowed');
        expect(answer.headers.get('allow')?.split(', ')).toEqual(allowed.toSorted());
      }
    }
  });

  it('names one route alone: tricks of spelling open none', async () => {
    const closed = '/api/v1/users';
    await galley.anyone.get(closed).expect(401);
    for (const path of [
      '/api/v1/%75sers',
      '/api/v1/users/',
      '//api/v1/users',
      '/api//v1/users',
      '/api/v1//users',
      '/api/v1/users;x',
      '/api/v1/users;jsessionid=1',
      '/API/V1/USERS',
      '/api/v1/Users',
      '/api/v1/users%2F',
      '/api/v1/users%00',
      '/api/v1/users%20',
      '/api/v1/users.json',
      '/api/v1/./users',
      '/api/v1/posts/../users',
      '/api/v1/posts/%2e%2e/users',
      '/api/v1/users%3F',
      '/api/v1/users%23',
      '/api/v1/us%C3%A9rs',
      '/api\\v1\\users',
    ]) {
      const raw = await sendRaw(galley.url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect([path, [400, 401, 404].includes(raw.status)]).toEqual([path, true]);
      expect(raw.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    }
    const absolute = `GET http://x${closed} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
    expect((await sendRaw(galley.url, absolute)).status).toBe(401);
    expect(
      (await sendRaw(galley.url, `HEAD ${closed} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).status,
    ).toBe(401);
  });

  it('/api/… is the current version', async () => {
    const post = await galley.aPost({ status: 'published' });
    const [short, long] = [`/api/posts/${post.id}`, `/api/v1/posts/${post.id}`];
    const [first, second] = [
      await galley.anyone.get(short).expect(200),
      await galley.anyone.get(long).expect(200),
    ];
    expect(first.body).toEqual(second.body);
    expect(first.headers.get('etag')).toBe(second.headers.get('etag'));
    await galley.anyone.get('/api/users').expect(401);
    expectProblem(await galley.anyone.send('PUT', '/api/posts'), 405);
    expectProblem(await galley.anyone.get('/api/v1posts'), 404);
  });

  it('that is no URL, or too long, is 400', async () => {
    for (const path of ['/%', '/%zz', '/api/v1/posts/%E0%A4%A', `/api/v1/posts/${'a'.repeat(201)}`])
      expectProblem(await galley.anyone.get(path), 400, 'malformed_request');
  });

  it('with a wrong id is 400, and with an unknown one 404', async () => {
    for (const id of [
      'me2',
      '1',
      ID.slice(1),
      `${ID}0`,
      "1' OR '1'='1",
      '%00',
      'a%00b',
      '%ED%A0%80',
      '..%2f..%2fetc',
      '%F0%9F%8E%89',
    ]) {
      for (const path of [`/api/v1/users/${id}`, `/api/v1/comments/${id}`])
        expectProblem(await by.get(path), 400);
      expectProblem(await by.post(`/api/v1/posts/${id}/publish`), 400);
      const slug = await by.get(`/api/v1/posts/${id}`);
      expect([400, 404]).toContain(slug.status);
      expectProblem(slug, slug.status);
    }
    for (const path of ['users', 'comments', 'posts', 'tags'])
      expectProblem(await by.get(`/api/v1/${path}/${ID}`), 404);
    await by.get(`/api/v1/users/${admin.id.toUpperCase()}`).expect(200);
  });
});

describe('a query', () => {
  it('is ignored beside the API: a probe may add one of its own', async () => {
    // Feeds and the sitemap read their query, and refuse what they do not know like the API.
    const reading = documentedRoutes()
      .filter(({ operation }) => operation.parameters?.some((parameter) => parameter.in === 'query'))
      .map(({ path }) => path);
    const beside = routesOf(galley.app).filter(
      ({ path }) => !path.startsWith('/api/') && !reading.includes(path),
    );
    expect(beside.length).toBeGreaterThan(10);
    for (const { path } of beside) {
      const [plain, asked] = [await by.get(filled(path)), await by.get(`${filled(path)}?t=1&__proto__=x`)];
      expect([path, asked.status]).toEqual([path, plain.status]);
    }
    await galley.anyone.get('/health?t=1').expect(200);
  });

  it('with a key that its route does not know is 400, on every route of the API', async () => {
    for (const { method, path } of routesOf(galley.app)) {
      if (!path.startsWith('/api/')) continue;
      for (const query of [
        'unknown=1',
        '__proto__=1',
        'constructor=1',
        'filter[password_hash]=x',
        'fields[x]=1',
        '=1',
        '%00=1',
      ]) {
        const answer = await by.send(method, `${filled(path)}?${query}`);
        expect([method, path, query, answer.status]).toEqual([method, path, query, 400]);
        expectProblem(answer, 400, 'validation_failed');
      }
    }
  });

  it('with odd values is 400, and never a fault', async () => {
    for (const value of [
      '%00',
      '%ED%A0%80',
      '%',
      '[]',
      '{}',
      '%F0%9F%8E%89',
      "'",
      '-',
      ' ',
      'a'.repeat(5000),
      '9'.repeat(400),
      'NaN',
      'null',
    ]) {
      for (const { method, path, operation } of documentedRoutes()) {
        if (method !== 'GET') continue;
        for (const parameter of operation.parameters ?? []) {
          if (parameter.in !== 'query') continue;
          const answer = await by.get(`${filled(path)}?${parameter.name}=${value}`);
          expect([200, 400, 404]).toContain(answer.status);
          if (answer.status !== 200) expectProblem(answer, answer.status);
        }
      }
    }
  });
});

describe('a cursor', () => {
  it('that was changed, invented or made for another query is 400', async () => {
    const author = await galley.aUser();
    for (let n = 0; n < 3; n++) await galley.aPost({ author, status: 'published' });
    const list = (query: string) => galley.anyone.get(`/api/v1/posts?limit=1&${query}`);
    const { body } = await list('').expect(200);
    const cursor = body.meta.nextCursor as string;
    const [payload, mac] = cursor.split('.') as [string, string];
    const flip = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
    await list(`cursor=${cursor}`).expect(200);
    await list(`cursor=${cursor}&limit=1&fields=title&include=tags`.replace('&limit=1', '')).expect(200);
    const inner = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify([inner[0], "'; DROP TABLE posts; --", inner[2]])).toString(
      'base64url',
    );
    for (const wrong of [
      '',
      'x',
      '.',
      '..',
      payload,
      `.${mac}`,
      `${payload}.`,
      `${flip(payload)}.${mac}`,
      `${payload}.${flip(mac)}`,
      `${forged}.${mac}`,
      `${cursor}.x`,
      `${cursor}=`,
      `${payload}.${mac.slice(0, -2)}`,
      'a'.repeat(4000),
    ]) {
      const answer = await list(`cursor=${wrong}`);
      // Base64 ignores two bits of its last letter, so the same bytes have another spelling.
      if (wrong === `${cursor}=` && answer.status === 200) continue;
      expectProblem(answer, 400);
    }
    for (const query of [
      'sort=createdAt',
      'filter[type]=page',
      'filter[status]=draft',
      'q=x',
      `filter[authorId]=${author.id}`,
    ])
      expectProblem(await list(`${query}&cursor=${cursor}`), 400, 'invalid_cursor');
    for (const path of ['/api/v1/tags', '/api/v1/users', `/api/v1/posts/${body.data[0].id}/comments`])
      expectProblem(await by.get(`${path}?cursor=${cursor}`), 400, 'invalid_cursor');
    expectProblem(await list(`page=2&cursor=${cursor}`), 400, 'validation_failed');
  });
});

describe('a body', () => {
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    by.post('/api/v1/posts', body, headers);

  it.each([
    '{',
    '{"title":}',
    '',
    "{'title': 'a'}",
    '{"title":"a",}',
    'title=a',
    '\ufeff{}x',
    '{"a":NaN}',
    '"\u0000"',
  ])('that is no JSON is 400: %j', async (body) => {
    expectProblem(await post(body), 400);
  });

  it('of another type, charset or coding is 415', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
      'application/jsonx',
      'application/json+x',
      'text/json',
      'a',
      'application/json; charset=utf-16',
      'application/json; charset=iso-8859-1',
    ])
      expectProblem(await post('{}', { 'content-type': type }), 415, 'unsupported_media_type');
    for (const type of [
      'application/json',
      'APPLICATION/JSON',
      'application/json; charset=UTF-8',
      'application/json;charset="utf-8"',
    ])
      expectProblem(await post('{}', { 'content-type': type }), 400, 'validation_failed');
    const bomb = gzipSync(JSON.stringify({ title: 'T', body: 'x'.repeat(900_000) }));
    for (const coding of ['gzip', 'br', 'deflate', 'x', 'gzip, gzip'])
      expectProblem(await post(bomb, { 'content-encoding': coding }), 415, 'unsupported_media_type');
  });

  it('over 1 MiB is 413, declared or not', async () => {
    const large = JSON.stringify({ title: 'T', body: 'x'.repeat(1024 * 1024) });
    expectProblem(await post(large), 413, 'body_too_large');
    const chunk = `40000\r\n${'x'.repeat(0x40000)}\r\n`;
    const endless = await sendRaw(
      galley.url,
      `POST /api/v1/posts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${admin.token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(6)}`,
    );
    expect([endless.status, endless.headers.connection]).toEqual([413, 'close']);
    expect(endless.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    const fits = JSON.stringify({ title: 'T', body: 'x'.repeat(990_000) });
    await post(fits).expect(201);
  });

  it('nested 20,000 levels deep is 400', async () => {
    const deep = (open: string, close: string) => `${open.repeat(20_000)}1${close.repeat(20_000)}`;
    const nested = [
      deep('[', ']'),
      deep('{"a":', '}'),
      `{"title":${deep('[', ']')},"body":"b"}`,
      `{"title":"t","body":"b","tags":${deep('[', ']')}}`,
      `{"title":"t","body":"b","x":${deep('{"x":', '}')}}`,
    ];
    for (const body of nested) expectProblem(await post(body), 400);
  });

  it('of 850 KB of unknown keys is 400 with one fault, and not one for each key', async () => {
    const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 80_000 }, (_, n) => [`k${n}`, 1])));
    expect(wide.length).toBeGreaterThan(850_000);
    const answer = await post(wide);
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors.map(({ code }: { code: string }) => code)).toEqual(['too_many_fields']);
    expect(answer.text.length).toBeLessThan(4000);
  });

  it('of more values or levels than any request has is refused before it is parsed, from anybody', async () => {
    const codeOf = async (path: string, body: string) => {
      const answer = await galley.anyone.post(path, body, { 'content-type': 'application/json' });
      expectProblem(answer, 400);
      return answer.body.errors?.[0].code ?? answer.body.code;
    };
    const objects = (most: number) =>
      `{"a":[${Array.from({ length: most }, (_, n) => `{"x${n.toString(36)}":1}`).join()}`;
    for (const path of ['/api/v1/auth/login', '/api/v1/auth/refresh', '/api/v1/auth/register']) {
      // The end is missing, so a parser reports a malformed document.
      expect(await codeOf(path, objects(80_000))).toBe('too_many_fields');
      expect(await codeOf(path, `[${'1,'.repeat(1000)}`)).toBe('too_many_fields');
      expect(await codeOf(path, '['.repeat(101))).toBe('too_many_levels');
      expect(await codeOf(path, '['.repeat(100))).toBe('malformed_request');
      expect(await codeOf(path, objects(400))).toBe('malformed_request');
    }
  });

  it('may hold any signs of JSON in its strings', async () => {
    const body = '{"a":["\\",[\\\\'.repeat(2000);
    expect((await post(JSON.stringify({ title: 'T', body })).expect(201)).body.body).toBe(body);
  });

  it('that reaches for a prototype is 400, in every spelling', async () => {
    for (const body of [
      '{"title":"t","body":"b","__proto__":{"admin":true}}',
      '{"title":"t","body":"b","\\u005f\\u005fproto\\u005f\\u005f":{"admin":true}}',
      '{"title":"t","body":"b","\\u005F_proto__":{"admin":true}}',
      '{"title":"t","body":"b","constructor":{"prototype":{"admin":true}}}',
      '{"title":"t","body":"b","c\\u006fnstructor":{"pr\\u006ftotype":{"admin":true}}}',
      '{"title":"t","body":"b","constructor":1}',
      '{"title":"t","body":"b","prototype":{}}',
      '{"title":"t","body":"b","tags":[{"__proto__":{"admin":true}}]}',
      '{"title":"t","body":"b","toString":1,"hasOwnProperty":1}',
    ])
      expectProblem(await post(body), 400);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('with a key twice means the last, for the check and for the row alike', async () => {
    const { body } = await post('{"title":"first","title":"last","body":"b"}').expect(201);
    expect(body.title).toBe('last');
    expectProblem(await post('{"title":"first","title":"","body":"b"}'), 400);
  });

  it('with NUL or half a character is 400, on every route that takes one', async () => {
    const odd = ['a\u0000b', '\ud800', 'x\udfffy'];
    for (const { method, path, operation } of documentedRoutes()) {
      if (!operation.requestBody || path === LOGOUT) continue;
      for (const text of odd) {
        const value = JSON.stringify(text);
        const fields = [
          'title',
          'body',
          'name',
          'email',
          'password',
          'slug',
          'excerpt',
          'description',
          'bio',
          'website',
          'refreshToken',
          'into',
          'newPassword',
          'currentPassword',
        ];
        const all = `{${fields.map((name) => `"${name}":${value}`).join(',')},"tags":[${value}]}`;
        expectProblem(await by.send(method, filled(path), { body: all }), 400);
        for (const name of fields) {
          const answer = await by.send(method, filled(path), { body: `{"${name}":${value}}` });
          expect([name, answer.status < 500]).toEqual([name, true]);
          if (answer.status >= 400) expectProblem(answer, answer.status);
        }
        expectProblem(await by.send(method, filled(path), { body: `{${value}:1}` }), 400);
      }
    }
  });

  it('with NUL or half a character in a URL is 400, and nothing is replaced in silence', async () => {
    for (const text of ['a\u0000b', '\ud800', 'x\udfffy'])
      for (const name of ['website', 'avatarUrl']) {
        const body = { [name]: `https://example.com/${text}` };
        expectProblem(await by.patch('/api/v1/users/me', body), 400);
      }
    const body = { website: 'https://example.com/😀 é' };
    const { website } = (await by.patch('/api/v1/users/me', body).expect(200)).body;
    expect(website).toBe('https://example.com/%F0%9F%98%80%20%C3%A9');
  });

  it('is not needed where none is declared, whatever the content type says', async () => {
    const { id } = await galley.aPost();
    await by.post(`/api/v1/posts/${id}/publish`, '', { 'content-type': 'application/json' }).expect(200);
    await by
      .post(`/api/v1/posts/${id}/unpublish`, undefined, { 'content-type': 'application/json' })
      .expect(200);
  });
});

describe('a request that never becomes one', () => {
  const expectRawProblem = async (bytes: string, status: number, code: string) => {
    const answer = await sendRaw(galley.url, bytes);
    expect([answer.status, answer.headers['content-type']]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
    ]);
    const body = JSON.parse(answer.body);
    expect(body).toMatchObject({ status, code, requestId: answer.headers['x-request-id'] });
    expect(answer.headers.connection).toBe('close');
    expectSafe({ headers: new Headers(answer.headers) });
  };

  it.each([
    'GARBAGE\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET /\r\nbroken\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\nA: b\u0000c\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    'POST /api/v1/posts HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /api/v1/posts HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
    'POST /api/v1/posts HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
    'POST /api/v1/posts HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    '\u0016\u0003\u0001\u0000\u0000',
  ])('is 400: %j', async (bytes) => {
    await expectRawProblem(bytes, 400, 'malformed_request');
  });

  it('with 20 KB of headers, or 3,000 of them, is 431', async () => {
    await expectRawProblem(
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    );
    const many = Array.from({ length: 3000 }, (_, n) => `X-${n}: a\r\n`).join('');
    await expectRawProblem(`GET / HTTP/1.1\r\nHost: x\r\n${many}\r\n`, 431, 'headers_too_large');
  });
});

describe('every route', () => {
  it('answers HEAD with the headers of GET and no body', async () => {
    const plain = { 'accept-encoding': 'identity' };
    const changing = ['date', 'x-request-id', 'ratelimit', 'keep-alive', 'connection'];
    for (const { method, path } of routesOf(galley.app)) {
      if (method !== 'GET' || /metrics|health\/details/.test(path)) continue;
      // Its cursor is another text each time, and is in the body and in the link.
      const ignored = path.endsWith('/changes') ? [...changing, 'etag', 'link'] : changing;
      const shown = (answer: Answer) => [...answer.headers].filter(([name]) => !ignored.includes(name));
      for (const client of [galley.anyone, by]) {
        const [get, head] = [await client.get(filled(path), plain), await client.head(filled(path), plain)];
        expect([path, head.status, head.text]).toEqual([path, get.status, '']);
        const without = (answer: Answer) =>
          shown(answer).filter(
            ([name]) =>
              path.startsWith('/health') || path === '/live' || path === '/ready'
                ? name !== 'content-length'
                : name !== 'transfer-encoding', // RFC 9110, section 9.3.2: HEAD may leave it out.
          );
        if (get.status < 400) expect([path, without(head)]).toEqual([path, without(get)]);
      }
    }
  });

  it('has the security headers, whatever it answers', async () => {
    for (const { method, path } of routesOf(galley.app)) {
      if (path === FRAMED) continue;
      for (const client of path === LOGOUT ? [galley.anyone] : [galley.anyone, by])
        expectSafe(await client.send(method, filled(path)));
    }
  });

  it('answers 4xx and 5xx as problem documents, to anybody and with any body', async () => {
    for (const { method, path } of routesOf(galley.app)) {
      if (path === FRAMED) continue;
      for (const client of path === LOGOUT ? [galley.anyone] : [galley.anyone, by]) {
        for (const body of [undefined, '{', '[]', 'null', '{"x":1}', '"text"']) {
          if (method === 'GET' && body !== undefined) continue;
          const answer = await client.send(method, filled(path), { body });
          if (answer.status >= 400) expectProblem(answer, answer.status);
          expect(answer.status).toBeLessThan(500);
        }
      }
    }
  });
});

describe('credentials that identify nobody', () => {
  const WAYS_OUT = /Refresh it or log in again\./;
  const ANONYMOUS = / This endpoint also answers without the Authorization header\.$/;

  it.each([
    ['Bearer x.y.z', WAYS_OUT, 'Bearer error="invalid_token"'],
    ['Bearer undefined', /contains no access token\. Log in/, 'Bearer error="invalid_token"'],
    ['Bearer', /contains no access token\. Log in/, 'Bearer error="invalid_token"'],
    ['Bearer [object Object]', /contains no access token\. Log in/, 'Bearer error="invalid_token"'],
    ['Basic YTpi', /user name and a password .*\(Basic\)\. Log in/, 'Bearer'],
    ['Token x', /must have the scheme Bearer\. Log in/, 'Bearer'],
  ])('are 401, and the problem names the ways out: %s', async (authorization, why, challenge) => {
    for (const [path, isPublic] of [
      ['/api/v1/posts', true],
      ['/api/v1/users/me', false],
    ] as const) {
      const answer = await galley.anyone.get(path, { authorization });
      expectProblem(answer, 401, 'invalid_token');
      expect(answer.headers.get('www-authenticate')).toBe(challenge);
      expect(answer.body.detail).toMatch(why);
      expect(ANONYMOUS.test(answer.body.detail)).toBe(isPublic);
    }
  });
});

describe('X-Request-Id', () => {
  it('is the one that came, under each of its names, or ours', async () => {
    for (const name of ['x-request-id', 'x-correlation-id', 'x-trace-id']) {
      for (const id of ['abc-123', 'A'.repeat(64)]) {
        const { headers } = await galley.anyone.get('/health', { [name]: id });
        expect([headers.get('x-request-id'), headers.get(name)]).toEqual([id, id]);
      }
      for (const id of ['', 'a b', 'a_b', 'A'.repeat(65), '<script>', 'a;b', "1' OR 1"]) {
        const { headers } = await galley.anyone.get('/health', { [name]: id });
        expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
        expect(headers.get(name)).not.toBe(id);
      }
    }
    const { body } = await galley.anyone.get('/nothing', { 'x-correlation-id': 'mine-1' });
    expect(body.requestId).toBe('mine-1');
  });

  it('prefers its own name', async () => {
    const { headers } = await galley.anyone.get('/health', { 'x-trace-id': 'b', 'x-request-id': 'a' });
    expect([headers.get('x-request-id'), headers.get('x-trace-id')]).toEqual(['a', 'b']);
  });
});

describe('CORS', () => {
  it('lets the allowed origins call with every method and header that the API knows', async () => {
    const { headers, status } = await galley.anyone.send('OPTIONS', '/api/v1/posts', {
      headers: {
        origin: ORIGIN,
        'access-control-request-method': 'PATCH',
        'access-control-request-headers':
          'authorization,content-type,if-match,if-none-match,idempotency-key,x-request-id',
      },
    });
    expect([200, 204]).toContain(status);
    expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
      expect(headers.get('access-control-allow-methods')).toContain(method);
    for (const name of ['authorization', 'if-match', 'if-none-match'])
      expect(headers.get('access-control-allow-headers')).toContain(name);
    expect(headers.get('vary')).toMatch(/Origin/);
  });

  it('lets scripts read what clients need, also of an error', async () => {
    for (const path of ['/api/v1/posts', '/api/v1/posts/nothing', '/nothing']) {
      const { headers } = await galley.anyone.get(path, { origin: ORIGIN });
      expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
      expect(headers.get('access-control-expose-headers')?.split(', ').sort()).toEqual([
        'ETag',
        'Idempotency-Replayed',
        'Link',
        'Location',
        'RateLimit',
        'RateLimit-Policy',
        'Retry-After',
        'X-Request-Id',
      ]);
      expect(headers.get('vary')).toMatch(/Origin/);
    }
  });

  const LOOPBACK = [
    ...['http://localhost:5173', 'https://localhost', 'http://127.0.0.1:8080', 'https://[::1]:4321'],
    ...['http://blog.localhost:3001', 'http://a.b.localhost'],
  ];
  const FOREIGN = [
    ...['http://localhost.evil.example', 'http://evil-localhost', 'http://127.0.0.1.evil.example', 'null'],
    ...['http://127.0.0.2', 'ftp://localhost', 'http://localhost:5173/path', 'http://evil.example:localhost'],
    ...['http://localhost:5173.evil.example', 'http://[::2]', 'http://192.168.0.1', 'http://.localhost'],
  ];

  it('lets every origin of this machine in during development, and no other', async () => {
    const developing = await startGalley(
      { NODE_ENV: 'development', ALLOWED_ORIGINS: ORIGIN },
      galley.database,
    );
    const allowed = async (answer: Promise<Answer> | PromiseLike<Answer>) =>
      (await answer).headers.get('access-control-allow-origin');
    try {
      for (const origin of [ORIGIN, ...LOOPBACK, ...FOREIGN]) {
        const preflight = { origin, 'access-control-request-method': 'DELETE' };
        const raw = /^[!-~]+$/.test(origin)
          ? await sendRaw(developing.url, `GET / HTTP/9\r\nHost: x\r\nOrigin: ${origin}\r\n\r\n`)
          : undefined;
        const expected = FOREIGN.includes(origin) ? null : origin;
        expect([
          origin,
          await allowed(developing.anyone.get('/api/v1/posts', { origin })),
          await allowed(developing.anyone.get('/nothing', { origin })),
          await allowed(developing.anyone.get('/%', { origin })),
          await allowed(developing.anyone.send('OPTIONS', '/api/v1/posts', { headers: preflight })),
          raw?.headers['access-control-allow-origin'] ?? null,
        ]).toEqual([origin, ...Array<string | null>(5).fill(expected)]);
      }
    } finally {
      await developing.stop();
    }
  });

  it('lets no origin of this machine in otherwise, unless it is listed', async () => {
    for (const origin of LOOPBACK)
      expect(
        (await galley.anyone.get('/api/v1/posts', { origin })).headers.get('access-control-allow-origin'),
      ).toBeNull();
  });

  it('lets no other origin in', async () => {
    for (const origin of [
      'https://evil.example',
      `${ORIGIN}.evil.example`,
      'http://app.example.com',
      'null',
      'https://app.example.com:444',
    ]) {
      const preflight = { origin, 'access-control-request-method': 'DELETE' };
      for (const answer of [
        await galley.anyone.get('/api/v1/posts', { origin }),
        await galley.anyone.send('OPTIONS', '/api/v1/posts', { headers: preflight }),
      ])
        expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

describe('caches', () => {
  it('may share what everyone may read, when asked again, and keep nothing that depends on the caller', async () => {
    const { id } = await galley.aPost({ status: 'published' });
    for (const path of [
      '/api/v1/posts',
      `/api/v1/posts/${id}`,
      `/api/v1/posts/${id}/comments`,
      '/api/v1/tags',
      `/api/v1/users/${admin.id}`,
    ]) {
      const open = await galley.anyone.get(path).expect(200);
      expect(open.headers.get('cache-control')).toBe('public, max-age=0, must-revalidate');
      const closed = await by.get(path).expect(200);
      expect(closed.headers.get('cache-control')).toBe('private, no-store');
      for (const { headers } of [open, closed])
        expect((headers.get('vary') ?? '').split(', ').sort()).toEqual([
          'Authorization',
          'Origin',
          'accept-encoding',
        ]);
    }
    const mine = await by.get('/api/v1/users/me').expect(200);
    expect(mine.headers.get('cache-control')).toBe('private, no-store');
    const written = await by.post('/api/v1/posts', { title: 'T', body: '' }).expect(201);
    expect(written.headers.get('cache-control')).toBe('private, no-store');
  });

  it('may keep the documents beside the API as long as their tag holds', async () => {
    for (const path of ['/openapi.json', '/docs', '/docs/guide', '/docs/problems', '/docs/style.css']) {
      const plain = { 'accept-encoding': 'identity' };
      const etag = (await galley.anyone.get(path, plain).expect(200)).headers.get('etag') as string;
      expect([path, etag]).toEqual([path, expect.stringMatching(/^"[\w-]{16}"$/)]);
      for (const method of ['GET', 'HEAD']) {
        const asking = (headers: object) =>
          galley.anyone.send(method, path, { headers: { ...plain, ...headers } });
        expect((await asking({}).expect(200)).headers.get('etag')).toBe(etag);
        expect((await asking({ 'if-none-match': etag }).expect(304)).headers.get('etag')).toBe(etag);
        await asking({ 'if-match': '"other"' }).expect(412);
      }
    }
    expect((await galley.anyone.get('/health').expect(200)).headers.get('etag')).toBeNull();
  });

  it('find the docs with a slash at their end too', async () => {
    for (const path of ['/docs', '/docs/guide']) {
      const { headers } = await galley.anyone.get(`${path}/`).expect(308);
      expect(headers.get('location')).toBe(path);
    }
  });

  it('get the same headers for HEAD and GET, however they name an encoding', async () => {
    const { id } = await galley.aPost({ author: admin, status: 'published', body: 'word '.repeat(2000) });
    const names = ['content-encoding', 'content-length', 'etag', 'vary', 'content-type', 'cache-control'];
    const shown = ({ headers }: Answer) => names.map((name) => headers.get(name));
    for (const coding of [
      'br',
      'gzip',
      'GZIP',
      'x-gzip',
      'X-Gzip, br;q=0.1',
      '*',
      'identity',
      'deflate',
      'gzip;q=0',
    ])
      for (const path of [`/api/v1/posts/${id}`, '/docs/problems', '/openapi.json', '/'])
        for (const client of [galley.anyone, by]) {
          const [get, head] = [
            await client.get(path, { 'accept-encoding': coding }).expect(200),
            await client.head(path, { 'accept-encoding': coding }).expect(200),
          ];
          expect([coding, path, shown(head)]).toEqual([coding, path, shown(get)]);
          if (path !== '/' && /gzip(?!;q=0)|\*/i.test(coding))
            expect(get.headers.get('content-encoding')).toBe('gzip');
        }
  });

  it('get a compressed answer when they ask for one, of the same tag made weak', async () => {
    const { id } = await galley.aPost({ status: 'published', body: 'word '.repeat(2000) });
    const plain = await galley.anyone
      .get(`/api/v1/posts/${id}`, { 'accept-encoding': 'identity' })
      .expect(200);
    for (const coding of ['br', 'gzip']) {
      const packed = await galley.anyone
        .get(`/api/v1/posts/${id}`, { 'accept-encoding': coding })
        .expect(200);
      expect(packed.headers.get('content-encoding')).toBe(coding);
      expect(packed.body).toEqual(plain.body);
      expect(packed.headers.get('etag')).toBe(`W/${plain.headers.get('etag')}`);
      const known = { 'accept-encoding': coding, 'if-none-match': packed.headers.get('etag') as string };
      await galley.anyone.get(`/api/v1/posts/${id}`, known).expect(304);
    }
    expect(plain.headers.get('content-encoding')).toBeNull();
  });
});

describe('who is counted', () => {
  const remaining = ({ headers }: Answer) => Number(/r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);

  it('is the socket, whatever X-Forwarded-For says, without TRUST_PROXY', async () => {
    const counts = [];
    for (const spoofed of ['1.1.1.1', '2.2.2.2', '3.3.3.3, 4.4.4.4'])
      counts.push(
        remaining(
          await galley.anyone.get('/api/v1/tags', {
            'x-forwarded-for': spoofed,
            forwarded: `for=${spoofed}`,
          }),
        ),
      );
    expect(counts).toEqual([counts[0], (counts[0] as number) - 1, (counts[0] as number) - 2]);
  });

  it('is what the trusted hop saw, not what stands left of it', async () => {
    const behind = await startGalley({ TRUST_PROXY: '1', RATE_LIMIT_MAX: '100' }, galley.database);
    try {
      const from = async (forwarded: string) =>
        remaining(await behind.anyone.get('/api/v1/tags', { 'x-forwarded-for': forwarded }));
      expect([
        await from('9.9.9.1, 203.0.113.5'),
        await from('9.9.9.2, 203.0.113.5'),
        await from('203.0.113.5'),
      ]).toEqual([99, 98, 97]);
      expect(await from('203.0.113.5, 203.0.113.6')).toBe(99);
      expect([
        await from('2001:db8:1:2:3::4'),
        await from('2001:db8:1:2:ffff::1'),
        await from('2001:db8:1:3::1'),
      ]).toEqual([99, 98, 99]);
      expect([await from('::ffff:198.51.100.7'), await from('198.51.100.7')]).toEqual([99, 98]);
    } finally {
      await behind.stop();
    }
  });
});

describe('while the process drains', () => {
  it('it still answers, and tells each connection to go elsewhere', async () => {
    const ending = await startGalley({}, galley.database);
    try {
      ending.app.get(Lifecycle).drain();
      const answer = await ending.anyone.get('/api/v1/posts').expect(200);
      expect(answer.headers.get('connection')).toBe('close');
      expect((await ending.anyone.get('/nothing').expect(404)).headers.get('connection')).toBe('close');
      await ending.anyone.get('/health/live').expect(200);
      const ready = await ending.anyone.get('/health/ready').expect(503);
      expect(ready.body).toMatchObject({ status: 'error', error: { process: { status: 'down' } } });
    } finally {
      await ending.stop();
    }
  });
});
