import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Passwords } from '../src/auth/passwords.js';
import { SessionsService } from '../src/auth/sessions.service.js';
import { DatabaseUnavailable } from '../src/platform/errors/server-problems.js';
import { LimitStore } from '../src/platform/limits/limit-store.js';
import type { Person } from './support/builders.js';
import { type Galley, startGalley } from './support/galley.js';
import { sendRaw } from './support/raw.js';

let galley: Galley;
let person: Person;
/** What was counted, as `<tier>:<key>`. */
let counted: string[];

beforeAll(async () => {
  galley = await startGalley({ TRUST_PROXY: '1', METRICS_TOKEN: 'a token of metrics alone' });
  person = await galley.aUser();
  const store = galley.app.get(LimitStore);
  const add = store.add.bind(store);
  counted = [];
  jest.spyOn(store, 'add').mockImplementation((key, windowMs) => {
    counted.push(key);
    return add(key, windowMs);
  });
});
afterAll(() => galley.stop());

const HERE = 'ip:127.0.0.1';
const what = async (request: () => PromiseLike<{ status: number; headers: Headers }>) => {
  counted.length = 0;
  const { status, headers } = await request();
  return { status, counted: [...counted], shown: /^"(.*?)"/.exec(headers.get('ratelimit') ?? '')?.[1] };
};

