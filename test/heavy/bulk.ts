/**
 * Creates 100 posts by 100 requests and by one, in turns, and compares the medians: one request must be at least five times
 * faster. Then sends the most expensive requests with 100 operations that are valid, and measures how long they block the
 * event loop and how much memory they require.
 * `npm run test:heavy -- bulk [rounds, default 15]`
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Closing } from '../support/closing.ts';
import { freePort } from '../support/loopback.ts';
import { median } from '../support/median.ts';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';
import { forgetPeak, peakMegabytes } from './memory-cgroup.ts';
import { GalleyProcess } from './process.ts';
import { openFolder } from './serving.ts';
import { Writer } from './writer.ts';

const POSTS = 100;
const LEAST_RATIO = 5;
/** Above what the process requires without these requests, in MB. */
const MOST_MEGABYTES = 256;
/** CPU time of one turn of the event loop, in milliseconds. */
const MOST_TURN_MS = 50;
const BODY = 'The quick brown fox *jumps* over the lazy dog, and [rests](https://example.com).\n\n'.repeat(
  12,
);

interface Post {
  title: string;
  body: string;
  tags?: string[];
  status?: string;
}

const postsOf = (round: string): Post[] =>
  Array.from({ length: POSTS }, (_, n) => ({
    title: `Post ${round} ${n}`,
    body: BODY,
    tags: ['Galley', `Tag ${n % 10}`],
    ...(n % 2 && { status: 'published' }),
  }));

export const bulk: HeavyTest = async ([rounds = '15'], closing) => {
  const galley = await open(closing);
  const writer = await Writer.signUp(galley, 'bulk@example.com');
  const ways: Record<string, (posts: Post[]) => Promise<void>> = {
    'one by one': (posts) => oneByOne(writer, posts),
    'ten at once': (posts) => tenAtOnce(writer, posts),
    bulk: (posts) => inBulk(writer, posts),
    'bulk, atomic': (posts) => inBulk(writer, posts, { atomic: true }),
    'bulk with a key': (posts) => inBulk(writer, posts, {}, { 'idempotency-key': randomUUID() }),
  };
  const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let round = -2; round < Number(rounds); round++)
    for (const [name, send] of Object.entries(ways)) {
      const posts = postsOf(`${name} ${round}`);
      const since = performance.now();
      await send(posts);
      if (round >= 0) times.get(name)?.push(performance.now() - since); // The first rounds optimize the code.
    }
  const of = (name: string) => median(times.get(name) ?? []);
  console.table(
    Object.keys(ways).map((name) => ({
      way: name,
      'median ms': Math.round(of(name)),
      ratio: (of('one by one') / of(name)).toFixed(1),
    })),
  );
  const ratio = of('one by one') / of('bulk');
  return [
    ...faultsAmong([ratio < LEAST_RATIO && `one request is only ${ratio.toFixed(1)} times faster`]),
    ...(await attack(galley, writer)),
  ];
};

const PROBE = 'probe.log';

async function open(closing: Closing): Promise<GalleyProcess> {
  const data = openFolder(closing);
  const galley = new GalleyProcess(data, await freePort());
  await galley.start({
    ...{ RATE_LIMIT_WRITE_MAX: '1000000', LOG_LEVEL: 'error', PROBE_FILE: join(data, PROBE) },
    NODE_OPTIONS: `--import=${resolve('test/heavy/loop-probe.ts')}`,
  });
  closing.add(() => galley.stop());
  return galley;
}

async function send(writer: Writer, path: string, body: object, headers = {}): Promise<Response> {
  const answer = await fetch(`${writer.galley.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${writer.token}`, ...headers },
    body: JSON.stringify(body),
  });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

async function oneByOne(writer: Writer, posts: Post[]): Promise<void> {
  for (const post of posts) await (await send(writer, '/api/v1/posts', post)).text();
}

async function tenAtOnce(writer: Writer, posts: Post[]): Promise<void> {
  const parts = Map.groupBy(posts, (_, n) => n % 10);
  await Promise.all([...parts.values()].map((part) => oneByOne(writer, part)));
}

interface Results {
  results: { status: number; body?: { id: string } }[];
}

