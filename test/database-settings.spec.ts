import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bareCommand } from './support/command.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { type Galley, startGalley, STORY_SETTINGS } from './support/galley.js';
import { galley as command } from './support/migrations.js';
import { until } from './support/until.js';

/** What an operator, a provider or another program of the same server can have set. */
const HOSTILE = {
  timezone: 'Asia/Kolkata',
  datestyle: 'SQL, DMY',
  intervalstyle: 'sql_standard',
  extra_float_digits: '-15',
  bytea_output: 'escape',
  standard_conforming_strings: 'off',
  array_nulls: 'off',
  default_transaction_isolation: 'serializable',
};

async function spoil(database: TestDatabase): Promise<void> {
  const name = new URL(database.url).pathname.slice(1);
  for (const [setting, value] of Object.entries(HOSTILE)) {
    await database.query(`ALTER DATABASE ${name} SET ${setting} = '${value}'`);
    await database.query(`ALTER ROLE CURRENT_USER IN DATABASE ${name} SET ${setting} = '${value}'`);
  }
}

describe('a database whose sessions have other settings', () => {
  let database: TestDatabase;
  let galley: Galley;
  beforeAll(async () => {
    database = await createTestDatabase('template0');
    await spoil(database);
    const migrated = command(['migrate'], { DATABASE_URL: database.url });
    expect([await migrated.ended, migrated.stderr()]).toEqual([0, '']);
    galley = await startGalley({ PUBLIC_URL: 'https://api.example.com' }, database);
  });
  afterAll(async () => {
    await galley.stop();
    await database.drop();
  });

  it('shows the same times', async () => {
    const since = Date.now();
    const post = await galley.aPost({ status: 'published', title: 'Round numbers' });
    const isNow = (time: unknown) => {
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
      expect(Date.parse(time as string)).toBeGreaterThan(since - 5000);
      expect(Date.parse(time as string)).toBeLessThan(Date.now() + 5000);
    };
    isNow(post.publishedAt);
    const { body: read } = await galley.anyone.get(`/api/v1/posts/${post.slug}`).expect(200);
    isNow(read.publishedAt);
    const { body: list } = await galley.anyone.get('/api/v1/posts?limit=1').expect(200);
    isNow(list.data[0].updatedAt);
    const { text: atom } = await galley.anyone.get('/feeds/posts.atom').expect(200);
    isNow(/<entry>[^]*<published>(.*?)<\/published>/.exec(atom)?.[1]);
    const { body: found } = await galley.anyone.get('/api/v1/posts?q=round').expect(200);
    expect(found.data).toHaveLength(1);
  });

  it('pages through posts without a repetition', async () => {
    const author = await galley.aUser();
    for (let n = 0; n < 5; n++) await galley.aPost({ status: 'published', author });
    const seen: string[] = [];
    const at = `/api/v1/posts?limit=2&filter[authorId]=${author.id}`;
    for (let cursor: string | null | undefined; cursor !== null;) {
      const { body } = await galley.anyone.get(cursor ? `${at}&cursor=${cursor}` : at).expect(200);
      seen.push(...body.data.map(({ id }: { id: string }) => id));
      cursor = body.meta.nextCursor;
    }
    expect(new Set(seen).size).toBe(5);
    expect(seen).toHaveLength(5);
  });

  it('accepts concurrent edits of one post', async () => {
    const { id, by } = await galley.aPost();
    const edits = Array.from({ length: 30 }, (_, n) =>
      galley.as(by).patch(`/api/v1/posts/${id}`, { title: `Title ${n}` }),
    );
    expect((await Promise.all(edits)).map(({ status }) => status)).toEqual(Array(30).fill(200));
  });

  it('publishes what is scheduled, and logs it', async () => {
    const { id, by } = await galley.aPost();
    const at = new Date(Date.now() + 1500).toISOString();
    await galley.as(by).post(`/api/v1/posts/${id}/schedule`, { at }).expect(200);
    await until(async () => {
      const { body } = await galley.as(by).get(`/api/v1/posts/${id}`).expect(200);
      return body.status === 'published' && Date.parse(body.publishedAt) === Date.parse(at);
    });
    const admin = await galley.aUser({ role: 'admin' });
    const { body } = await galley.as(admin).get('/api/v1/admin/audit').expect(200);
    expect(body.data.length).toBeGreaterThan(0);
  });

  it('passes the checks of galley doctor', async () => {
    const { output, code } = await bareCommand(['doctor', '--url', galley.url, '--json'], {
      ...STORY_SETTINGS,
      DATABASE_URL: database.url,
    });
    const failed = JSON.parse(output).checks.filter(({ status }: { status: string }) => status === 'failed');
    expect([code, failed]).toEqual([0, []]);
  });
});
