import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '../src/platform/logging/logger.js';
import type { Target } from '../src/platform/outbound/target.js';
import { UrlNotAllowed } from '../src/platform/outbound/url-not-allowed.js';
import { TestDns } from './support/dns.js';
import { hostileUrls } from './support/hostile-urls.js';
import { faultOf, isRefusal, type Outbound, startOutbound } from './support/outbound.js';
import { Receiver } from './support/receiver.js';

const HOOKS: Target = { name: 'webhooks', addresses: 'given' };

/** The receiver that is allowed. The other addresses of this machine lead to decoys on the same port. */
const ALLOWED = '127.0.0.2';
const ZONE = {
  'good.test': () => [ALLOWED],
  'local.test': () => ['127.0.0.1'],
  'upper.local.test': () => ['127.0.0.1'],
  'six.test': () => ['::1'],
  'mapped.test': () => ['::ffff:127.0.0.1'],
  'mixed.test': () => [ALLOWED, '127.0.0.1'],
  'mixed-six.test': () => [ALLOWED, '::1'],
  'zero.test': () => ['0.0.0.0'],
  'private.test': () => ['10.0.0.1'],
  'metadata.test': () => ['169.254.169.254'],
  'ula.test': () => ['fd00:ec2::254'],
  'nat64.test': () => ['64:ff9b::7f00:1'],
  'kubernetes.default': () => ['10.96.0.1'],
  'rebind.test': (nth: number) => [nth % 2 === 0 ? ALLOWED : '127.0.0.1'],
  'rebind-back.test': (nth: number) => [nth % 2 === 1 ? ALLOWED : '127.0.0.1'],
};

let outbound: Outbound;
let dns: TestDns;
let allowed: Receiver;
let decoys: Receiver[];
const opened: Socket[] = [];
const note = (message: unknown) => void opened.push((message as { socket: Socket }).socket);

beforeAll(async () => {
  allowed = await Receiver.start((request, response) => {
    const to = new URL(request.url ?? '/', 'http://a').searchParams.get('to');
    if (to === null) response.end('reached');
    else response.writeHead(302, { location: Buffer.from(to).toString('latin1') }).end();
  }, ALLOWED);
  decoys = await Promise.all(
    addressesOfThisMachine().map((address) =>
      Receiver.start((_request, response) => response.end('a secret'), address, allowed.port),
    ),
  );
  dns = await TestDns.start(ZONE);
  outbound = await startOutbound({ OUTBOUND_ALLOW: ALLOWED });
  outbound.resolver.setServers([dns.address]);
  subscribe('net.client.socket', note);
});
afterAll(async () => {
  unsubscribe('net.client.socket', note);
  await outbound.stop();
  await Promise.all([allowed, ...decoys, dns].map((each) => each.stop()));
});

const get = (url: string, redirects = 0, target = HOOKS) =>
  outbound.client.request({
    target,
    method: 'GET',
    url,
    redirects,
    deadlineMs: 60_000,
    idempotent: false,
  });
const at = (host: string) => `http://${host}:${allowed.port}/`;

const reached = () => decoys.flatMap(({ requests }) => requests).length;
const addressesOfThisMachine = () =>
  Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .map(({ address }) => address)
    .filter((address) => !address.startsWith('fe80'));

/** Not what Node refuses to send as a header, and not what is a path of the same host. */
const canRedirectTo = (url: string) => url !== '' && url.isWellFormed() && !/[\r\n\t]|^\d/.test(url);

describe('an address that a user gave', () => {
  it('is called when it is allowed, by address and by name', async () => {
    expect(String((await get(at(ALLOWED))).body)).toBe('reached');
    expect(String((await get(at('good.test'))).body)).toBe('reached');
    expect(allowed.requests.at(-1)?.headers.host).toBe(`good.test:${allowed.port}`);
  });

  it('is never one of the inside, in any of its forms', async () => {
    const forms = hostileUrls(allowed.port);
    expect(new Set(forms).size).toBeGreaterThanOrEqual(80);
    const before = opened.length;
    for (const form of forms) {
      const fault = await faultOf(get(form));
      expect([form, isRefusal(fault) || fault.code === 'ENOTFOUND']).toEqual([form, true]);
    }
    expect(opened.length - before).toBe(0);
    expect(reached()).toBe(0);
  });

  it('is rejected when it is stored, with the reason and without an address of the inside', async () => {
    for (const form of hostileUrls(allowed.port)) {
      const problem = await outbound.addresses.require(form, 'url').catch((error: unknown) => error);
      expect([form, problem instanceof UrlNotAllowed]).toEqual([form, true]);
      const { errors, message } = problem as UrlNotAllowed;
      expect(errors).toEqual([{ path: 'url', code: expect.any(String), message: expect.any(String) }]);
      expect(message).not.toMatch(/127\.0\.0\.1|169\.254|10\.0\.0|canary/);
    }
    await expect(outbound.addresses.require(at('good.test'))).resolves.toMatchObject({
      hostname: 'good.test',
    });
  });

  it('is checked again after each redirect', async () => {
    const forms = hostileUrls(allowed.port).filter(canRedirectTo);
    expect(forms.length).toBeGreaterThanOrEqual(80);
    for (const [index, form] of forms.entries()) {
      // A circuit of its own: redirects to names that do not exist are failures of the receiver.
      const target: Target = { name: `redirects-${index}`, addresses: 'given' };
      const fault = await faultOf(get(`${at(ALLOWED)}?to=${encodeURIComponent(form)}`, 3, target));
      expect([form, fault.kind]).toEqual([
        form,
        expect.stringMatching(/^(refused|connection|invalid_response|too_many_redirects)$/),
      ]);
    }
    expect(reached()).toBe(0);
  });

  it('is resolved once for each connection, so that a second answer of the DNS server has no effect', async () => {
    for (const host of ['rebind.test', 'rebind-back.test']) {
      for (let round = 0; round < 20; round++) {
        const asked = dns.asked.length;
        await get(at(host)).then(
          ({ body }) => expect(String(body)).toBe('reached'),
          (error: unknown) => expect(isRefusal(error)).toBe(true),
        );
        expect(dns.asked.length - asked).toBeLessThanOrEqual(2);
        for (const socket of allowed.sockets) socket.destroy();
      }
    }
    expect(
      allowed.requests.filter(({ headers }) => headers.host?.startsWith('rebind')).length,
    ).toBeGreaterThan(0);
    expect(reached()).toBe(0);
  });

  it('is not an address of this machine, which a firewall would not protect', async () => {
    for (const address of addressesOfThisMachine())
      expect(isRefusal(await faultOf(get(at(address.includes(':') ? `[${address}]` : address))))).toBe(true);
    expect(reached()).toBe(0);
  });

  it('is logged when it is refused, without the path and the query', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    await faultOf(get(`http://local.test:${allowed.port}/path-canary?token=canary`));
    await faultOf(get(`http://user:canary@8.8.8.8/path-canary?token=canary`));
    const lines = warn.mock.calls.map((call) => JSON.stringify(call));
    warn.mockRestore();
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('"reason":"address"');
    expect(lines[0]).toContain('127.0.0.1');
    expect(lines.join()).not.toContain('canary');
  });
});

describe('the decoy', () => {
  it('would have been reached by a client without the checks', async () => {
    const inside: Target = { name: 'inside', addresses: 'outside' };
    await outbound.client.request({ target: inside, method: 'GET', url: at('127.0.0.1') });
    expect(reached()).toBe(1);
  });
});
