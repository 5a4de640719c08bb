import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Database, sql } from '../src/platform/database/database.js';
import { Logger } from '../src/platform/logging/logger.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { type Galley, startGalley } from './support/galley.js';
import { until } from './support/until.js';

const ROLE = `refused_${randomBytes(4).toString('hex')}`;
const OPENS_AND_CLOSES_MS = 10_000;

let admin: TestDatabase;
let name: string;
let app: TestDatabase;
let galley: Galley;
let warnings: { reason?: string; code?: string; message: string }[];

/** The process has a role that is no superuser, because PostgreSQL rejects no superuser. */
beforeAll(async () => {
  admin = await createTestDatabase();
  const url = new URL(admin.url);
  name = url.pathname.slice(1);
  await admin.query(`CREATE ROLE ${ROLE} LOGIN PASSWORD 'right'`);
  await admin.query(`GRANT USAGE ON SCHEMA pgboss TO ${ROLE}`);
  await admin.query(`GRANT ALL ON ALL TABLES IN SCHEMA public, pgboss TO ${ROLE}`);
  await admin.query(`REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`);
  await admin.query(`GRANT CONNECT ON DATABASE ${name} TO ${ROLE}`);
  [url.username, url.password] = [ROLE, 'right'];
  app = { ...admin, url: url.href };
  galley = await startGalley({ CACHE_LOCAL_TTL_SECONDS: '1', LOG_LEVEL: 'fatal' }, app);
  const logger = galley.app.get(Logger);
  jest.spyOn(logger, 'warn').mockImplementation((facts, message) => {
    warnings.push({ ...(facts as object), message: String(message) });
  });
});
afterAll(async () => {
  await galley.stop();
  await admin.query(`DROP OWNED BY ${ROLE}`);
  await admin.query(`DROP ROLE ${ROLE}`);
  await admin.drop();
});

const ready = () => galley.anyone.get('/health/ready');
const list = () => galley.anyone.get('/api/v1/posts');
const unread = () => galley.anyone.get(`/api/v1/posts/never-read-${Math.random()}`);
const endSessions = () =>
  admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [ROLE]);
/** A statement about this database, from another one. */
const elsewhere = async (statement: string) => {
  const other = await createTestDatabase('template0');
  await other.query(statement).finally(() => other.drop());
};

const REJECTS_NEW = 'the database rejects new connections; requests use those that are open';

const REFUSALS = [
  [
    'the password',
    () => admin.query(`ALTER ROLE ${ROLE} PASSWORD 'wrong'`),
    () => admin.query(`ALTER ROLE ${ROLE} PASSWORD 'right'`),
    '28P01',
    'rejects the login of this process',
  ],
  [
    'the role',
    () => admin.query(`ALTER ROLE ${ROLE} NOLOGIN`),
    () => admin.query(`ALTER ROLE ${ROLE} LOGIN`),
    '28000',
    'rejects the login of this process',
  ],
  [
    'one connection too many',
    () => admin.query(`ALTER ROLE ${ROLE} CONNECTION LIMIT 0`),
    () => admin.query(`ALTER ROLE ${ROLE} CONNECTION LIMIT -1`),
    '53300',
    'has no free connection for this process',
  ],
  [
    'a role without the permission to connect',
    () => admin.query(`REVOKE CONNECT ON DATABASE ${name} FROM ${ROLE}`),
    () => admin.query(`GRANT CONNECT ON DATABASE ${name} TO ${ROLE}`),
    '42501',
    'does not give this process the required permissions',
  ],
  [
    'all connections to the database',
    () => elsewhere(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`),
    () => elsewhere(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`),
    '55000',
    'does not accept connections to the database of this process',
  ],
] as const;

