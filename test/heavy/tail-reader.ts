/**
 * Readers follow ascending lists while six writers write with two processes, other writers hold their transactions
 * open for 50 to 500 ms, and some wait for locks. At the end, the readers must have seen every row, for each sort
 * key that comes from the clock. `npm run test:heavy -- tail-reader [rows, default 20000] [folder of another
 * build]`
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Closing } from '../support/closing.ts';
import { freePort } from '../support/loopback.ts';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';
import { GalleyProcess } from './process.ts';
import { openFolder, openPool } from './serving.ts';
import { SlowWriters } from './slow-writers.ts';
import { type KeyOf, TailReader } from './tail-readers.ts';
import { Writer } from './writer.ts';

const WRITERS = 6;
const DISCUSSED = 4;
/** A public page can be as old as its lifetime in the cache. */
const CACHE_SECONDS = 1;
const SETTINGS = {
  JWT_EXPIRES_IN: '24h',
  RATE_LIMIT_MAX: '100000000',
  REGISTER_RATE_LIMIT_MAX: '1000000',
  RATE_LIMIT_WRITE_MAX: '100000000',
  RATE_LIMIT_USER_MAX: '100000000',
  RATE_LIMIT_USER_WRITE_MAX: '100000000',
  POST_LIST_CACHE_TTL_SECONDS: String(CACHE_SECONDS),
};

type Two = [GalleyProcess, GalleyProcess];

export const tailReader: HeavyTest = async ([given = '20000', checkout = '.'], closing) => {
  const rows = Number(given);
  const folder = openFolder(closing);
  const two: Two = [await start(folder, checkout, closing), await start(folder, checkout, closing)];
  const pool = await openPool(closing, folder, 40);
  const admin = await Writer.signUp(two[0], 'admin@example.com');
  await pool.query(`UPDATE users SET role = 'admin'`);
  const discussed = await discussedPosts(admin);
  const lists = followedLists(two, discussed, admin.token ?? '');
  const readers = lists.flatMap((list) => list.readers);
  for (const reader of readers) reader.begin();
  await writeAll(two, new SlowWriters(pool, rows, discussed), discussed, admin.token ?? '');
  await delay(2 * CACHE_SECONDS * 1000 + 100);
  for (const reader of readers) await reader.end();
  return report(pool, lists, rows);
};

async function start(folder: string, checkout: string, closing: Closing): Promise<GalleyProcess> {
  const galley = new GalleyProcess(folder, await freePort(), checkout);
  await galley.start(SETTINGS);
  closing.add(() => galley.stop());
  return galley;
}

/** @returns the ids of published posts */
async function discussedPosts(admin: Writer): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < DISCUSSED; n++) {
    const post = await admin.make('/api/v1/posts', { title: `Discussed ${n}`, body: '' });
    await admin.make(`/api/v1/posts/${post.id}/publish`);
    ids.push(post.id);
  }
  return ids;
}

interface FollowedList {
  name: string;
  readers: TailReader[];
  /** Selects the keys of all rows that the readers have to see. */
  expected: string;
}

function followedLists(two: Two, discussed: string[], token: string): FollowedList[] {
  const urls = two.map(({ url }) => url);
  const byVersion: KeyOf = ({ id, version }) => `${id} ${version}`;
  const published = `SELECT id AS key FROM posts WHERE status = 'published'`;
  const reader = (path: string, keyOf?: KeyOf) => new TailReader(urls, `/api/v1/${path}`, token, keyOf);
  const byUpdate = 'posts?sort=updatedAt&filter[status]=draft,published&fields=version';
  return [
    {
      name: 'posts by createdAt',
      readers: [reader('posts?sort=createdAt&filter[status]=draft,published&fields=id')],
      expected: `SELECT id AS key FROM posts`,
    },
    {
      name: 'posts by publishedAt',
      readers: [reader('posts?sort=publishedAt&fields=id')],
      expected: published,
    },
    {
      name: 'posts by publishedAt, without credentials',
      readers: [new TailReader(urls, '/api/v1/posts?sort=publishedAt')],
      expected: published,
    },
    {
      name: 'posts by updatedAt',
      readers: [reader(byUpdate, byVersion)],
      expected: `SELECT id || ' ' || version AS key FROM posts`,
    },
    {
      name: 'comments by createdAt',
      readers: discussed.map((id) => reader(`posts/${id}/comments?sort=createdAt&fields=id`)),
      expected: `SELECT id AS key FROM comments`,
    },
    {
      name: 'users by createdAt',
      readers: [reader('users?sort=createdAt&fields=id')],
      expected: `SELECT id AS key FROM users`,
    },
  ];
}

/** Posts are created, published, edited and commented, and accounts are registered, with both processes in turn. */
async function writeAll(two: Two, slow: SlowWriters, discussed: string[], token: string): Promise<void> {
  let serial = 0;
  const write = async () => {
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
  };
  slow.begin();
  const progress = setInterval(() => console.log(`${slow.progress()}; by the API ${serial}`), 15_000);
  await Promise.all(Array.from({ length: WRITERS }, write)).finally(() => clearInterval(progress));
  await slow.end();
}

async function report(pool: Pool, lists: FollowedList[], rows: number): Promise<string[]> {
  const faults: (string | false)[] = [];
  console.log('\n| list | missed | of | pages | empty | p50 | p99 ms |\n|---|---|---|---|---|---|---|');
  for (const { name, readers, expected } of lists) {
    const keys = (await pool.query<{ key: string }>(expected)).rows.map(({ key }) => key);
    const missed = keys.filter((key) => !readers.some(({ seen }) => seen.has(key))).length;
    const took = readers.flatMap(({ times }) => times).sort((a, b) => a - b);
    const at = (share: number) => took[Math.floor(took.length * share)]?.toFixed(1);
    const empty = readers.reduce((sum, reader) => sum + reader.emptyPages, 0);
    console.log(
      `| ${name} | ${missed} | ${keys.length} | ${took.length} | ${empty} | ${at(0.5)} | ${at(0.99)} |`,
    );
    faults.push(
      missed > 0 && `${name}: ${missed} rows were missed`,
      keys.length < rows && `${name}: only ${keys.length} rows were written`,
    );
  }
  return faultsAmong(faults);
}
