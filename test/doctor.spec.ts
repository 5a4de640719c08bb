import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aJob } from './support/a-job.js';
import { bareCommand } from './support/command.js';
import { type Galley, startGalley } from './support/galley.js';
import { TestRedis } from './support/redis.js';

const DIGEST = `sha256:${'5'.repeat(64)}`;
const RELEASE = { APP_VERSION: '4.5.6', APP_IMAGE_DIGEST: DIGEST, METRICS_TOKEN: 'a token of metrics alone' };

let galley: Galley;
let redis: TestRedis;
beforeAll(async () => {
  redis = await TestRedis.start();
  galley = await startGalley({ ...RELEASE, REDIS_URL: redis.url });
});
afterAll(async () => {
  await galley.stop();
  await redis.kill();
});

interface Report {
  code: number | null;
  status: string;
  /** The findings by the name of the check. */
  findings: Record<string, { status: string; detail: string }>;
  errors: string;
}

async function examine(settings: Record<string, string> = {}, ...args: string[]): Promise<Report> {
  const { code, output, errors } = await bareCommand(['doctor', '--url', galley.url, '--json', ...args], {
    NODE_ENV: 'test',
    DATABASE_URL: galley.database.url,
    REDIS_URL: redis.url,
    ...RELEASE,
    ...settings,
  });
  const { status, checks } = JSON.parse(output);
  return {
    code,
    status,
    errors,
    findings: Object.fromEntries(checks.map((finding: { check: string }) => [finding.check, finding])),
  };
}

describe('galley doctor', () => {
  it('finds all well, and says what it saw', async () => {
    const { code, status, findings } = await examine({}, '--series', 'redis_up', 'http_requests_total');
    expect(Object.values(findings).map(({ status: each }) => each)).toEqual(Array(9).fill('ok'));
    expect([code, status]).toEqual([0, 'ok']);
    expect(findings.release?.detail).toBe(`version 4.5.6, digest ${DIGEST}`);
    expect(findings.database?.detail).toBe('inserted a row and rolled it back');
    expect(findings.redis?.detail).toBe('set a key, read it, and verified that it expired');
    expect(await galley.database.query('SELECT * FROM tags')).toHaveLength(0);
  });

  it('lets a worker run a job, and names dead ones', async () => {
    await aJob(galley.database, 'failed');
    const { code, findings } = await examine();
    expect(findings.jobs?.detail).toMatch(/^a job ran within \d+ ms; waiting: 0, dead: 1$/);
    expect(code).toBe(0);
    await galley.database.query(`DELETE FROM pgboss.job WHERE state = 'failed'`);
  });

  it('finds that nobody runs jobs, and leaves none behind', async () => {
    const api = await startGalley({ ...RELEASE, PROCESS_ROLE: 'api' });
    const settings = { DATABASE_URL: api.database.url, REDIS_URL: '', GALLEY_SINGLE_PROCESS: 'true' };
    const { code, findings } = await examine(settings, '--url', api.url);
    expect(findings.jobs?.detail).toMatch(/^no process ran a job within 5 s; start one with the role worker/);
    expect(code).toBe(1);
    expect(await api.database.query('SELECT name FROM pgboss.job')).toEqual([]);
    await api.stop();
  });

  it('finds a queue that is behind', async () => {
    const id = await aJob(galley.database, 'created');
    await galley.database.query(`UPDATE pgboss.job SET start_after = now() - interval '1 h' WHERE id = $1`, [
      id,
    ]);
    const { findings } = await examine();
    expect(findings.jobs?.detail).toMatch(
      /^1 jobs of the queue media wait, and the next one has been due for 360\d s$/,
    );
    await galley.database.query('DELETE FROM pgboss.job WHERE id = $1', [id]);
  });

  it('names accounts of an earlier release that have one address in two spellings', async () => {
    const [older, younger] = ['00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002'];
    const add = (id: string, email: string, canonical: string | null) =>
      galley.database.query('INSERT INTO users (id, name, email, canonical_email) VALUES ($1, $2, $2, $3)', [
        id,
        email,
        canonical,
      ]);
    try {
      expect((await examine()).findings.emails?.detail).toBe('each account has an address of its own');
      await add(older, 'k@xn--bcher-kva.example', 'k@xn--bcher-kva.example');
      await add(younger, 'K@bücher.example.', null);
      const { code, findings } = await examine();
      expect(code).toBe(0);
      expect(findings.emails?.detail).toBe(
        `1 account has the address of another account in another spelling: ${younger} that of ${older}. Disable one of the two`,
      );
    } finally {
      await galley.database.query('DELETE FROM users');
    }
  });

  it('refuses another release than the one it was made for', async () => {
    const other = await examine({ APP_IMAGE_DIGEST: `sha256:${'6'.repeat(64)}` });
    expect(other.code).toBe(1);
    expect(other.findings.release).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining(`digest="${DIGEST}"`),
    });
    expect(other.errors).toContain('These checks failed: release');
    expect((await examine({ APP_VERSION: '4.5.7' })).findings.release?.status).toBe('failed');
  });

  it('misses a series by name', async () => {
    const { code, findings } = await examine({}, '--series', 'http_requests_total', 'cows_total');
    expect([code, findings.series?.detail]).toEqual([1, '/metrics does not contain cows_total']);
  });

  it('refuses a schema that is behind, and readiness with it', async () => {
    const behind = await startGalley(RELEASE);
    try {
      await behind.database.query('DELETE FROM migrations');
      const { code, findings } = await examine({ DATABASE_URL: behind.database.url }, '--url', behind.url);
      expect(code).toBe(1);
      expect(findings.schema?.detail).toMatch(
        /^the schema lacks the migrations CreateCore\d+.*; run galley migrate$/,
      );
      expect(findings.readiness?.status).toBe('failed');
    } finally {
      await behind.stop();
    }
  });

  it('names each part that does not answer, and looks at the others', async () => {
    const gone = await examine({
      REDIS_URL: 'redis://127.0.0.1:1',
      DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing',
    });
    expect(gone.code).toBe(1);
    expect(
      Object.entries(gone.findings)
        .filter(([, { status }]) => status === 'failed')
        .map(([check]) => check),
    ).toEqual(['schema', 'database', 'emails', 'audit', 'jobs', 'redis']);
    for (const part of ['schema', 'database', 'emails', 'audit', 'jobs', 'redis'])
      expect(gone.findings[part]?.detail).toContain('ECONNREFUSED');
    const nowhere = await examine({}, '--url', 'http://127.0.0.1:1');
    expect(nowhere.errors).toContain('These checks failed: readiness, release, series');
  });

  it.each(['http://operator:PassOfTheProxy@127.0.0.1:3000', 'ftp://127.0.0.1/', 'localhost:3000', 'nowhere'])(
    'refuses the URL %s without repeating it',
    async (url) => {
      const { code, output, errors } = await bareCommand(['doctor', '--url', url], { NODE_ENV: 'test' });
      expect([code, output]).toEqual([1, '']);
      expect(errors).toContain('--url must be an http or https URL without a user name and a password');
      expect(errors).not.toContain('PassOfTheProxy');
    },
  );

  it('cannot write where it may only read', async () => {
    const name = new URL(galley.database.url).pathname.slice(1);
    await galley.database.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    const { findings } = await examine();
    await galley.database.query('SET default_transaction_read_only = off');
    await galley.database.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    expect(findings.database).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('read-only'),
    });
    expect(findings.schema?.status).toBe('ok');
  });
});