describe.each(REFUSALS)('PostgreSQL rejects %s', (_what, begin, end, code, predicate) => {
  beforeAll(async () => {
    // Enough sessions for requests and periodic work, some of which uses two.
    await Promise.all(Array.from({ length: 30 }, () => unread().expect(404)));
    warnings = [];
    await list().expect(200);
    await ready().expect(200);
    await begin();
  });
  afterAll(end);

  it('and the sessions that are open remain in use', async () => {
    await unread().expect(404);
    await delay(1200);
    // More requests at once than sessions are open: they wait for these.
    await Promise.all(Array.from({ length: 20 }, () => unread().expect(404)));
    // The work of the process that follows writes may have wanted one more connection.
    expect(warnings.filter(({ message }) => message !== REJECTS_NEW)).toEqual([]);
  });

  it('and without one the process says the cause, serves its cache and fails all else', async () => {
    await endSessions();
    await until(async () => (await unread()).status === 503);
    // The first statements say only that PostgreSQL has ended the session, or that it does not respond.
    let answer = await ready().expect(200);
    await until(async () => {
      answer = await ready().expect(200);
      return answer.body.details.database.message.includes(` (SQLSTATE ${code})`);
    });
    const { body, text } = answer;
    expect(body.status).toBe('degraded');
    expect(body.details.database.message).toMatch(
      new RegExp(`^${predicate} \\(SQLSTATE ${code}\\).*; public reads are served from the cache$`),
    );
    expect(text).not.toMatch(new RegExp(`${ROLE}|${name}`));
    await delay(1200);
    const { headers } = await list().expect(200);
    expect(Number(headers.get('age') ?? NaN)).toBeGreaterThanOrEqual(1);
    expect((await unread().expect(503)).body.code).toBe('database_unavailable');
    const { body: later } = await ready().expect(200);
    expect(later.details.database.message).toMatch(predicate);
  });

  it('which the log says once, with the reason of PostgreSQL', () => {
    const about = warnings.filter(
      ({ message }) => message.startsWith('the database') && message !== REJECTS_NEW,
    );
    expect(about).toEqual([
      {
        message: 'the database cannot be used; requests that need it fail immediately',
        code,
        reason: expect.any(String),
      },
    ]);
    expect(warnings.filter(({ message }) => message === REJECTS_NEW).length).toBeLessThanOrEqual(1);
    expect(about[0]?.reason).not.toMatch(/does not respond|unknown/);
  });

  it('a process that starts now is not ready and says the same cause', async () => {
    const fresh = await startGalley({ LOG_LEVEL: 'fatal' }, app);
    try {
      const { body } = await fresh.anyone.get('/health/ready').expect(503);
      expect(body.error.database.message).toMatch(`${predicate} (SQLSTATE ${code})`);
    } finally {
      await fresh.stop();
    }
  });

  it('and is used again soon after it accepts them', async () => {
    await end();
    const since = performance.now();
    await until(async () => (await unread()).status === 404);
    expect(performance.now() - since).toBeLessThan(OPENS_AND_CLOSES_MS);
    expect((await ready().expect(200)).body.status).toBe('ok');
    const about = warnings.filter(({ message }) => message.startsWith('the database'));
    expect(about.at(-1)?.message).toBe('the database can be used again');
  });
});

describe('PostgreSQL ends all connections and rejects new ones, while a transaction still has one of the ended', () => {
  it('and requests fail at once, because no connection will be returned', async () => {
    const database = galley.app.get(Database);
    const [holds, ends] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const transaction = database.transaction(async () => {
      await database.query(sql`SELECT 1`);
      holds.resolve();
      await ends.promise;
    });
    await holds.promise;
    await admin.query(`ALTER ROLE ${ROLE} NOLOGIN`);
    try {
      await endSessions();
      await until(async () => (await unread()).status === 503);
      const since = performance.now();
      await unread().expect(503);
      expect(performance.now() - since).toBeLessThan(1000);
    } finally {
      await admin.query(`ALTER ROLE ${ROLE} LOGIN`);
      ends.resolve();
      await transaction.catch(() => undefined);
      await until(async () => (await unread()).status === 404);
    }
  });
});

describe('PostgreSQL rejects the check of the schema', () => {
  it('and the process is unready, because the response is definite', async () => {
    const fresh = await startGalley({ LOG_LEVEL: 'fatal' }, app);
    try {
      await admin.query(`REVOKE SELECT ON migrations FROM ${ROLE}`);
      const { body } = await fresh.anyone.get('/health/ready').expect(503);
      expect(body.error.database.message).toMatch(/^does not give this process .* \(SQLSTATE 42501\)/);
    } finally {
      await admin.query(`GRANT SELECT ON migrations TO ${ROLE}`);
      await fresh.stop();
    }
  });
});