async function inBulk(writer: Writer, posts: Post[], more = {}, headers = {}): Promise<void> {
  const operations = posts.map((body) => ({ op: 'create', body }));
  const answer = await send(writer, '/api/v1/posts/bulk', { ...more, operations }, headers);
  const { results } = (await answer.json()) as Results;
  const failed = results.filter(({ status }) => status !== 201);
  if (failed.length > 0) throw new Error(`${failed.length} posts were refused: ${JSON.stringify(failed[0])}`);
}

const creations = (body: string): object[] =>
  Array.from({ length: POSTS }, () => ({ op: 'create', body: { title: randomUUID(), body } }));

/** Requests of at most a megabyte with 100 operations. */
const EXPENSIVE: Record<string, (stored: string[]) => object[]> = {
  prose: () => creations(BODY.repeat(20).slice(0, 10_000)),
  entities: () => creations('&'.repeat(10_000)),
  lists: () => creations('- '.repeat(80) + '- a\n'.repeat(1900)),
  tables: () => creations(`${'|a'.repeat(100)}|\n${'|-'.repeat(100)}|\n${'|\n'.repeat(3000)}`),
  'the format of megabytes': (stored) =>
    Array.from({ length: POSTS }, (_, n) => ({
      op: 'update',
      id: stored[n % stored.length],
      body: { bodyFormat: n % 2 ? 'markdown' : 'html' },
    })),
  'the status of megabytes': (stored) =>
    Array.from({ length: POSTS }, (_, n) => ({
      op: ['publish', 'unpublish'][Math.floor(n / stored.length) % 2],
      id: stored[n % stored.length],
    })),
  'unknown fields': () =>
    Array.from({ length: POSTS }, (_, n) => ({
      op: 'create',
      ...Object.fromEntries(
        Array.from({ length: 95 }, (_name, field) => [`${'k'.repeat(90)}${n}-${field}`, 1]),
      ),
    })),
};

/** Sends each of them alone, by a key, and as one transaction, three times at once. */
async function attack(galley: GalleyProcess, writer: Writer): Promise<string[]> {
  const stored: string[] = [];
  for (let n = 0; n < 20; n++)
    stored.push(
      (await writer.make('/api/v1/posts', { title: 'Large', body: 'A *word*.\n'.repeat(90_000) })).id,
    );
  forgetPeak(galley.pid);
  const before = peakMegabytes(galley.pid);
  const rows: object[] = [];
  const faults: string[] = [];
  for (const [name, make] of Object.entries(EXPENSIVE)) {
    const probe = join(galley.dataDir, PROBE);
    writeFileSync(probe, '');
    forgetPeak(galley.pid);
    const since = performance.now();
    const statuses = await Promise.all([
      hostile(writer, make(stored)),
      hostile(writer, make(stored), true),
      hostile(writer, make(stored), false, true),
    ]);
    const ms = performance.now() - since;
    const turns = readFileSync(probe, 'utf8')
      .trim()
      .split('\n')
      .map((line) => Number(line.split(' ')[2] ?? 0));
    const [turn, peak] = [Math.max(0, ...turns), peakMegabytes(galley.pid)];
    rows.push({
      request: name,
      ms: Math.round(ms),
      'longest turn ms': turn,
      'peak MB': Math.round(peak),
      statuses: statuses.join(' '),
    });
    faults.push(
      ...faultsAmong([
        turn > MOST_TURN_MS && `${name}: the event loop was blocked for ${turn} ms`,
        peak - before > MOST_MEGABYTES && `${name}: the process took ${Math.round(peak - before)} MB more`,
      ]),
    );
  }
  console.log(`peak before: ${Math.round(before)} MB`);
  console.table(rows);
  rmSync(join(galley.dataDir, PROBE), { force: true });
  return faults;
}

/** Returns the statuses of the results, or that of the response. */
async function hostile(
  writer: Writer,
  operations: object[],
  isKeyed = false,
  atomic = false,
): Promise<string> {
  const answer = await fetch(`${writer.galley.url}/api/v1/posts/bulk`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${writer.token}`,
      ...(isKeyed && { 'idempotency-key': randomUUID() }),
    },
    body: JSON.stringify({ atomic, operations }),
  });
  const text = await answer.text();
  if (answer.status !== 207) return `${answer.status} ${(JSON.parse(text) as { code?: string }).code ?? ''}`;
  const counts = Map.groupBy((JSON.parse(text) as Results).results, ({ status }) => status);
  return [...counts].map(([status, { length }]) => `${length} × ${status}`).join(', ');
}
