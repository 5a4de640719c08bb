import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from './support/builders.js';
import { type Galley, startGalley } from './support/galley.js';
import { type RawAnswer, sendRaw, sendRawAll, sendRawOnceContinued } from './support/raw.js';

/** The requirements of HTTP, as bytes on a connection. Each row is a rule. */
const ORIGIN = 'https://app.example.com';
/** Every request of the table ends its connection, so no test waits for a time. */
const SILENCE_MS = 50_000;

let galley: Galley;
let admin: Person;
beforeAll(async () => {
  galley = await startGalley({ ALLOWED_ORIGINS: ORIGIN });
  admin = await galley.aUser({ role: 'admin' });
});
afterAll(() => galley.stop());

/** TOKEN is the token of an admin. */
const signed = (bytes: string) => bytes.replaceAll('TOKEN', admin.token);
const send = (bytes: string) => sendRaw(galley.url, signed(bytes), SILENCE_MS);
const sendAll = (bytes: string) => sendRawAll(galley.url, signed(bytes), SILENCE_MS);

const message = (lines: string[], body = '') => `${lines.join('\r\n')}\r\n\r\n${body}`;

const SECURITY = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'strict-origin',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'cross-origin-resource-policy': 'cross-origin',
  'cache-control': 'no-store',
  date: expect.stringMatching(/ GMT$/),
};

function expectProblem(answer: RawAnswer, status: number, code: string): void {
  expect([answer.status, answer.body]).toEqual([status, expect.stringContaining('"code"')]);
  expect(JSON.parse(answer.body)).toMatchObject({ status, code, requestId: answer.headers['x-request-id'] });
  expect(answer.headers).toMatchObject({
    ...SECURITY,
    'content-type': 'application/problem+json; charset=utf-8',
    'content-security-policy': expect.stringMatching(/^default-src 'none'; ?frame-ancestors 'none'$/),
  });
}

const HOST = 'Host: x';
const CLOSE = 'Connection: close';
const AS_ADMIN = 'Authorization: Bearer TOKEN';
const JSON_TYPE = 'Content-Type: application/json';
const POSTS = '/api/v1/posts';
const chunked = (body: string) => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

interface Row {
  rule: string;
  lines: string[];
  body?: string;
  status: number;
  /** The problem. If absent, the request succeeds. */
  code?: string;
  headers?: Record<string, unknown>;
}

const refused = (rule: string, lines: string[], body?: string, code = 'malformed_request'): Row => ({
  rule,
  lines: [...lines, CLOSE],
  body,
  status: 400,
  code,
});
const taken = (rule: string, lines: string[], body?: string, status = 200): Row => ({
  rule,
  lines: [...lines, CLOSE],
  body,
  status,
});

const WRITE = [`POST ${POSTS} HTTP/1.1`, HOST, AS_ADMIN];
const WRITE_JSON = [...WRITE, JSON_TYPE];
const A_POST = '{"title":"T","body":"B"}';
const sized = `Content-Length: ${A_POST.length}`;

const HOSTS: Row[] = [
  taken('Host may be a name with a port', ['GET /health HTTP/1.1', 'Host: api.example.com:8080']),
  taken('Host may be an IPv6 address', ['GET /health HTTP/1.1', 'Host: [2001:db8::1]:80']),
  taken('Host may be an IPv4 address', ['GET /health HTTP/1.1', 'Host: 127.0.0.1:3000']),
  taken('Host may be empty', ['GET /health HTTP/1.1', 'Host:']),
  taken('HTTP/1.0 needs no Host', ['GET /health HTTP/1.0']),
  refused('HTTP/1.1 needs one Host', ['GET /health HTTP/1.1']),
  refused('two different Hosts', ['GET /health HTTP/1.1', 'Host: a', 'Host: b']),
  refused('the same Host twice', ['GET /health HTTP/1.1', 'Host: a', 'host: a']),
  refused('two Hosts in HTTP/1.0', ['GET /health HTTP/1.0', 'Host: a', 'Host: b']),
  ...[
    'a b',
    'a/b',
    'user@a',
    'a, b',
    'a:b',
    'a:123456',
    '[::1',
    '[::g]',
    'a?b',
    'a\\b',
    '\u00e4',
    'a%zz',
    'http://a',
  ].map((host) => refused(`the malformed Host ${host}`, ['GET /health HTTP/1.1', `Host: ${host}`])),
];

