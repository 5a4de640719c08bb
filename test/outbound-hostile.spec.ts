import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { OutboundCall } from '../src/platform/outbound/outbound-call.js';
import type { Target } from '../src/platform/outbound/target.js';
import { faultOf, type Outbound, startOutbound } from './support/outbound.js';
import { until } from './support/until.js';

const MEBIBYTE = 1024 * 1024;
/** What arrives after the limit, before the connection is closed. */
const IN_FLIGHT = 512 * 1024;
const OK = 'HTTP/1.1 200 OK\r\n';

let outbound: Outbound;
beforeAll(async () => {
  outbound = await startOutbound({ OUTBOUND_ALLOW: '127.0.0.1' });
  subscribe('net.client.socket', note);
});
afterAll(async () => {
  unsubscribe('net.client.socket', note);
  await outbound.stop();
});

const servers: Server[] = [];
const inside = new Set<Socket>();
const clients: Socket[] = [];
const note = (message: unknown) => void clients.push((message as { socket: Socket }).socket);
afterEach(() => {
  for (const socket of inside) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A server that does what it is told as soon as a request arrives. */
async function hostile(answer: (socket: Socket) => unknown): Promise<string> {
  clients.length = 0;
  const server = createServer((socket) => {
    inside.add(socket);
    socket.on('error', () => undefined).once('close', () => inside.delete(socket));
    socket.once('data', () => void answer(socket));
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Writes the text again and again until the other side ends the connection. */
async function endlessly(socket: Socket, text: string | Buffer, everyMs = 0): Promise<void> {
  while (!socket.destroyed) {
    if (!socket.write(text))
      await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
    await delay(everyMs);
  }
}

let receivers = 0;
const call = (url: string, more: Partial<OutboundCall> = {}) => {
  const target: Target = { name: `hostile-${++receivers}`, addresses: 'given' };
  return outbound.client.request({
    target,
    method: 'POST',
    url,
    body: 'an event',
    deadlineMs: 1500,
    ...more,
  });
};
const bytesRead = () => clients.reduce((sum, { bytesRead: read }) => sum + read, 0);
const everythingIsClosed = () =>
  until(() => inside.size === 0 && clients.every(({ destroyed }) => destroyed));

describe('a receiver that sends too much', () => {
  it('in an endless body is cut off', async () => {
    const url = await hostile((socket) => {
      socket.write(`${OK}content-length: 1000000000000\r\n\r\n`);
      return endlessly(socket, Buffer.alloc(65_536, 'a'));
    });
    const fault = await faultOf(call(url, { deadlineMs: 60_000 }));
    expect(fault).toMatchObject({ kind: 'too_large', status: 200 });
    expect(bytesRead()).toBeLessThanOrEqual(MEBIBYTE + IN_FLIGHT);
    await everythingIsClosed();
  });

  it('in an endless chunked body returns its beginning when the caller needs no more', async () => {
    const url = await hostile((socket) => {
      socket.write(`${OK}transfer-encoding: chunked\r\n\r\n`);
      return endlessly(socket, `1000\r\n${'a'.repeat(4096)}\r\n`);
    });
    const { status, body, truncated } = await call(url, { cut: true, maxBytes: 4000, deadlineMs: 60_000 });
    expect([status, body.length, truncated]).toEqual([200, 4000, true]);
    expect(bytesRead()).toBeLessThanOrEqual(IN_FLIGHT);
    await everythingIsClosed();
  });

  it('in a compressed body is not decompressed', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * MEBIBYTE));
    const url = await hostile((socket) =>
      socket.end(
        Buffer.concat([
          Buffer.from(`${OK}content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`),
          bomb,
        ]),
      ),
    );
    const { body, headers } = await call(url, { deadlineMs: 60_000 });
    expect(headers['content-encoding']).toBe('gzip');
    expect(body.equals(bomb)).toBe(true);
  });

  it.each([
    ['one header', (socket: Socket) => socket.write(`${OK}x: `) && endlessly(socket, 'a'.repeat(8192))],
    ['headers', (socket: Socket) => socket.write(OK) && endlessly(socket, `${'a'.repeat(100)}: b\r\n`)],
    [
      'a status line',
      (socket: Socket) => socket.write('HTTP/1.1 200 ') && endlessly(socket, 'a'.repeat(8192)),
    ],
    [
      'informational responses',
      (socket: Socket) =>
        endlessly(socket, `HTTP/1.1 103 Early Hints\r\nlink: <${'a'.repeat(1000)}>\r\n\r\n`.repeat(64)),
    ],
    [
      'trailers',
      (socket: Socket) =>
        socket.write(`${OK}transfer-encoding: chunked\r\n\r\n0\r\n`) &&
        endlessly(socket, `${'a'.repeat(100)}: b\r\n`),
    ],
    [
      'the size of a chunk',
      (socket: Socket) =>
        socket.write(`${OK}transfer-encoding: chunked\r\n\r\n1;`) && endlessly(socket, 'a'.repeat(8192)),
    ],
  ])('in %s is cut off', async (_what, answer) => {
    const fault = await faultOf(call(await hostile(answer), { deadlineMs: 60_000 }));
    expect(['invalid_response', 'too_large']).toContain(fault.kind);
    expect(bytesRead()).toBeLessThanOrEqual(MEBIBYTE + IN_FLIGHT);
    await everythingIsClosed();
  });
});

describe('a receiver that is slow', () => {
  it.each([
    ['to answer at all', () => undefined],
    ['with its headers', (socket: Socket) => socket.write(OK) && endlessly(socket, 'a', 50)],
    [
      'with its body',
      (socket: Socket) => socket.write(`${OK}content-length: 100000\r\n\r\n`) && endlessly(socket, 'a', 50),
    ],
  ])('%s does not exceed the deadline', async (_what, answer) => {
    expect((await faultOf(call(await hostile(answer)))).kind).toBe('timeout');
    await everythingIsClosed();
  });

  it('in the body tells the status that arrived', async () => {
    const url = await hostile((socket) => socket.write(`${OK}content-length: 5\r\n\r\n`));
    expect(await faultOf(call(url))).toMatchObject({ kind: 'timeout', status: 200 });
  });

  it('at the end of many redirects does not get a new deadline for each of them', async () => {
    const url = await hostile(async (socket) => {
      await delay(400);
      socket.end(
        'HTTP/1.1 307 Temporary Redirect\r\nlocation: /again\r\ncontent-length: 0\r\nconnection: close\r\n\r\n',
      );
    });
    expect((await faultOf(call(url, { redirects: 1000 }))).kind).toBe('timeout');
  });

  it('does not delay a call that its caller ends', async () => {
    const ended = new AbortController();
    const url = await hostile(() => ended.abort());
    expect((await faultOf(call(url, { signal: ended.signal, deadlineMs: 60_000 }))).kind).toBe('cancelled');
    await everythingIsClosed();
  });
});

describe('a receiver that does not speak HTTP', () => {
  it.each([
    ['closes the connection', (socket: Socket) => socket.end(), 'connection'],
    ['resets the connection', (socket: Socket) => socket.resetAndDestroy(), 'connection'],
    ['sends something else', (socket: Socket) => socket.end('+OK POP3 ready\r\n'), 'invalid_response'],
    [
      'sends two lengths',
      (socket: Socket) => socket.end(`${OK}content-length: 1\r\ncontent-length: 2\r\n\r\nab`),
      'invalid_response',
    ],
    [
      'ends in the middle of the body',
      (socket: Socket) => socket.end(`${OK}content-length: 10\r\n\r\nab`),
      'connection',
    ],
  ])('%s: a fault, and the next call works', async (_what, answer, kind) => {
    const fault = await faultOf(call(await hostile(answer)));
    expect([fault.kind, fault.attempts]).toEqual([kind, 1]);
    expect(fault.message).not.toMatch(/127\.0\.0\.1/);
    await everythingIsClosed();
    const url = await hostile((socket) => socket.end(`${OK}content-length: 2\r\n\r\nok`));
    expect(String((await call(url, { deadlineMs: 60_000 })).body)).toBe('ok');
  });

  it('and redirects for ever is left after the number of redirects that the call allows', async () => {
    let requests = 0;
    const url = await hostile((socket) => {
      socket.on('data', () => answer(socket));
      answer(socket);
    });
    const answer = (socket: Socket) =>
      socket.write(
        `HTTP/1.1 307 Temporary Redirect\r\nlocation: /${++requests}\r\ncontent-length: 0\r\n\r\n`,
      );
    expect((await faultOf(call(url, { redirects: 3, deadlineMs: 60_000 }))).kind).toBe('too_many_redirects');
    expect(requests).toBe(4);
  });
});

describe('a receiver that sends 100 Continue, which nobody asked for', () => {
  const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
  const answer = `${OK}content-length: 2\r\n\r\nhi`;

  it.each([
    ['before its response', [CONTINUE, answer]],
    ['with its response', [CONTINUE + answer]],
    ['twice, with headers', ['HTTP/1.1 100 Go on\r\nx-a: b\r\n\r\n', CONTINUE + answer]],
    ['in small pieces', Array.from(CONTINUE + answer)],
    ['and a response in small pieces without it', Array.from(answer)],
  ])('%s is understood', async (_name, pieces) => {
    const url = await hostile(async (socket) => {
      socket.setNoDelay();
      for (const piece of pieces) {
        socket.write(piece);
        await delay(2);
      }
    });
    const { status, body } = await call(url, { deadlineMs: 30_000 });
    expect([status, body.toString()]).toEqual([200, 'hi']);
  });

  it('without an end is cut off', async () => {
    const url = await hostile((socket) => endlessly(socket, CONTINUE.repeat(1000)));
    const fault = await faultOf(call(url, { deadlineMs: 60_000 }));
    expect(fault.kind).toBe('too_large');
    await everythingIsClosed();
  });

  it('and nothing else fails at the deadline', async () => {
    const url = await hostile((socket) => socket.write(CONTINUE));
    expect((await faultOf(call(url))).kind).toBe('timeout');
  });
});
