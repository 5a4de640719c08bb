import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Lifecycle } from '../src/platform/lifecycle/lifecycle.js';
import { ServiceClient } from '../src/platform/outbound/service-client.js';
import { type Galley, startGalley } from './support/galley.js';
import { freePort } from './support/loopback.js';
import { until } from './support/until.js';

const TOKEN = 'a token of metrics alone';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley({ METRICS_TOKEN: TOKEN, APP_VERSION: '9.8.7', DEPLOY_ENV: 'stage-1' });
});
afterAll(() => galley.stop());

const metrics = (token = TOKEN) => galley.anyone.get('/metrics', { authorization: `Bearer ${token}` });
/** Returns the value of a sample, or 0 if it does not exist. */
async function sample(name: string, labels: Record<string, string> = {}): Promise<number> {
  const line = (await metrics().expect(200)).text
    .split('\n')
    .find(
      (text) =>
        (text.startsWith(`${name}{`) || text.startsWith(`${name} `)) &&
        Object.entries(labels).every(([label, value]) => text.includes(`${label}="${value}"`)),
    );
  return line ? Number(line.split(' ').at(-1)) : 0;
}

describe('health', () => {
  it('/health tells that the process serves, since when and which version', async () => {
    const before = Date.now();
    const { body, headers } = await galley.anyone.get('/health').expect(200);
    expect(body).toEqual({
      status: 'ok',
      timestamp: expect.any(String),
      uptime: expect.any(Number),
      version: '9.8.7',
    });
    expect(Date.parse(body.timestamp)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(body.timestamp)).toBeLessThanOrEqual(Date.now());
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each(['/health/live', '/live'])('%s asks the process alone', async (path) => {
    const { body } = await galley.anyone.get(path).expect(200);
    expect(body).toMatchObject({ status: 'ok', details: {} });
    expect(body.details).not.toHaveProperty('database');
  });

  it.each(['/health/ready', '/ready', '/health/startup'])(
    '%s asks for the database, in the shape of Terminus',
    async (path) => {
      const { body, headers } = await galley.anyone.get(path).expect(200);
      const parts = { process: { status: 'up' }, database: { status: 'up' } };
      expect(body).toEqual({ status: 'ok', info: parts, error: {}, details: parts });
      expect(headers.get('cache-control')).toBe('no-store');
    },
  );

  it('/health/details shows admins each part with its time, and memory against its limit', async () => {
    const admin = galley.as(await galley.aUser({ role: 'admin' }));
    const { body } = await admin.get('/health/details').expect(200);
    expect(body).toEqual({
      status: 'ok',
      timestamp: expect.any(String),
      version: '9.8.7',
      uptime: expect.any(Number),
      environment: 'stage-1',
      checks: { database: { status: 'up', responseTime: expect.any(Number) } },
      memory: {
        rss: expect.any(Number),
        heapUsed: expect.any(Number),
        limit: expect.any(Number),
        warning: expect.any(Boolean),
      },
    });
    expect(body.memory.warning).toBe(body.memory.rss >= body.memory.limit * 0.85);
  });

  it('/health/details shows the services that Galley calls, and one that fails only degrades it', async () => {
    const admin = galley.as(await galley.aUser({ role: 'admin' }));
    const client = galley.app.get(ServiceClient, { strict: false });
    const target = { name: 'oracle', addresses: 'outside' } as const;
    const ask = (url: string) => client.request({ target, method: 'POST', url }).catch(() => undefined);
    await ask(`${galley.url}/health`);
    const { body } = await admin.get('/health/details').expect(200);
    expect([body.status, body.checks.oracle]).toEqual([
      'ok',
      { status: 'up', responseTime: expect.any(Number) },
    ]);
    const nowhere = `http://127.0.0.1:${await freePort()}/`;
    for (let call = 0; call < 6; call++) await ask(nowhere);
    const failing = (await admin.get('/health/details').expect(200)).body;
    expect([failing.status, failing.checks.oracle]).toMatchObject([
      'degraded',
      { status: 'down', message: 'does not respond' },
    ]);
    for (const path of ['/health/ready', '/health/live', '/health/startup'])
      expect((await galley.anyone.get(path).expect(200)).body.status).toBe('ok');
    expect(await sample('outbound_requests_total', { target: 'oracle', outcome: 'client_error' })).toBe(1);
    expect(await sample('outbound_circuits', { target: 'oracle', state: 'open' })).toBe(1);
  });

  it('is not there when HEALTH_CHECK_ENABLED is false, but for /health and liveness', async () => {
    const shut = await startGalley(
      { HEALTH_CHECK_ENABLED: 'false', METRICS_ENABLED: 'false', DOCS_ENABLED: 'false' },
      galley.database,
    );
    try {
      for (const path of ['/health', '/health/live', '/live']) await shut.anyone.get(path).expect(200);
      for (const path of [
        '/health/ready',
        '/ready',
        '/health/startup',
        '/metrics',
        '/health/metrics',
        '/docs',
        '/openapi.json',
        '/openapi-3.0.json',
      ])
        await shut.anyone.get(path).expect(404);
    } finally {
      await shut.stop();
    }
  });

  it('is unready from the first sign of the end, and still alive and started', async () => {
    const ending = await startGalley({}, galley.database);
    try {
      ending.app.get(Lifecycle).drain();
      for (const path of ['/health/ready', '/ready']) {
        const { body, headers } = await ending.anyone.get(path).expect(503);
        expect(body).toMatchObject({
          status: 'error',
          error: { process: { status: 'down', message: 'shutting down' } },
          info: { database: { status: 'up' } },
        });
        expect(headers.get('retry-after')).toBe('1');
      }
      for (const path of ['/health', '/health/live', '/health/startup'])
        await ending.anyone.get(path).expect(200);
    } finally {
      await ending.stop();
    }
  });

  it('is unready while the schema is behind, and says how to mend it', async () => {
    const behind = await startGalley();
    try {
      await behind.database.query('DELETE FROM migrations');
      const { body } = await behind.anyone.get('/health/ready').expect(503);
      expect(body.error.database).toEqual({
        status: 'down',
        message: expect.stringMatching(
          /^the schema lacks migrations of this release \(\d+\); run galley migrate$/,
        ),
      });
      await behind.anyone.get('/health').expect(200);
      await behind.anyone.get('/health/live').expect(200);
    } finally {
      await behind.stop();
    }
  });

  it('stays ready when the database is gone, and tells nothing of the inside', async () => {
    const alone = await startGalley({ DATABASE_POOL_WAIT_MS: '300' });
    try {
      await until(async () => (await alone.anyone.get('/health/ready')).status === 200);
      const name = new URL(alone.database.url).pathname.slice(1);
      await galley.database.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      await galley.database.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1',
        [name],
      );
      const readiness = () => alone.anyone.get('/health/ready').expect(200);
      // A check that waits for a connection for over 300 ms, which a busy machine can cause, says only that the
      // database does not respond.
      await until(async () =>
        /^(has ended the connection|does not accept connections).*; public/.test(
          (await readiness()).body.info.database.message,
        ),
      );
      const { body, text } = await readiness();
      expect(body).toMatchObject({
        status: 'degraded',
        info: { database: { status: 'degraded' } },
        error: {},
      });
      expect(text).not.toMatch(/127\.0\.0\.1|postgres|ECONN|test_/);
      await alone.anyone.get('/health').expect(200);
      await alone.anyone.get('/health/live').expect(200);
      const refused = await alone.anyone.get('/api/v1/posts').expect(503);
      expect([refused.body.code, refused.headers.get('retry-after')]).toEqual(['database_unavailable', '1']);
      await galley.database.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
      await until(async () => (await alone.anyone.get('/health/ready').expect(200)).body.status === 'ok');
      await alone.anyone.get('/api/v1/posts').expect(200);
    } finally {
      await alone.stop();
    }
  });
});

describe('metrics', () => {
  it('want METRICS_TOKEN, and no session stands for it', async () => {
    const admin = galley.as(await galley.aUser({ role: 'admin' }));
    for (const path of ['/metrics', '/health/metrics']) {
      await galley.anyone.get(path).expect(401);
      await admin.get(path).expect(401);
      for (const wrong of [TOKEN.slice(1), `${TOKEN}x`, '', TOKEN.toUpperCase()])
        await galley.anyone.get(path, { authorization: `Bearer ${wrong}` }).expect(401);
      await galley.anyone.get(`${path}?token=${TOKEN}`).expect(401);
      await galley.anyone.get(path, { authorization: `Bearer ${TOKEN}` }).expect(200);
    }
  });

  it('are Prometheus text under their agreed names', async () => {
    await galley.anyone.get('/api/v1/posts').expect(200);
    await galley.anyone.get('/api/v1/posts/nothing').expect(404);
    const { text, headers } = await metrics().expect(200);
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const types = Object.fromEntries(
      [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]),
    );
    expect(types).toMatchObject({
      http_request_duration_seconds: 'histogram',
      http_requests_total: 'counter',
      active_connections: 'gauge',
      database_connections_active: 'gauge',
      database_connection_pool_size: 'gauge',
      user_registrations_total: 'counter',
      user_logins_total: 'counter',
      api_errors_total: 'counter',
      galley_build_info: 'gauge',
    });
    expect(text).toMatch(/^database_up 1$/m);
    expect(Object.keys(types).filter((name) => name.startsWith('nodejs_nodejs_'))).toEqual([]);
    expect(Object.keys(types)).toEqual(
      expect.arrayContaining(['nodejs_eventloop_lag_seconds', 'nodejs_heap_size_used_bytes']),
    );
    expect(text).toContain('galley_build_info{version="9.8.7",digest=""} 1');
    for (const state of ['used', 'free', 'pending'])
      expect(text).toContain(`database_connection_pool_size{state="${state}"}`);
    for (const bound of ['0.005', '0.1', '0.3', '0.5', '0.7', '1', '3', '5', '7', '10'])
      expect(text).toContain(`le="${bound}"`);
  });

  it('count requests by method, route template and status, never by path', async () => {
    const labels = { method: 'GET', route: '/api/v1/posts/:idOrSlug', status_code: '404' };
    const before = await sample('http_requests_total', labels);
    for (let n = 0; n < 3; n++) await galley.anyone.get(`/api/v1/posts/never-there-${n}`).expect(404);
    expect(await sample('http_requests_total', labels)).toBe(before + 3);
    expect(await sample('http_request_duration_seconds_count', labels)).toBe(before + 3);
    for (let n = 0; n < 3; n++) await galley.anyone.get(`/never-there-${n}`).expect(404);
    const { text } = await metrics();
    expect(text).not.toContain('never-there');
    expect(text).toContain('route="unmatched"');
  });

  it('count errors by the code of their problem', async () => {
    const labels = { error_type: 'post_not_found', endpoint: '/api/v1/posts/:idOrSlug' };
    const before = await sample('api_errors_total', labels);
    await galley.anyone.get('/api/v1/posts/gone').expect(404);
    expect(await sample('api_errors_total', labels)).toBe(before + 1);
  });

  it('count registrations and logins that succeeded', async () => {
    const account = { email: 'counted@example.com', password: 'correct horse battery staple' };
    const [registrations, logins] = [
      await sample('user_registrations_total'),
      await sample('user_logins_total'),
    ];
    await galley.anyone.post('/api/v1/auth/register', { ...account, name: 'C' }).expect(201);
    await galley.anyone.post('/api/v1/auth/register', { ...account, name: 'C' }).expect(409);
    await galley.anyone.post('/api/v1/auth/login', account).expect(200);
    await galley.anyone
      .post('/api/v1/auth/login', { ...account, password: 'wrong wrong wrong wrong' })
      .expect(401);
    expect(await sample('user_registrations_total')).toBe(registrations + 1);
    expect(await sample('user_logins_total')).toBe(logins + 1);
  });

  it('are JSON of memory and time at /health/metrics', async () => {
    const { body } = await galley.anyone
      .get('/health/metrics', { authorization: `Bearer ${TOKEN}` })
      .expect(200);
    expect(body).toMatchObject({
      uptime: expect.any(Number),
      memory: { rss: expect.any(Number) },
      cpu: { user: expect.any(Number) },
    });
  });
});