const DUPLICATES: Row[] = [
  refused('two Content-Types', [...WRITE_JSON, 'Content-Type: text/plain', sized], A_POST),
  refused('the same Content-Type twice', [...WRITE_JSON, JSON_TYPE, sized], A_POST),
  refused('two Authorizations', [`GET ${POSTS} HTTP/1.1`, HOST, AS_ADMIN, 'authorization: Bearer x']),
  refused('the same Authorization twice', [`GET ${POSTS} HTTP/1.1`, HOST, AS_ADMIN, AS_ADMIN]),
  refused('two Idempotency-Keys', [...WRITE_JSON, 'Idempotency-Key: a', 'Idempotency-Key: b', sized], A_POST),
  refused('two Content-Lengths', [...WRITE_JSON, sized, 'Content-Length: 1'], A_POST),
  refused('the same Content-Length twice', [...WRITE_JSON, sized, sized], A_POST),
  refused('a Content-Length that is a list', [...WRITE_JSON, 'Content-Length: 1, 1'], '1'),
  {
    ...taken('two X-Request-Ids are none: the answer has one of ours', [
      'GET /health HTTP/1.1',
      HOST,
      'X-Request-Id: a',
      'X-Request-Id: b',
    ]),
    headers: { 'x-request-id': expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/) },
  },
  taken('two Accepts are a list', [`GET ${POSTS} HTTP/1.1`, HOST, 'Accept: text/html', 'Accept: */*']),
  {
    rule: 'two If-Matches are a list',
    lines: [`GET ${POSTS} HTTP/1.1`, HOST, 'If-Match: "a"', 'If-Match: "b"', CLOSE],
    status: 412,
    code: 'version_mismatch',
  },
];

const FRAMING: Row[] = [
  taken('chunked is a transfer coding', [...WRITE_JSON, 'Transfer-Encoding: chunked'], chunked(A_POST), 201),
  taken('Chunked too', [...WRITE_JSON, 'Transfer-Encoding: Chunked'], chunked(A_POST), 201),
  {
    ...refused('another one before it', [...WRITE_JSON, 'Transfer-Encoding: gzip, chunked'], chunked(A_POST)),
    status: 501,
    code: 'transfer_coding_not_implemented',
  },
  {
    ...refused(
      'another one in a line of its own',
      [...WRITE_JSON, 'Transfer-Encoding: gzip', 'Transfer-Encoding: chunked'],
      chunked(A_POST),
    ),
    status: 501,
    code: 'transfer_coding_not_implemented',
  },
  refused('one that leaves the end open', [...WRITE_JSON, 'Transfer-Encoding: gzip'], A_POST),
  refused('the transfer coding identity', [...WRITE_JSON, 'Transfer-Encoding: identity', sized], A_POST),
  refused('a length beside it', [...WRITE_JSON, 'Transfer-Encoding: chunked', sized], chunked(A_POST)),
  refused('it before a length', [...WRITE_JSON, sized, 'Transfer-Encoding: chunked'], chunked(A_POST)),
  refused(
    'a transfer coding in HTTP/1.0',
    [`POST ${POSTS} HTTP/1.0`, AS_ADMIN, JSON_TYPE, 'Transfer-Encoding: chunked'],
    chunked(A_POST),
  ),
  refused('a chunk without a length', [...WRITE_JSON, 'Transfer-Encoding: chunked'], 'zz\r\n'),
  refused('a negative length', [...WRITE_JSON, 'Content-Length: -1']),
  refused('a length in hex', [...WRITE_JSON, 'Content-Length: 0x18'], A_POST),
  refused('a folded header', ['GET /health HTTP/1.1', HOST, 'X-A: b', ' c']),
  refused('a space before the colon', ['GET /health HTTP/1.1', 'Host : x']),
  taken(
    'trailers are read and ignored',
    [`GET /api/v1/users/me HTTP/1.1`, HOST, 'Transfer-Encoding: chunked', 'Trailer: Authorization'],
    '0\r\nAuthorization: Bearer TOKEN\r\n\r\n',
    401,
  ),
];

