/**
 * Readers follow ascending lists while six writers write with two processes, other writers hold their transactions
 * open for 50 to 500 ms, and some wait for locks. At the end, the readers must have seen every row, for each sort
 * key that comes from the clock. `npm run test:heavy -- tail-reader [rows, default 20000] [folder of another
 * build]`
 */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedPostgres } from '#dist/platform/database/embedded/embedded-postgres.js';
import { GalleyProcess, temporaryFolder } from './process.ts';
import { SlowWriters } from './slow-writers.ts';
import { type KeyOf, TailReader } from './tail-readers.ts';
import { Writer } from './writer.ts';
import { freePort } from '../support/loopback.ts';

const rows = Number(process.argv[2] ?? 20_000);
const checkout = process.argv[3] ?? '.';
const WRITERS = 6;
const DISCUSSED = 4;
/** A public page can be as old as its lifetime in the cache. */
const CACHE_SECONDS = 1;

const { folder, remove } = temporaryFolder();
const processes: GalleyProcess[] = [];
for (let n = 0; n < 2; n++) {
  const galley = new GalleyProcess(folder, await freePort(), checkout);
  await galley.start({
    JWT_EXPIRES_IN: '24h',
    RATE_LIMIT_MAX: '100000000',
    REGISTER_RATE_LIMIT_MAX: '1000000',
    RATE_LIMIT_WRITE_MAX: '100000000',
    RATE_LIMIT_USER_MAX: '100000000',
    RATE_LIMIT_USER_WRITE_MAX: '100000000',
    POST_LIST_CACHE_TTL_SECONDS: String(CACHE_SECONDS),
  });
  processes.push(galley);
}
const database = await EmbeddedPostgres.open({ dataDir: folder });
const pool = new pg.Pool({ connectionString: database.url, max: 40 });

const [one, other] = processes;
if (!one || !other) throw new Error('two processes serve');
const two: [GalleyProcess, GalleyProcess] = [one, other];
const admin = await Writer.signUp(one, 'admin@example.com');
await pool.query(`UPDATE users SET role = 'admin'`);
const discussed: string[] = [];
for (let n = 0; n < DISCUSSED; n++) {
  const post = await admin.make('/api/v1/posts', { title: `Discussed ${n}`, body: '' });
  await admin.make(`/api/v1/posts/${post.id}/publish`);
  discussed.push(post.id);
}

const { token } = admin;
const byVersion: KeyOf = ({ id, version }) => `${id} ${version}`;
const urls = processes.map(({ url }) => url);
const READERS = {
  'posts by createdAt': [
    new TailReader(urls, '/api/v1/posts?sort=createdAt&filter[status]=draft,published&fields=id', token),
  ],
  'posts by publishedAt': [new TailReader(urls, '/api/v1/posts?sort=publishedAt&fields=id', token)],
  'posts by publishedAt, without credentials': [new TailReader(urls, '/api/v1/posts?sort=publishedAt')],
  'posts by updatedAt': [
    new TailReader(
      urls,
      '/api/v1/posts?sort=updatedAt&filter[status]=draft,published&fields=version',
      token,
      byVersion,
    ),
  ],
  'comments by createdAt': discussed.map(
    (id) => new TailReader(urls, `/api/v1/posts/${id}/comments?sort=createdAt&fields=id`, token),
  ),
  'users by createdAt': [new TailReader(urls, '/api/v1/users?sort=createdAt&fields=id', token)],
};
const readers = Object.values(READERS).flat();
for (const reader of readers) reader.begin();

const slow = new SlowWriters(pool, rows, discussed);
slow.begin();

/** Posts are created, published, edited and commented, and accounts are registered, with both processes in turn. */
let serial = 0;
async function write() {
  while (!slow.done) {
    const n = serial++;
    const by = new Writer(n % 2 === 0 ? two[0] : two[1], token);
    const tags = n % 5 === 0 ? [slow.contestedTag] : [];
    const { id } = await by.make('/api/v1/posts', { title: `Tail ${n}`, body: 'Words', tags });
    await by.make(`/api/v1/posts/${id}/publish`);
    await by.make(`/api/v1/posts/${discussed[n % DISCUSSED]}/comments`, { body: `Comment ${n}` });
    if (n % 50 === 0)
      await by.make('/api/v1/auth/register', {
        email: `tail${n}@example.com`,
        password: 'a password that is long',
        name: 'Tail',
      });
  }
}
const progress = setInterval(() => console.log(`${slow.progress()}; by the API ${serial}`), 15_000);
await Promise.all(Array.from({ length: WRITERS }, write));
await slow.end();
clearInterval(progress);
await delay(2 * CACHE_SECONDS * 1000 + 100);
for (const reader of readers) await reader.end();

const idsOf = async (text: string) => (await pool.query<{ key: string }>(text)).rows.map(({ key }) => key);
const EXPECTED: Record<keyof typeof READERS, string> = {
  'posts by createdAt': `SELECT id AS key FROM posts`,
  'posts by publishedAt': `SELECT id AS key FROM posts WHERE status = 'published'`,
  'posts by publishedAt, without credentials': `SELECT id AS key FROM posts WHERE status = 'published'`,
  'posts by updatedAt': `SELECT id || ' ' || version AS key FROM posts`,
  'comments by createdAt': `SELECT id AS key FROM comments`,
  'users by createdAt': `SELECT id AS key FROM users`,
};
let missed = 0;
console.log('\n| list | missed | of | pages | empty | p50 | p99 ms |\n|---|---|---|---|---|---|---|');
for (const [name, followers] of Object.entries(READERS) as [keyof typeof READERS, TailReader[]][]) {
  const expected = await idsOf(EXPECTED[name]);
  const lost = expected.filter((key) => !followers.some(({ seen }) => seen.has(key))).length;
  missed += lost + Number(expected.length < rows);
  const took = followers.flatMap(({ times }) => times).sort((a, b) => a - b);
  const at = (share: number) => took[Math.floor(took.length * share)]?.toFixed(1);
  const empty = followers.reduce((sum, reader) => sum + reader.emptyPages, 0);
  console.log(
    `| ${name} | ${lost} | ${expected.length} | ${took.length} | ${empty} | ${at(0.5)} | ${at(0.99)} |`,
  );
}
await pool.end();
for (const galley of processes) await galley.stop();
await database.release();
remove();
process.exit(missed === 0 ? 0 : 1);
