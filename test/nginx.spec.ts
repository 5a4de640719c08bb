import { once } from 'node:events';
import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as httpRequest,
} from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestNginx } from './support/nginx.js';
import { until } from './support/until.js';

/** A stream whose end never comes. */
const STREAM = '/api/v1/events?types=post.*';

let nginx: TestNginx;
let seen: IncomingHttpHeaders = {};
beforeAll(async () => {
  nginx = await TestNginx.start((request, response) => {
    seen = request.headers;
    if (request.url === STREAM) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
      return void response.write('data: first\n\n');
    }
    response.setHeader('x-content-type-options', 'nosniff');
    response.statusCode = request.url === '/api/v1/absent' ? 404 : 200;
    request.resume().on('end', () => response.end('from the app'));
  });
});
afterAll(() => nginx.stop());

/** Each test is a separate client for the limits. */
let client = 1;
beforeEach(() => void client++);
const address = () => `127.0.0.${client}`;

const toNginx = () => ({
  host: '127.0.0.1',
  port: nginx.https,
  localAddress: address(),
  rejectUnauthorized: false,
  agent: false,
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  raw: string[];
  body: string;
}
const ask = (
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: Buffer } = {},
) =>
  new Promise<Answer>((resolve, reject) => {
    const { body, ...rest } = options;
    const sent = httpsRequest({ ...toNginx(), path, ...rest }, (answer: IncomingMessage) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          raw: answer.rawHeaders,
          body: text,
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
const count = (answer: Answer, name: string) =>
  answer.raw.filter((entry) => entry.toLowerCase() === name).length;

describe('nginx in front', () => {
  it('hands on to the app that is up, also a write', async () => {
    expect(await ask('/api/v1/posts')).toMatchObject({ status: 200, body: 'from the app' });
    expect(await ask('/api/v1/posts', { method: 'POST', body: Buffer.from('{}') })).toMatchObject({
      status: 200,
    });
  });

  it('tells the app who the client is, whatever the client says', async () => {
    await ask('/api/v1/posts', {
      headers: {
        host: 'api.example.com',
        'x-forwarded-for': '8.8.8.8',
        forwarded: 'for=8.8.8.8',
        'x-forwarded-proto': 'http',
      },
    });
    expect(seen).toMatchObject({
      host: 'api.example.com',
      'x-forwarded-for': address(),
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'api.example.com',
    });
    expect(seen.forwarded).toBeUndefined();
  });

  it('keeps connections to the app open, and upgrades only where one is asked for', async () => {
    await ask('/api/v1/posts');
    expect(seen.connection).not.toBe('close');
    await ask('/api/v1/events', { headers: { upgrade: 'websocket', connection: 'Upgrade' } });
    expect(seen).toMatchObject({ connection: 'upgrade', upgrade: 'websocket' });
  });

  it.each(['/api/v1/posts', '/api/v1/absent', '/metrics'])(
    'sets each security header once on %s',
    async (path) => {
      const answer = await ask(path);
      for (const name of [
        'strict-transport-security',
        'x-content-type-options',
        'x-frame-options',
        'referrer-policy',
      ])
        expect([name, count(answer, name)]).toEqual([name, 1]);
      expect(answer.headers.server).toBe('nginx');
    },
  );

  it.each([
    '/metrics',
    '/%6detrics',
    '//metrics',
    '/health',
    '/health/metrics',
    '/health/details',
    '/ready',
    '/live',
  ])('does not serve %s to the world', async (path) => {
    expect(await ask(path)).toMatchObject({ status: 404, body: expect.stringContaining('nginx') });
  });

  it('takes uploads of 10 MiB and what is around them, and no more', async () => {
    const send = (bytes: number) => ask('/api/v1/media', { method: 'POST', body: Buffer.alloc(bytes) });
    expect((await send(10 * 2 ** 20 + 4096)).status).toBe(200);
    expect((await send(11 * 2 ** 20 + 1)).status).toBe(413);
  });

  it('hands on each event of a stream at once, and a hundred streams of one address leave it its other requests', async () => {
    const streams: ClientRequest[] = [];
    const open = async () => {
      const sent = httpsRequest({ ...toNginx(), path: STREAM }).end();
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      if (answer.statusCode === 429) return void sent.destroy();
      expect(String(await once(answer, 'data'))).toBe('data: first\n\n');
      streams.push(sent.on('error', () => undefined));
    };
    for (; streams.length < 101; await delay(50)) await open();
    await until(async () => (await ask('/api/v1/posts')).status === 200);
    for (const stream of streams) stream.destroy();
  }, 60_000);

  it('speaks HTTP/2', async () => {
    const session = connectHttp2(`https://127.0.0.1:${nginx.https}`, { rejectUnauthorized: false });
    const status = await new Promise((resolve, reject) => {
      session.on('error', reject);
      session
        .request({ ':path': '/api/v1/posts' })
        .on('response', (headers) => resolve(headers[':status']))
        .end();
    });
    session.close();
    expect(status).toBe(200);
  });

  it.each([
    ['TLSv1.1', false],
    ['TLSv1.2', true],
    ['TLSv1.3', true],
  ] as const)('%s: %s', async (version, accepted) => {
    const outcome = await new Promise((resolve) => {
      const socket = connectTls({
        host: '127.0.0.1',
        port: nginx.https,
        rejectUnauthorized: false,
        minVersion: version,
        maxVersion: version,
        ciphers: 'DEFAULT@SECLEVEL=0',
      });
      socket.once('secureConnect', () => resolve(socket.getProtocol()));
      socket.once('error', () => resolve('refused'));
    });
    expect(outcome).toBe(accepted ? version : 'refused');
  });

  it('sends plain HTTP to HTTPS', async () => {
    const answer = await new Promise<IncomingMessage>((resolve) =>
      httpRequest(
        { host: '127.0.0.1', port: nginx.http, path: '/a?b=c', headers: { host: 'api.example.com' } },
        resolve,
      ).end(),
    );
    answer.resume();
    expect([answer.statusCode, answer.headers.location]).toEqual([301, 'https://api.example.com/a?b=c']);
  });

  it('answers 429 with Retry-After and a problem when one address asks too often', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => ask('/api/v1/posts')));
    const refused = answers.find(({ status }) => status === 429);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    expect(refused?.headers).toMatchObject({
      'retry-after': '1',
      'content-type': 'application/problem+json',
    });
    expect(JSON.parse(refused?.body ?? '{}')).toMatchObject({ code: 'too_many_requests', status: 429 });
    expect(refused && count(refused, 'x-frame-options')).toBe(1);
  });
});
