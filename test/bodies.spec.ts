import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from './support/builders.js';
import type { Client } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';
import { sendRaw } from './support/raw.js';
import { documentedWrites } from './support/routes.js';

/** What a Content-Type means: for a body that is absent, for the charset of one that is present, and for refusals. */
const ID = '019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41';
const FORM = 'application/x-www-form-urlencoded';
const TYPES = [
  undefined,
  FORM,
  'text/plain; charset=iso-8859-1',
  'multipart/form-data',
  'application/octet-stream',
  'application/json; charset=utf-16',
  'application/merge-patch+json',
  'a',
  '',
];
/** Both ways to send no byte, besides sending no header about a body. */
const FRAMINGS = [
  { lines: ['Content-Length: 0'], body: '' },
  { lines: ['Transfer-Encoding: chunked'], body: '0\r\n\r\n' },
];

let galley: Galley;
let admin: Person;
let by: Client;
beforeAll(async () => {
  galley = await startGalley();
  admin = await galley.aUser({ role: 'admin' });
  by = galley.as(admin);
});
afterAll(() => galley.stop());

const filled = (path: string) => path.replace(/:\w+/g, ID);

async function send(method: string, path: string, lines: string[] = [], body = '') {
  const head = [
    `${method} ${path} HTTP/1.1`,
    'Host: x',
    'Connection: close',
    `Authorization: Bearer ${admin.token}`,
    ...lines,
  ];
  const answer = await sendRaw(galley.url, `${head.join('\r\n')}\r\n\r\n${body}`);
  const { code, detail } = (answer.body === '' ? {} : JSON.parse(answer.body)) as Record<string, string>;
  return { ...answer, code, detail };
}

describe('a body of no bytes', () => {
  const LOGOUT = '/api/v1/auth/logout';
  const writes = documentedWrites().filter(({ path }) => path !== LOGOUT && !path.endsWith('/import'));

  it.each(writes.map(({ route }) => route))('is none for %s, whatever its type', async (route) => {
    const [method, path] = route.split(' ') as [string, string];
    const plain = await send(method, filled(path));
    expect(plain.status).not.toBe(415);
    for (const type of TYPES)
      for (const { lines, body } of FRAMINGS) {
        const typed = type === undefined ? lines : [...lines, `Content-Type: ${type}`];
        const answer = await send(method, filled(path), typed, body);
        expect([type, lines, answer.status, answer.code]).toEqual([type, lines, plain.status, plain.code]);
      }
  });

  it('publishes a post, deletes it and logs out', async () => {
    for (const { lines, body } of FRAMINGS) {
      const { id } = await galley.aPost({ author: admin });
      const form = [...lines, `Content-Type: ${FORM}`];
      expect((await send('POST', `/api/v1/posts/${id}/publish`, form, body)).status).toBe(200);
      expect((await send('DELETE', `/api/v1/posts/${id}`, form, body)).status).toBe(204);
      await by.get(`/api/v1/posts/${id}`).expect(404);
    }
    const { token, ...person } = await galley.aUser();
    const signedIn = galley.as({ ...person, token });
    await signedIn.post(LOGOUT, '', { 'content-type': FORM }).expect(204);
    await signedIn.get('/api/v1/users/me').expect(401);
  });

  it('is not enough where one is required, and the problem says so', async () => {
    for (const { lines, body } of FRAMINGS) {
      const { status, detail } = await send(
        'POST',
        '/api/v1/posts',
        [...lines, `Content-Type: ${FORM}`],
        body,
      );
      expect([status, detail]).toEqual([400, 'The request must have a JSON body.']);
    }
  });
});

describe('a body of another format is 415 and names what is accepted', () => {
  const { id } = { id: ID };
  const gzipped = gzipSync('{"title":"T"}').toString('latin1');

  it.each([
    ['POST', '/api/v1/posts', FORM, 'title=a', { accept: 'application/json' }],
    ['POST', `/api/v1/posts/${id}/publish`, FORM, 'a=b', { accept: 'application/json' }],
    ['DELETE', `/api/v1/posts/${id}`, 'text/plain', 'why', { accept: 'application/json' }],
    ['PUT', '/api/v1/auth/password', 'application/merge-patch+json', '{}', { accept: 'application/json' }],
    ['POST', '/api/v1/posts', 'application/octet-stream', 'x', { accept: 'application/json' }],
    ['POST', '/api/v1/posts', 'a', 'x', { accept: 'application/json' }],
    ['PATCH', `/api/v1/posts/${id}`, 'application/json-patch+json', '[]', 'PATCH'],
    ['PATCH', '/api/v1/users/me', 'application/json; charset=latin1', '{}', 'PATCH'],
    [
      'POST',
      '/api/v1/posts/import',
      'text/plain',
      'x',
      { accept: expect.stringContaining('application/xml') },
    ],
  ])('%s %s with %s', async (method, path, type, body, accepted) => {
    const expected =
      typeof accepted === 'string'
        ? { 'accept-patch': 'application/merge-patch+json, application/json' }
        : accepted;
    const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    for (const [framing, bytes] of [
      [`Content-Length: ${body.length}`, body],
      ['Transfer-Encoding: chunked', chunked],
    ] as const) {
      const answer = await send(method, path, [`Content-Type: ${type}`, framing], bytes);
      expect([framing, answer.status, answer.code]).toEqual([framing, 415, 'unsupported_media_type']);
      expect(answer.headers).toMatchObject(expected);
    }
  });

  it.each(['/api/v1/posts', '/api/v1/posts/import'])('compressed, on %s', async (path) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const answer = await by.post(path, Buffer.from(gzipped, 'latin1'), headers).expect(415);
    expect(answer.headers.get('accept-encoding')).toBe('identity');
    await by.post('/api/v1/posts', '{}', { ...headers, 'content-encoding': 'Identity' }).expect(400);
  });

  it('and OPTIONS names the formats of PATCH', async () => {
    const options = async (path: string) =>
      (await by.send('OPTIONS', path).expect(204)).headers.get('accept-patch');
    expect(await options('/api/v1/users/me')).toBe('application/merge-patch+json, application/json');
    expect(await options('/api/v1/posts')).toBeNull();
  });
});

describe('a charset', () => {
  const create = (type: string) =>
    by.post('/api/v1/posts', JSON.stringify({ title: 'Zwölf', body: '' }), { 'content-type': type });

  it.each([
    ...['utf-8', 'UTF-8', 'utf8', 'UTF8', '"utf-8"', '"UTF8"', '"ut\\f-8"', 'us-ascii', 'US-ASCII', 'ascii'],
    ...['ANSI_X3.4-1968', 'unicode-1-1-utf-8', 'csUTF8'],
  ])('%s is UTF-8, or a subset of it', async (charset) => {
    expect((await create(`application/json; charset=${charset}`).expect(201)).body.title).toBe('Zwölf');
    await create(`application/json;CHARSET=${charset} ; a="b;charset=utf-16"`).expect(201);
  });

  it.each(['utf-16', 'utf-7', 'iso-8859-1', 'windows-1252', 'utf-8859', '"utf-8, latin1"', 'x'])(
    '%s is another one',
    async (charset) => {
      await create(`application/json; charset=${charset}`).expect(415);
    },
  );
});
