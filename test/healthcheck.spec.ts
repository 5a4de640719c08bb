import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

/** A server that is live but not ready, and one path that never responds. */
const server = createServer((request, response) => {
  if (request.url !== '/stuck') response.writeHead(request.url === '/health/live' ? 200 : 503).end();
});
let port: string;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = String((server.address() as AddressInfo).port);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Returns a port on which nothing listens. fetch itself rejects the well-known low ports. */
async function closedPort(): Promise<string> {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port: closed } = other.address() as AddressInfo;
  await new Promise((resolve) => other.close(resolve));
  return String(closed);
}

const check = (env: Record<string, string>, ...args: string[]) =>
  new Promise<{ code: number; said: string }>((resolve) => {
    execFile(process.execPath, ['dist/healthcheck.js', ...args], { env }, (error, _stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), said: stderr }),
    );
  });

describe('dist/healthcheck.js', () => {
  it('asks whether the process lives, and what it is told to ask', async () => {
    expect(await check({ PORT: port })).toMatchObject({ code: 0, said: '' });
    expect(await check({ PORT: port, HOST: '127.0.0.1' })).toMatchObject({ code: 0 });
    expect(await check({ PORT: port }, '/health/ready')).toMatchObject({
      code: 1,
      said: `/health/ready on port ${port}: returned 503\n`,
    });
  });

  it('is unhealthy when nobody listens, or nobody answers within its three seconds', async () => {
    expect(await check({ PORT: await closedPort() })).toMatchObject({
      code: 1,
      said: expect.stringContaining('ECONNREFUSED'),
    });
    expect((await check({ PORT: port }, '/stuck')).code).toBe(1);
  });
});
