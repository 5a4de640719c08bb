import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { withinRequest } from '../src/platform/logging/request-context.js';
import type { OutboundCall } from '../src/platform/outbound/outbound-call.js';
import type { Target } from '../src/platform/outbound/target.js';
import { freePort } from './support/loopback.js';
import { faultOf, type Outbound, startOutbound } from './support/outbound.js';
import { Receiver } from './support/receiver.js';
import { until } from './support/until.js';

const TOKEN = 'a token of this deployment';
/** A busy machine is not a fault of the receiver. */
const PATIENT = { deadlineMs: 60_000 };

let outbound: Outbound;
beforeAll(async () => {
  outbound = await startOutbound({ OUTBOUND_ALLOW: '127.0.0.1,127.0.0.2', SERVICE_TOKEN: TOKEN });
});
afterAll(() => outbound.stop());

const receivers: Receiver[] = [];
afterEach(async () => void (await Promise.all(receivers.splice(0).map((each) => each.stop()))));
async function receiver(answer: RequestListener, host?: string): Promise<Receiver> {
  const started = await Receiver.start(answer, host);
  receivers.push(started);
  return started;
}
/** Answers with these statuses in turn, and with the last one from then on. */
function inTurn(...statuses: number[]): RequestListener {
  const left = [...statuses];
  return (_request, response) => {
    response.statusCode = left.length > 1 ? (left.shift() as number) : (left[0] as number);
    response.end();
  };
}

let targets = 0;
const aTarget = (more: Partial<Target> = {}): Target => ({
  name: `service-${++targets}`,
  addresses: 'outside',
  ...more,
});
const send = (url: string, more: Partial<OutboundCall> = {}) =>
  outbound.client.request({ target: aTarget(), method: 'GET', url, ...PATIENT, ...more });

const sample = async (name: string, labels: Record<string, string>): Promise<number> => {
  const [metric] = (await outbound.registry.getMetricsAsJSON()).filter((each) => each.name === name);
  const value = metric?.values.find((each) =>
    Object.entries(labels).every(
      ([label, wanted]) => (each.labels as Record<string, unknown>)[label] === wanted,
    ),
  );
  return value?.value ?? 0;
};

describe('a call to a service', () => {
  it('sends the body and the headers, and returns the response', async () => {
    const service = await receiver((request, response) => {
      request.pipe(response.setHeader('x-answer', 'yes').writeHead(201));
    });
    const answer = await send(`${service.url}/mails?a=b`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer key' },
      body: '{"to":"ada"}',
    });
    expect(answer).toMatchObject({
      status: 201,
      truncated: false,
      attempts: 1,
      url: `${service.url}/mails?a=b`,
    });
    expect(String(answer.body)).toBe('{"to":"ada"}');
    expect(answer.headers['x-answer']).toBe('yes');
    expect(service.requests[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer key',
      'accept-encoding': 'identity',
    });
  });

  it('returns every status, also those of failures', async () => {
    const service = await receiver(inTurn(404, 500));
    expect((await send(service.url, { method: 'POST' })).status).toBe(404);
    expect((await send(service.url, { method: 'POST' })).status).toBe(500);
  });

  it('carries the trace and the id of the current request on, and none outside of a request', async () => {
    const service = await receiver(inTurn(200));
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
    await withinRequest({ requestId: 'r-1', traceId, traceparent }, () => send(service.url));
    await withinRequest({ requestId: 'r-2', traceId, traceparent: 'nonsense' }, () => send(service.url));
    await send(service.url);
    const [sent, own, none] = service.requests.map(({ headers }) => headers);
    expect(sent).toMatchObject({ traceparent, 'x-request-id': 'r-1' });
    expect(own?.traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
    expect(none).not.toHaveProperty('traceparent');
    expect(none).not.toHaveProperty('x-request-id');
  });

  it('sends the service token to services of the deployment alone', async () => {
    const service = await receiver(inTurn(200));
    for (const addresses of ['inside', 'outside', 'given'] as const)
      await send(service.url, { target: aTarget({ addresses }) });
    expect(service.requests.map(({ headers }) => headers['x-service-token'])).toEqual([
      TOKEN,
      undefined,
      undefined,
    ]);
  });

  it.each(['Host', 'Content-Length', 'Transfer-Encoding', 'X-Service-Token'])(
    'cannot set %s',
    async (name) => {
      const service = await receiver(inTurn(200));
      expect((await faultOf(send(service.url, { headers: { [name]: '1' } }))).kind).toBe('invalid_request');
      expect(service.requests).toHaveLength(0);
    },
  );

  it('cannot smuggle a header into another one', async () => {
    const service = await receiver(inTurn(200));
    const headers = { 'x-note': 'a\r\nx-injected: b' };
    expect((await faultOf(send(service.url, { headers }))).kind).toBe('invalid_request');
    expect(service.requests).toHaveLength(0);
  });

  it('uses the name of the host for TLS', async () => {
    const hello = new Promise<string>((resolve) => {
      const server = createServer((socket) =>
        socket.once('data', (data) => {
          resolve(data.toString('latin1'));
          socket.destroy();
          server.close();
        }),
      ).listen(0, '127.0.0.1');
      void once(server, 'listening').then(() =>
        send(`https://localhost:${(server.address() as AddressInfo).port}/`, { method: 'POST' }).catch(
          () => undefined,
        ),
      );
    });
    expect(await hello).toContain('localhost');
  });
});