const METHODS: Row[] = [
  ...['QUERY', 'PROPFIND', 'PURGE', 'TRACE', 'LOCK', 'M-SEARCH'].flatMap((method) => [
    {
      rule: `${method} is a method that no route has`,
      lines: [`${method} ${POSTS} HTTP/1.1`, HOST, CLOSE],
      status: 405,
      code: 'method_not_allowed',
      headers: { allow: 'GET, HEAD, OPTIONS, POST' },
    },
    {
      rule: `${method} leads nowhere on an unknown path`,
      lines: [`${method} /nothing HTTP/1.1`, HOST, CLOSE],
      status: 404,
      code: 'route_not_found',
    },
  ]),
  ...['QUERY', 'PROPFIND', 'PUT', 'DELETE'].flatMap((method) =>
    ['text/plain', 'application/json', 'a', ''].map((type) => ({
      rule: `${method} with a body of type "${type}" is 405 as well`,
      lines: [`${method} ${POSTS} HTTP/1.1`, HOST, `Content-Type: ${type}`, 'Content-Length: 3', CLOSE],
      body: '{{{',
      status: 405,
      code: 'method_not_allowed',
      headers: { allow: 'GET, HEAD, OPTIONS, POST' },
    })),
  ),
  {
    rule: 'a method that nobody knows is 501',
    lines: [`BREW ${POSTS} HTTP/1.1`, HOST, CLOSE],
    status: 501,
    code: 'method_not_implemented',
  },
  {
    rule: 'a method in lower case is another one',
    lines: [`get ${POSTS} HTTP/1.1`, HOST, CLOSE],
    status: 501,
    code: 'method_not_implemented',
  },
  refused('a method that is no token', [`G(T ${POSTS} HTTP/1.1`, HOST]),
  {
    rule: 'CONNECT is for proxies',
    lines: ['CONNECT example.com:443 HTTP/1.1', 'Host: example.com:443', `Origin: ${ORIGIN}`],
    status: 501,
    code: 'method_not_implemented',
    headers: { connection: 'close', 'access-control-allow-origin': ORIGIN },
  },
  {
    rule: 'OPTIONS names the methods of a path',
    lines: [`OPTIONS ${POSTS} HTTP/1.1`, HOST, CLOSE],
    status: 204,
    headers: { allow: 'GET, HEAD, OPTIONS, POST', 'x-content-type-options': 'nosniff' },
  },
  {
    rule: 'OPTIONS of a script names them too, and lets it read',
    lines: [`OPTIONS ${POSTS}/a HTTP/1.1`, HOST, `Origin: ${ORIGIN}`, CLOSE],
    status: 204,
    headers: { allow: 'DELETE, GET, HEAD, OPTIONS, PATCH', 'access-control-allow-origin': ORIGIN },
  },
  {
    rule: 'OPTIONS * names those of the server',
    lines: ['OPTIONS * HTTP/1.1', HOST, CLOSE],
    status: 204,
    headers: { allow: 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT' },
  },
  {
    rule: 'OPTIONS of an unknown path is 404',
    lines: ['OPTIONS /nothing HTTP/1.1', HOST, CLOSE],
    status: 404,
    code: 'route_not_found',
  },
  refused('OPTIONS of two Hosts', [`OPTIONS ${POSTS} HTTP/1.1`, HOST, HOST]),
  {
    rule: 'a preflight is answered as one',
    lines: [
      `OPTIONS ${POSTS} HTTP/1.1`,
      HOST,
      `Origin: ${ORIGIN}`,
      'Access-Control-Request-Method: PATCH',
      CLOSE,
    ],
    status: 200,
    headers: {
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'content-length': '0',
      'x-content-type-options': 'nosniff',
    },
  },
];

const TARGETS: Row[] = [
  taken('a target may be a whole URL', ['GET http://elsewhere.example/health?t=1 HTTP/1.1', HOST]),
  {
    rule: 'a target of another scheme leads nowhere',
    lines: ['GET ftp://x/health HTTP/1.1', HOST, CLOSE],
    status: 404,
    code: 'route_not_found',
  },
  ...['If-Match', 'If-None-Match'].map((name) =>
    refused(`${name} of more than 8,000 characters`, [
      `GET ${POSTS} HTTP/1.1`,
      HOST,
      `${name}: ${'"3-a",'.repeat(1400)}`,
    ]),
  ),
  refused('a target with a fragment', ['GET /health#a HTTP/1.1', HOST]),
  refused('a target with a broken escape', ['GET /%zz HTTP/1.1', HOST]),
  refused('a target with half a character', [`GET ${POSTS}/%C3 HTTP/1.1`, HOST]),
  refused('a target with a control character', ['GET /a\u0001b HTTP/1.1', HOST]),
  refused('a target without a slash', ['GET health HTTP/1.1', HOST]),
  refused('an escaped NUL in a slug', [`GET ${POSTS}/a%00b HTTP/1.1`, HOST], '', 'validation_failed'),
  {
    rule: 'the asterisk is for OPTIONS alone',
    lines: ['GET * HTTP/1.1', HOST, CLOSE],
    status: 404,
    code: 'route_not_found',
  },
  {
    rule: 'an escaped slash separates nothing',
    lines: ['GET /api/v1%2Fposts HTTP/1.1', HOST, CLOSE],
    status: 404,
    code: 'route_not_found',
  },
];

const EXPECTATIONS: Row[] = [
  {
    rule: 'an expectation that is not 100-continue is 417',
    lines: [...WRITE_JSON, 'Expect: 200-ok', sized, CLOSE],
    body: A_POST,
    status: 417,
    code: 'expectation_failed',
  },
  {
    rule: '100-continue beside another is 417',
    lines: ['GET /health HTTP/1.1', HOST, 'Expect: x', CLOSE],
    status: 417,
    code: 'expectation_failed',
  },
  taken('HTTP/1.0 expects nothing', ['GET /health HTTP/1.0', 'Expect: x']),
  taken('an upgrade to HTTP/2 is not taken up', [
    'GET /health HTTP/1.1',
    HOST,
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA',
    'Connection: Upgrade, HTTP2-Settings',
  ]),
  taken('nor one to a web socket', [
    'GET /health HTTP/1.1',
    HOST,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
  ]),
  refused('the preface of HTTP/2', ['PRI * HTTP/2.0'], 'SM\r\n\r\n'),
];

const tables: Record<string, Row[]> = {
  Host: HOSTS,
  'a header that stands once': DUPLICATES,
  'where a message ends': FRAMING,
  methods: METHODS,
  targets: TARGETS,
  'expectations and upgrades': EXPECTATIONS,
};

describe.each(Object.entries(tables))('%s', (_name, rows) => {
  it.each(rows)('$status: $rule', async (row) => {
    const answer = await send(message(row.lines, row.body));
    if (row.code !== undefined) expectProblem(answer, row.status, row.code);
    else expect([answer.status, answer.body]).toEqual([row.status, expect.any(String)]);
    if (row.headers) expect(answer.headers).toMatchObject(row.headers);
  });
});

describe('an answer to what cannot be read', () => {
  it('has a date and every security header', async () => {
    expectProblem(await send('GARBAGE\r\n\r\n'), 400, 'malformed_request');
    const large = `X: ${'a'.repeat(20_000)}`;
    expectProblem(await send(message(['GET / HTTP/1.1', HOST, large])), 431, 'headers_too_large');
  });

  it('ends the connection, also of a client that keeps its own half open', async () => {
    const answers = await sendAll('GARBAGE\r\n\r\n');
    expect(answers.map(({ status, headers }) => [status, headers.connection])).toEqual([[400, 'close']]);
  });
});

/** Some clients wait for a response only after they have sent everything. */
function writeAllThenRead(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.on('error', reject);
    socket.write(bytes, () =>
      socket.once('data', (chunk) => {
        socket.destroy();
        resolve(chunk.toString('latin1'));
      }),
    );
  });
}

