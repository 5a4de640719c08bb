import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestDns } from './support/dns.js';
import { faultOf, type Outbound, startOutbound } from './support/outbound.js';

const directory = mkdtempSync(join(tmpdir(), 'galley-tls-'));
const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
const trusted = getCACertificates('default');
const names: unknown[] = [];

let outbound: Outbound;
let dns: TestDns;
let server: Server;
beforeAll(async () => {
  const options = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=good.test'];
  const files = ['-addext', 'subjectAltName=DNS:good.test', '-keyout', key, '-out', cert];
  execFileSync('openssl', ['req', '-x509', ...options, ...files], { stdio: 'ignore' });
  setDefaultCACertificates([...trusted, readFileSync(cert, 'utf8')]);
  server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    names.push((request.socket as { servername?: unknown }).servername);
    if (request.url === '/down') response.writeHead(302, { location: 'http://good.test:8080/' });
    response.end(request.headers.host);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  dns = await TestDns.start({ 'good.test': () => ['127.0.0.1'], 'wrong.test': () => ['127.0.0.1'] });
  outbound = await startOutbound({ OUTBOUND_ALLOW: '127.0.0.1' });
  outbound.resolver.setServers([dns.address]);
});
afterAll(async () => {
  setDefaultCACertificates(trusted);
  await outbound.stop();
  server.closeAllConnections();
  await Promise.all([dns.stop(), new Promise((resolve) => server.close(resolve))]);
  rmSync(directory, { recursive: true, force: true });
});

const get = (host: string, path = '/', redirects = 0) => {
  const url = `https://${host}:${(server.address() as AddressInfo).port}${path}`;
  const target = { name: `tls-${host}`, addresses: 'given' } as const;
  return outbound.client.request({
    target,
    method: 'GET',
    url,
    redirects,
    deadlineMs: 60_000,
    idempotent: false,
  });
};

describe('a call to an address that a user gave, over TLS', () => {
  it('uses the name of the host in SNI, in Host and for the certificate, and the checked address', async () => {
    const { status, body } = await get('good.test');
    expect([status, String(body)]).toEqual([200, `good.test:${(server.address() as AddressInfo).port}`]);
    expect(names).toEqual(['good.test']);
  });

  it.each(['wrong.test', '127.0.0.1'])('fails if the certificate is not for %s', async (host) => {
    expect(await faultOf(get(host))).toMatchObject({
      kind: 'connection',
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    expect(names).toEqual(['good.test']);
  });

  it('does not follow a redirect to http', async () => {
    expect(await faultOf(get('good.test', '/down', 1))).toMatchObject({ kind: 'refused', code: 'downgrade' });
  });
});