describe('redirects', () => {
  const redirect =
    (status: number, to: () => string): RequestListener =>
    (request, response) =>
      request.url === '/from'
        ? response.writeHead(status, { location: to() }).end()
        : response.end(`${request.method} ${request.url}`);
  const SECRETS = {
    authorization: 'Bearer key',
    'webhook-signature': 'v1,abc',
    'x-api-key': 'key',
    cookie: 'a=b',
  };

  it('are returned unless the call follows them', async () => {
    const service = await receiver(redirect(302, () => '/to'));
    expect((await send(`${service.url}/from`)).status).toBe(302);
    const answer = await send(`${service.url}/from`, { redirects: 1, headers: SECRETS });
    expect([String(answer.body), answer.url]).toEqual(['GET /to', `${service.url}/to`]);
    expect(service.requests.at(-1)?.headers).toMatchObject(SECRETS);
  });

  it('lead to other origins without secrets and without the service token', async () => {
    const other = await receiver(inTurn(200), '127.0.0.2');
    const service = await receiver(redirect(307, () => `${other.url}/to`));
    await send(`${service.url}/from`, {
      method: 'POST',
      body: 'b',
      redirects: 1,
      headers: { ...SECRETS, 'content-type': 'text/plain' },
      target: aTarget({ addresses: 'inside' }),
    });
    expect(service.requests[0]?.headers).toMatchObject({ ...SECRETS, 'x-service-token': TOKEN });
    const [{ method, headers } = { method: '', headers: {} }] = other.requests;
    expect([method, headers['content-type']]).toEqual(['POST', 'text/plain']);
    for (const name of [...Object.keys(SECRETS), 'x-service-token']) expect(headers).not.toHaveProperty(name);
  });

  it('of a configured service cannot lead to an address that is not allowed', async () => {
    const service = await receiver(redirect(302, () => 'http://127.0.0.3/'));
    expect((await faultOf(send(`${service.url}/from`, { redirects: 1 }))).kind).toBe('refused');
  });
});

describe('retries', () => {
  it.each([
    ['GET', undefined, 3],
    ['PUT', undefined, 3],
    ['DELETE', undefined, 3],
    ['POST', undefined, 1],
    ['PATCH', undefined, 1],
    ['POST', true, 3],
    ['GET', false, 1],
  ] as const)('%s with idempotent %s makes %d attempts', async (method, idempotent, attempts) => {
    const service = await receiver(inTurn(503, 502, 200));
    const answer = await send(service.url, { method, idempotent });
    expect([answer.status, answer.attempts]).toEqual([attempts === 3 ? 200 : 503, attempts]);
    expect(service.requests).toHaveLength(attempts);
  });

  it('follow a connection that breaks', async () => {
    let broken = 0;
    const service = await receiver((request, response) =>
      broken++ === 0 ? request.socket.destroy() : response.end('ok'),
    );
    expect(await send(service.url)).toMatchObject({ status: 200, attempts: 2 });
  });

  it('wait as long as Retry-After asks, and are not made if that exceeds the deadline', async () => {
    const at: number[] = [];
    const service = await receiver((_request, response) => {
      at.push(performance.now());
      response.writeHead(at.length === 1 ? 429 : 200, { 'retry-after': '1' }).end();
    });
    expect((await send(service.url)).status).toBe(200);
    expect((at[1] as number) - (at[0] as number)).toBeGreaterThanOrEqual(990);
    const busy = await receiver(
      (_request, response) => void response.writeHead(503, { 'retry-after': '3600' }).end(),
    );
    expect(await send(busy.url)).toMatchObject({ status: 503, attempts: 1 });
  });

  it('are a small share of the calls to a target', async () => {
    const service = await receiver(inTurn(429));
    const target = aTarget();
    for (let each = 0; each < 60; each++) await send(service.url, { target });
    const retries = service.requests.length - 60;
    expect(await sample('outbound_retries_total', { target: target.name })).toBe(retries);
    expect(retries).toBeGreaterThanOrEqual(3);
    expect(retries).toBeLessThanOrEqual(60 * 0.1 + 3 + 10);
  });
});