describe('a JSON body', () => {
  it('that is too large is answered while it is being sent', async () => {
    for (const size of [1_048_577, 8_000_000, 8_000_000, 8_000_000]) {
      const head = signed(message([...WRITE_JSON, `Content-Length: ${size}`]));
      const answer = await writeAllThenRead(galley.url, head + ' '.repeat(size));
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    }
  });

  it.each(['\xff', '\xed\xa0\x80', '\xc0\x80'])('must be UTF-8: %j', async (bytes) => {
    const body = Buffer.from(`{"title":"a${bytes}","body":""}`, 'latin1');
    const head = message([...WRITE_JSON, `Content-Length: ${body.length}`, CLOSE]);
    const answer = await sendRaw(galley.url, Buffer.concat([Buffer.from(signed(head)), body]), SILENCE_MS);
    expectProblem(answer, 400, 'malformed_request');
  });
});

describe('requests in a pipeline', () => {
  const get = (path: string, ...lines: string[]) => message([`GET ${path} HTTP/1.1`, HOST, ...lines]);

  it('are answered in order, with an error in the middle', async () => {
    const answers = await sendAll(
      get('/health') + get('/nothing') + get(`${POSTS}?x=1`) + get('/health', CLOSE),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 400, 200]);
  });

  it.each([
    ['no HTTP', 'GARBAGE\r\n\r\n', 400],
    ['a method that nobody knows', message(['BREW / HTTP/1.1', HOST]), 400],
    ['CONNECT', message(['CONNECT x:1 HTTP/1.1', HOST]), 501],
    ['two Hosts', message(['GET / HTTP/1.1', HOST, HOST]), 400],
  ])('are answered before what ends the connection: %s', async (_name, bytes, status) => {
    const write = message([...WRITE_JSON, sized], A_POST);
    const answers = await sendAll(write + write + bytes + get('/health'));
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, status]);
  });

  it('are 32 at most: the connection of who sends more is closed, and none beyond is carried out', async () => {
    const body = JSON.stringify({ title: 'One of many', body: '' });
    const write = message([...WRITE_JSON, `Content-Length: ${body.length}`], body);
    await sendAll(write.repeat(200)).catch(() => []);
    const made = await galley.database.query(`SELECT 1 FROM posts WHERE title = 'One of many'`);
    expect(made.length).toBeLessThanOrEqual(32);

    const answers = await sendAll(get('/health').repeat(31) + get('/health', CLOSE));
    expect(answers.map(({ status }) => status)).toEqual(Array(32).fill(200));
  });

  it('are answered before a body that breaks off', async () => {
    const broken = message([...WRITE_JSON, 'Transfer-Encoding: chunked'], 'zz\r\n');
    const answers = await sendAll(message([...WRITE_JSON, sized], A_POST) + broken);
    expect(answers.map((answer) => answer.status)).toEqual([201, 400]);
  });
});

