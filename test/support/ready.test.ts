import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { freePort } from './loopback.ts';
import { untilReady } from './ready.ts';

const running = { exitCode: null, signalCode: null };
const output = () => 'its last words';

describe('waiting for a process', () => {
  it('ends when it is ready, after it was not', async () => {
    const statuses = [503, 503, 200];
    const server = createServer((_, response) => response.writeHead(statuses.shift() ?? 500).end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await untilReady(url, { child: running, output, atMostMs: 60_000, everyMs: 1 });
    server.close();
    assert.deepEqual(statuses, []);
  });

  it('fails with its output when it ends before', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const child = { exitCode: 78, signalCode: null };
    await assert.rejects(
      untilReady(url, { child, output, atMostMs: 60_000 }),
      /ended with 78[^]*its last words/,
    );
  });

  it('fails with its output when it takes too long', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    await assert.rejects(
      untilReady(url, { child: running, output, atMostMs: 1, everyMs: 1 }),
      /not ready after 1 ms[^]*its last words/,
    );
  });
});