describe('a receiver that fails', () => {
  it('is not called while its circuit is open, and is used again as soon as it responds', async () => {
    const port = await freePort();
    const target = aTarget();
    const post = () => send(`http://127.0.0.1:${port}/`, { target, method: 'POST' });
    for (let each = 0; each < 5; each++) expect((await faultOf(post())).kind).toBe('connection');
    expect((await faultOf(post())).kind).toBe('circuit_open');
    expect(await sample('outbound_circuits', { target: target.name, state: 'open' })).toBe(1);
    expect(outbound.health.checks()[target.name]).toMatchObject({
      status: 'down',
      message: 'does not respond',
    });
    const service = await Receiver.start(inTurn(200), '127.0.0.1', port);
    receivers.push(service);
    await until(() =>
      post().then(
        () => true,
        () => false,
      ),
    );
    expect(await sample('outbound_circuits', { target: target.name, state: 'closed' })).toBe(1);
    expect(outbound.health.checks()[target.name]).toEqual({ status: 'up', responseTime: expect.any(Number) });
    expect(await sample('outbound_requests_total', { target: target.name, outcome: 'connection' })).toBe(5);
    expect(await sample('outbound_requests_total', { target: target.name, outcome: 'success' })).toBe(1);
  });

  it('with the status 500 opens its circuit, and one with the status 404 does not', async () => {
    const [wrong, missing] = [await receiver(inTurn(500)), await receiver(inTurn(404))];
    const [failing, asking] = [aTarget(), aTarget()];
    for (let each = 0; each < 30; each++) {
      await send(wrong.url, { target: failing, method: 'POST' }).catch(() => undefined);
      expect((await send(missing.url, { target: asking, method: 'POST' })).status).toBe(404);
    }
    expect(wrong.requests.length).toBeLessThan(30);
  });

  it('and that a user gave does not stop the others of its target', async () => {
    const [wrong, well] = [await receiver(inTurn(500)), await receiver(inTurn(200))];
    const target = aTarget({ addresses: 'given' });
    for (let each = 0; each < 10; each++)
      await send(wrong.url, { target, method: 'POST' }).catch(() => undefined);
    expect((await faultOf(send(wrong.url, { target, method: 'POST' }))).kind).toBe('circuit_open');
    expect((await send(well.url, { target, method: 'POST' })).status).toBe(200);
    expect(outbound.health.checks()[target.name]?.status).toBe('up');
    expect(await sample('outbound_circuits', { target: target.name, state: 'open' })).toBe(1);
    expect(await sample('outbound_circuits', { target: target.name, state: 'closed' })).toBe(1);
  });

  it('is no fault of the deployment if a user gave it, unless several fail and none responds', async () => {
    const target = aTarget({ addresses: 'given' });
    const shown = () => outbound.health.checks()[target.name];
    for (const failing of [1, 2, 3]) {
      expect(shown()?.status ?? 'up').toBe('up');
      const wrong = await receiver(inTurn(500));
      for (let each = 0; each < 5; each++) await send(wrong.url, { target, method: 'POST' });
      expect(await sample('outbound_circuits', { target: target.name, state: 'open' })).toBe(failing);
    }
    expect(shown()).toMatchObject({ status: 'down', message: 'has 3 receivers, and none responds' });
    const well = await receiver(inTurn(200));
    await send(well.url, { target, method: 'POST' });
    expect(shown()).toMatchObject({ status: 'up' });
  });

  it('slowly occupies only its own share', async () => {
    const held: (() => void)[] = [];
    const slow = await receiver((_request, response) => void held.push(() => response.end()));
    const target = aTarget({ concurrency: 2, waiting: 1 });
    const calls = [1, 2, 3].map(() => send(slow.url, { target, method: 'POST' }));
    await until(() => held.length === 2);
    expect((await faultOf(send(slow.url, { target, method: 'POST' }))).kind).toBe('busy');
    expect((await faultOf(send(slow.url, { target: { ...target }, method: 'POST' }))).kind).toBe('busy');
    expect(held).toHaveLength(2);
    for (const release of held) release();
    await until(() => held.length === 3);
    held.at(-1)?.();
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await sample('outbound_requests_total', { target: target.name, outcome: 'busy' })).toBe(2);
  });

  it('does not make a call wait for its turn longer than its deadline', async () => {
    const slow = await receiver(() => undefined);
    const target = aTarget({ concurrency: 1 });
    const ended = new AbortController();
    const first = faultOf(send(slow.url, { target, method: 'POST', signal: ended.signal }));
    await until(() => slow.requests.length === 1);
    expect((await faultOf(send(slow.url, { target, method: 'POST', deadlineMs: 100 }))).kind).toBe('timeout');
    ended.abort();
    expect((await first).kind).toBe('cancelled');
    expect(slow.requests).toHaveLength(1);
  });
});
