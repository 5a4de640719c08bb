import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { judgeWindows, watch } from './watch.ts';

const ALERTS = new URL('../../charts/galley/files/alerts.yaml', import.meta.url);

const aWindow = (errors: number, p95 = 20) => ({
  requests: 15,
  errors,
  p95,
  statuses: { 200: 15 - errors, 503: errors },
});

describe('the watch over production', () => {
  it('lets one lost request in a minute pass, and not two', () => {
    assert.deepEqual(judgeWindows([aWindow(0), aWindow(1), aWindow(0)]), []);
    assert.match(
      judgeWindows([aWindow(1), aWindow(0), aWindow(1)])[0] ?? '',
      /2 of 45 requests failed .*503: 2/,
    );
  });

  it('forgets after a minute', () => {
    assert.deepEqual(judgeWindows([aWindow(1), aWindow(0), aWindow(0), aWindow(0), aWindow(1)]), []);
  });

  it('sees that it has become slow', () => {
    assert.deepEqual(judgeWindows([aWindow(0), aWindow(0, 1500)]), []);
    assert.match(judgeWindows([aWindow(0, 1500), aWindow(0), aWindow(0, 1600)])[0] ?? '', /p95 was 1500 ms/);
  });
});

describe('a watch', () => {
  let server: Server;
  let url: string;
  /** The result of Prometheus: the ratio of failed user requests, or nothing. */
  let result: { value: [number, string] }[] = [];
  const queries: string[] = [];
  before(async () => {
    server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://test');
      if (pathname === '/api/v1/query') queries.push(searchParams.get('query') ?? '');
      response.end(JSON.stringify({ data: { result } }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  const options = () => ({
    seconds: 1,
    prometheusUrl: url,
    namespace: 'galley-production',
    restarts: () => Promise.resolve(0),
  });

  it("asks Prometheus about the users' own errors, in this namespace", async () => {
    const [window] = await watch(url, options());
    assert.deepEqual([window?.requests, window?.errors], [1, 0]);
    assert.match(
      queries[0] ?? '',
      /http_requests_total\{namespace="galley-production",route!~"[^"]+",status_code=~"5\.\."\}/,
    );
  });

  it('counts what the alerts count: neither probes nor scrapes', async () => {
    await watch(url, options());
    const routesIn = (text: string) =>
      [...text.matchAll(/http_requests_total\{([^}]*)\}/g)].map(
        ([, selector = '']) => /route!~"[^"]*"/.exec(selector)?.[0],
      );
    const alert = /alert: HighErrorRate\n[^]*?for:/.exec(readFileSync(ALERTS, 'utf8'))?.[0] ?? '';
    const [excluded] = routesIn(alert);
    assert.ok(excluded);
    assert.deepEqual(routesIn(queries.at(-1) ?? ''), [excluded, excluded]);
    assert.deepEqual(new Set(routesIn(alert)), new Set([excluded]));
  });

  it('ends when users get errors that it does not see itself', async () => {
    result = [{ value: [0, '0.034'] }];
    await assert.rejects(watch(url, options()), /after 1 s: 3\.40 % of the users' requests fail/);
    result = [];
  });

  it('ends when a container was restarted', async () => {
    let restarts = 3;
    await assert.rejects(
      watch(url, { ...options(), restarts: () => Promise.resolve(restarts++) }),
      /container restarts: 1/,
    );
  });

  it('does not call it good when Prometheus was named and does not answer', async () => {
    await assert.rejects(
      watch(url, { ...options(), prometheusUrl: 'http://127.0.0.1:1' }),
      /Prometheus does not respond/,
    );
  });
});
