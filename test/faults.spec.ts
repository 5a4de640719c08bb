import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createApp } from '../src/app.setup.js';
import { loadConfig } from '../src/settings.js';
import { commandLimits, createDataSource } from '../src/platform/database/data-source.js';
import { EmbeddedPostgres } from '../src/platform/database/embedded/embedded-postgres.js';
import { migrate } from '../src/platform/database/migrate.js';
import { Client } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { until } from './support/until.js';

let server: EmbeddedPostgres;
let folder: string;
let galley: Galley;
let proxy: TcpProxy;

/** A separate PostgreSQL behind a proxy, because this file disconnects and freezes it. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'galley-faults-'));
  chmodSync(folder, 0o711);
  server = await EmbeddedPostgres.open({ dataDir: folder });
  proxy = await TcpProxy.open(join(server.connection.host, `.s.PGSQL.${server.connection.port}`));
  const url = `postgresql://galley:${server.connection.password}@127.0.0.1:${proxy.port}/rest_api_db`;
  const source = await createDataSource(loadConfig({ NODE_ENV: 'test', DATABASE_URL: url }), commandLimits);
  await source.initialize();
  await migrate(source);
  await source.destroy();
  const pool = new pg.Pool({ connectionString: server.url });
  pool.on('error', () => undefined);
  galley = await startGalley(
    {
      POST_LIST_CACHE_TTL_SECONDS: '0', // A cached page would be returned without the database.
      DATABASE_POOL_WAIT_MS: '2000',
      DATABASE_STATEMENT_TIMEOUT_MS: '2000',
    },
    {
      url,
      query: async <T>(text: string, values: unknown[] = []) => (await pool.query(text, values)).rows as T[],
      drop: () => pool.end(),
    },
  );
});
afterAll(async () => {
  await galley.stop();
  await galley.database.drop();
  await proxy.close();
  await server.release();
  rmSync(folder, { recursive: true, force: true });
});

describe('a database that goes away', () => {
  it('makes requests 503 with Retry-After, leaves the process ready and alive, and is taken up again by itself', async () => {
    await galley.anyone.get('/api/v1/posts').expect(200);
    await galley.anyone.get('/health/ready').expect(200);
    proxy.cut();
    const refused = await galley.anyone.get('/api/v1/posts').expect(503);
    expect(refused.body.code).toBe('database_unavailable');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await galley.anyone.get('/health/ready').expect(200)).body.status).toBe('degraded');
    await galley.anyone.get('/health/live').expect(200);
    await galley.anyone.get('/health').expect(200);
    proxy.mend();
    await untilReady();
  });

  it('is answered for when it freezes, and no frozen connection is used again', async () => {
    const person = await galley.aUser();
    const read = () => galley.anyone.get('/api/v1/posts');
    const write = () => galley.as(person).post('/api/v1/posts', { title: 'Frozen', body: '' });
    await Promise.all(Array.from({ length: 10 }, () => read().expect(200)));
    proxy.freeze();
    // The requests first use open connections, more than the pool has, and then connections that must be opened.
    for (let round = 0; round < 2; round++) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, n) => (n % 2 ? read() : write()).expect(503)),
      );
      for (const answer of answers) expect(answer.headers.get('retry-after')).toBe('1');
    }
    expect((await galley.anyone.get('/health/ready').expect(200)).body.status).toBe('degraded');
    proxy.thaw();
    await untilReady();
    await Promise.all(Array.from({ length: 30 }, () => read().expect(200)));
    expect(await connections()).toBeLessThanOrEqual(21); // the pool, and the one that listens
  });

  it('binds the wait for a connection and the statement by one deadline', async () => {
    const lock = new pg.Client({ connectionString: server.url });
    await lock.connect();
    await lock.query('BEGIN; LOCK TABLE posts IN ACCESS EXCLUSIVE MODE');
    try {
      await Promise.all(Array.from({ length: 60 }, () => galley.anyone.get('/api/v1/posts').expect(503)));
    } finally {
      await lock.end();
    }
    await galley.anyone.get('/api/v1/posts').expect(200);
  });

  it('counts for no limit while it is away: who signed in is told to come again, not that it was too often', async () => {
    const strict = await startGalley(
      { RATE_LIMIT_WRITE_MAX: '3', DATABASE_POOL_WAIT_MS: '2000', DATABASE_STATEMENT_TIMEOUT_MS: '2000' },
      galley.database,
    );
    try {
      const person = strict.as(await galley.aUser());
      const write = () => person.post('/api/v1/posts', { title: 'Patient', body: '' });
      proxy.cut();
      for (let n = 0; n < 6; n++) await write().expect(503);
      proxy.mend();
      await untilReady(strict);
      await write().expect(201);
    } finally {
      await strict.stop();
    }
  });

  it('leaves no transaction open on a connection that froze at its BEGIN: what is acknowledged after is kept', async () => {
    const person = await galley.aUser();
    proxy.freeze();
    await Promise.all(
      Array.from({ length: 10 }, () =>
        galley.anyone.post('/api/v1/auth/refresh', { refreshToken: person.refreshToken }).expect(503),
      ),
    );
    proxy.thaw();
    await untilReady();
    const accounts = Array.from({ length: 12 }, (_, n) => `thawed${n}@example.com`);
    await Promise.all(
      accounts.map((email) =>
        galley.anyone
          .post('/api/v1/auth/register', { email, password: 'a password that is long', name: 'Ada' })
          .expect(201),
      ),
    );
    const rows = await galley.database.query('SELECT 1 FROM users WHERE email = ANY($1)', [accounts]);
    expect(rows).toHaveLength(12);
    await delay(1500); // Periodic work has transactions of its own, for milliseconds.
    const open = await galley.database.query(
      `SELECT 1 FROM pg_stat_activity WHERE application_name = 'galley' AND state LIKE 'idle in transaction%'
       AND xact_start < now() - interval '1 second'`,
    );
    expect(open).toEqual([]);
  });

  it('loses and doubles nothing that was acknowledged before it died', async () => {
    const writer = await galley.aUser();
    const acknowledged: string[] = [];
    let refused = 0;
    let stop = false;
    const writers = Array.from({ length: 4 }, async () => {
      while (!stop) {
        const answer = await galley.as(writer).post('/api/v1/posts', { title: 'Kept', body: 'Words.' });
        if (answer.status === 201) acknowledged.push(answer.body.id as string);
        else {
          refused++;
          await delay(20);
        }
      }
    });
    const untilTenMore = (before = acknowledged.length) => until(() => acknowledged.length >= before + 10);
    for (let round = 0; round < 3; round++) {
      await untilTenMore();
      const before = refused;
      proxy.cut();
      await until(() => refused > before);
      proxy.mend();
    }
    await untilTenMore();
    stop = true;
    await Promise.all(writers);
    const rows = await galley.database.query<{ id: string }>('SELECT id FROM posts WHERE author_id = $1', [
      writer.id,
    ]);
    const stored = new Set(rows.map((row) => row.id));
    expect(acknowledged.length).toBeGreaterThanOrEqual(40);
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    expect(new Set(acknowledged).size).toBe(acknowledged.length);
  });

  it('does not keep the process from starting: it listens, is unready, and tries again', async () => {
    proxy.cut();
    const config = loadConfig({
      NODE_ENV: 'test',
      DATABASE_URL: galley.database.url,
      LOG_LEVEL: 'fatal',
      GALLEY_DATA_DIR: folder,
    });
    const app = await createApp(config);
    await app.listen(0, '127.0.0.1');
    const client = new Client(await app.getUrl());
    await client.get('/health/live').expect(200);
    await client.get('/health/ready').expect(503);
    await client.get('/api/v1/posts').expect(503);
    proxy.mend();
    await until(async () => (await client.get('/health/ready')).status === 200);
    await client.get('/api/v1/posts').expect(200);
    await app.close();
  });
});

const connections = async () =>
  (await galley.database.query(`SELECT 1 FROM pg_stat_activity WHERE application_name = 'galley'`)).length;

async function untilReady(instance = galley): Promise<void> {
  await until(async () => (await instance.anyone.get('/api/v1/posts')).status === 200);
}