describe('an error that a script of an allowed origin may read', () => {
  const origin = `Origin: ${ORIGIN}`;
  const cases: { status: number; lines: string[]; body?: string }[] = [
    { status: 400, lines: ['GET /%zz HTTP/1.1', HOST] },
    { status: 400, lines: [`GET ${POSTS}/${'a'.repeat(300)} HTTP/1.1`, HOST] },
    { status: 400, lines: [`GET ${POSTS}?x=1 HTTP/1.1`, HOST] },
    { status: 400, lines: ['GET / HTTP/1.1', HOST, HOST] },
    { status: 400, lines: [...WRITE_JSON, 'Content-Length: 1'], body: '{' },
    { status: 401, lines: ['GET /api/v1/users/me HTTP/1.1', HOST] },
    { status: 404, lines: ['GET /nothing HTTP/1.1', HOST] },
    { status: 404, lines: ['OPTIONS /nothing HTTP/1.1', HOST] },
    { status: 405, lines: [`QUERY ${POSTS} HTTP/1.1`, HOST] },
    { status: 412, lines: [`GET ${POSTS} HTTP/1.1`, HOST, 'If-Match: "x"'] },
    { status: 413, lines: [...WRITE_JSON, 'Content-Length: 2000000'] },
    { status: 415, lines: [...WRITE, 'Content-Type: text/plain', sized], body: A_POST },
    { status: 417, lines: ['GET / HTTP/1.1', HOST, 'Expect: x'] },
    { status: 501, lines: [...WRITE_JSON, 'Transfer-Encoding: gzip, chunked'], body: chunked(A_POST) },
    { status: 400, lines: ['GARBAGE'] },
    { status: 400, lines: ['GET /health HTTP/1.1', HOST, 'X-A: b', ' c'] },
    { status: 400, lines: [...WRITE_JSON, 'Content-Length: 1', 'Content-Length: 2'] },
    { status: 400, lines: [...WRITE_JSON, 'Transfer-Encoding: chunked'], body: 'zz\r\n' },
    { status: 431, lines: ['GET /health HTTP/1.1', HOST, `X-A: ${'a'.repeat(20_000)}`] },
    { status: 501, lines: [`BREW ${POSTS} HTTP/1.1`, HOST] },
  ];

  it.each(cases)('$status: $lines', async ({ status, lines, body }) => {
    const answer = await send(message([...lines, origin, CLOSE], body));
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([status, ORIGIN]);
    expect(answer.headers.vary).toMatch(/Origin/);
    expect(answer.headers['access-control-expose-headers']).toMatch(/X-Request-Id/);
    const other = await send(message([...lines, 'Origin: https://evil.example', CLOSE], body));
    expect([other.status, other.headers['access-control-allow-origin']]).toEqual([status, undefined]);
  });

  it('also where a body breaks that came later than its head', async () => {
    const head = [...WRITE_JSON, 'Transfer-Encoding: chunked', 'Expect: 100-continue', origin];
    const [, answer] = await sendRawOnceContinued(galley.url, signed(message(head)), 'zz\r\n');
    expect([answer?.status, answer?.headers['access-control-allow-origin']]).toEqual([400, ORIGIN]);
  });

  it.each([
    ['several origins', message(['GARBAGE', origin, 'Origin: https://evil.example'])],
    [
      'one in its body alone, and another in its head',
      message(['BREW / HTTP/1.1', 'Origin: null'], `\n${origin}`),
    ],
    ['one that only ends like it', message(['GARBAGE', `X-${origin}`])],
    ['none', message(['GARBAGE'])],
  ])('is none of what the parser refuses and that names %s', async (_name, bytes) => {
    const { headers } = await send(bytes);
    expect([headers['access-control-allow-origin'], headers.vary]).toEqual([undefined, 'Origin']);
  });
});