describe('every request counts once, in the tier that it shows', () => {
  const json = { 'content-type': 'application/json' };
  const anonymous = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => () =>
    galley.anyone.send(method, path, { body, headers });

  it.each([
    ['a public list', 'GET', '/api/v1/posts', 'read', 200],
    ['a HEAD', 'HEAD', '/api/v1/posts', 'read', 200],
    ['a list of another kind', 'GET', '/api/v1/tags', 'read', 200],
    ['a search for nothing', 'GET', '/api/v1/posts?q=%20', 'read', 400],
    ['an invalid query', 'GET', '/api/v1/posts?limit=0', 'read', 400],
    ['a read for the signed in', 'GET', '/api/v1/users/me', 'read', 401],
    ['no such post', 'GET', `/api/v1/posts/${randomUUID()}`, 'read', 404],
    ['no such route', 'GET', '/api/v1/nothing', 'read', 404],
    ['no such route outside of the API', 'GET', '/nothing', 'read', 404],
    ['a search', 'GET', '/api/v1/posts?q=word', 'write', 200],
    ['a HEAD of a search', 'HEAD', '/api/v1/posts?q=word', 'write', 200],
    ['a write for the signed in', 'POST', '/api/v1/posts', 'write', 401],
    ['a logout', 'POST', '/api/v1/auth/logout', 'write', 204],
    ['a method that is not there', 'DELETE', '/api/v1/tags', 'write', 405],
  ])('%s', async (_, method, path, tier, status) => {
    expect(await what(anonymous(method, path))).toEqual({
      status,
      counted: [`${tier}:${HERE}`],
      shown: tier,
    });
  });

  it.each([
    ['JSON that is none', '/api/v1/posts', '{', json, 400],
    ['another content type', '/api/v1/posts', 'x', { 'content-type': 'text/plain' }, 415],
    ['a body that is too large', '/api/v1/posts', 'x'.repeat(1024 * 1024 + 1), json, 413],
    ['a login with JSON that is none', '/api/v1/auth/login', '{', json, 400],
    ['a login that is not valid', '/api/v1/auth/login', '{}', json, 400],
    ['a refresh that is not valid', '/api/v1/auth/refresh', '{}', json, 400],
  ])('a body that is refused is a write: %s', async (_, path, body, headers, status) => {
    expect(await what(anonymous('POST', path, body, headers))).toEqual({
      status,
      counted: [`write:${HERE}`],
      shown: 'write',
    });
  });

  it('a request of the signed in counts for the account, on routes that are not there too', async () => {
    const me = galley.as(person);
    const mine = (tier: string) => [`${tier}:user:${person.id}`];
    expect((await what(() => me.get('/api/v1/posts'))).counted).toEqual(mine('read'));
    expect((await what(() => me.get('/api/v1/nothing'))).counted).toEqual(mine('read'));
    expect((await what(() => me.get('/api/v1/posts?q=word'))).counted).toEqual(mine('write'));
    expect((await what(() => me.post('/api/v1/posts', '{'))).counted).toEqual(mine('write'));
    expect((await what(() => me.post('/api/v1/tags', { name: 'x' }))).counted).toEqual(mine('write'));
  });

  it('a token that does not hold makes nobody: the address is counted', async () => {
    const request = () => galley.anyone.get('/api/v1/posts', { authorization: 'Bearer no-token' });
    expect(await what(request)).toEqual({ status: 401, counted: [`read:${HERE}`], shown: 'read' });
  });

  it('one without Host is counted as well', async () => {
    counted.length = 0;
    const { status, headers } = await sendRaw(
      galley.url,
      'GET /api/v1/posts HTTP/1.1\r\nConnection: close\r\n\r\n',
    );
    expect([status, counted, headers.ratelimit]).toEqual([
      400,
      [`read:${HERE}`],
      expect.stringMatching(/^"read"/),
    ]);
  });

  it('a registration, a login and a refresh count in their own rows and in no other', async () => {
    const password = 'correct horse battery staple';
    const email = `${randomUUID()}@example.com`;
    const registered = () => galley.anyone.post('/api/v1/auth/register', { email, password, name: 'Ada' });
    expect((await what(registered)).counted).toEqual([`register:${HERE}`]);
    const login = (given: string) => () =>
      galley.anyone.post('/api/v1/auth/login', { email, password: given });
    expect(await what(login('wrong wrong wrong wrong'))).toEqual({
      status: 401,
      counted: [],
      shown: 'login',
    });
    const { body } = await galley.anyone.post('/api/v1/auth/login', { email, password }).expect(200);
    expect(await what(login(password))).toEqual({
      status: 200,
      counted: [`write:user:${body.user.id}`],
      shown: 'write',
    });
    const refresh = (refreshToken: string) => () =>
      galley.anyone.post('/api/v1/auth/refresh', { refreshToken });
    expect((await what(refresh(body.refreshToken))).shown).toBe('refresh');
    expect((await what(refresh('unknown'))).counted).toEqual([`refresh-address:${HERE}`]);
    await galley.database.query('UPDATE users SET active = false WHERE id = $1', [body.user.id]);
    expect(await what(login(password))).toEqual({ status: 403, counted: [`write:${HERE}`], shown: 'write' });
  });

  it('a changed password is a write, and a guess at the old one a failed login alone', async () => {
    const me = await galley.aUser();
    const hash = await galley.app.get(Passwords).hash('correct horse battery staple');
    await galley.database.query('UPDATE users SET password_hash = $1 WHERE id = $2', [hash, me.id]);
    const change = (currentPassword: string, newPassword: string) => () =>
      galley.as(me).put('/api/v1/auth/password', { currentPassword, newPassword });
    const written = [`write:user:${me.id}`];
    const [right, next] = ['correct horse battery staple', 'another horse battery staple'];
    expect(await what(change('wrong', next))).toEqual({ status: 401, counted: [], shown: 'login' });
    expect(await what(change(right, 'short'))).toEqual({ status: 400, counted: written, shown: 'write' });
    expect(await what(change(right, next))).toEqual({ status: 204, counted: written, shown: 'write' });
    const nobody = () => galley.anyone.put('/api/v1/auth/password', {});
    expect(await what(nobody)).toEqual({ status: 401, counted: [`write:${HERE}`], shown: 'write' });
  });

  it.each([
    '/health',
    '/health/ready',
    '/live',
    '/metrics',
    '/docs',
    '/docs/guide/sessions',
    '/docs/assets/swagger-ui.css',
    '/docs/page/start.js',
    '/openapi.json',
  ])('and %s is never counted', async (path) => {
    const headers = { authorization: 'Bearer a token of metrics alone' };
    expect(await what(() => galley.anyone.get(path, headers))).toMatchObject({
      counted: [],
      shown: undefined,
    });
  });

  it('what fails because nobody can say who calls counts for nobody', async () => {
    const sessions = galley.app.get(SessionsService);
    const away = jest.spyOn(sessions, 'findPrincipal').mockRejectedValue(new DatabaseUnavailable());
    try {
      const answer = await what(() => galley.as(person).get('/api/v1/posts'));
      expect(answer).toEqual({ status: 503, counted: [], shown: undefined });
      const late = await what(() => galley.as(person).put('/api/v1/auth/password', {}));
      expect(late).toEqual({ status: 503, counted: [], shown: undefined });
    } finally {
      away.mockRestore();
    }
  });
});

describe('a limit that is used up', () => {
  let limited: Galley;
  beforeAll(async () => {
    limited = await startGalley(
      { TRUST_PROXY: '1', RATE_LIMIT_MAX: '2', RATE_LIMIT_WRITE_MAX: '3', AUTH_RATE_LIMIT_MAX: '10' },
      galley.database,
    );
  });
  afterAll(() => limited.stop());
  const from = (address: string) => ({ 'x-forwarded-for': address, origin: 'http://localhost:3000' });

  it('refuses what no route, parser or guard lets through as well, as a problem with all its headers', async () => {
    for (let n = 0; n < 2; n++) await limited.anyone.get('/nothing', from('192.0.2.1')).expect(404);
    const refused = await limited.anyone.get('/nothing', from('192.0.2.1')).expect(429);
    expect(refused.body.code).toBe('too_many_requests');
    for (const name of [
      'retry-after',
      'ratelimit',
      'ratelimit-policy',
      'x-request-id',
      'access-control-allow-origin',
    ])
      expect(refused.headers.get(name)).not.toBeNull();
  });

  it('refuses a login that is not valid once the address has no writes left, and a right one never', async () => {
    const post = () => limited.anyone.post('/api/v1/auth/login', {}, from('192.0.2.2'));
    for (let n = 0; n < 3; n++) await post().expect(400);
    const refused = await post().expect(429);
    expect(refused.body.code).toBe('too_many_requests');
    expect(refused.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    const email = `${randomUUID()}@example.com`;
    const account = { email, password: 'correct horse battery staple' };
    await galley.anyone.post('/api/v1/auth/register', { ...account, name: 'Ada' }).expect(201);
    await limited.anyone.post('/api/v1/auth/login', account, from('192.0.2.2')).expect(200);
  });

  const FORMS: Record<string, (n: number) => string> = {
    'a port': (n) => `198.51.100.1:${2000 + n}`,
    'an address of its own to the left': (n) => `6.6.6.${n}, 198.51.100.2`,
    words: (n) => `junk${n}`,
    'a zone': (n) => `fe80::1%eth${n}`,
    'a spelling of IPv6': (n) => `[2001:db8:0:${n % 2 ? '0' : '0000'}::${n.toString(16)}]:${2000 + n}`,
    'IPv4 inside of IPv6': (n) => (n % 2 ? '::ffff:198.51.100.3' : '::ffff:c633:6403'),
    'empty elements': (n) => `6.6.6.${n},`,
  };

  it.each(Object.entries(FORMS))('counts every failed login, with %s in X-Forwarded-For', async (_, form) => {
    await galley.database.query('DELETE FROM login_failures');
    const email = `${randomUUID()}@example.com`;
    const statuses: number[] = [];
    for (let n = 0; n < 30; n++) {
      const headers = { 'x-forwarded-for': form(n) };
      const body = { email, password: 'wrong wrong wrong wrong' };
      statuses.push((await limited.anyone.post('/api/v1/auth/login', body, headers)).status);
    }
    expect(statuses).toEqual([...Array<number>(10).fill(401), ...Array<number>(20).fill(429)]);
  });
});
