/**
 * Clients follow the stream of events of two processes, which restart and are killed in turn, while authors write. Each client
 * must receive each of its events once and in order. Then a client that does not read must be cut off, and the memory of
 * the process must stay. `npm run test:heavy -- event-streams [clients, default 1000] [restarts, default 20]`
 */
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { EventCursors } from '#dist/platform/event-views/event-cursors.js';
import type { Closing } from '../support/closing.ts';
import { freePort } from '../support/loopback.ts';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';
import { openJobDatabase } from './job-app.ts';
import { GalleyProcess } from './process.ts';
import { openFolder } from './serving.ts';
import { StreamClient } from './stream-client.ts';
import { Writer } from './writer.ts';

const METRICS_TOKEN = 'a token of metrics alone';
const SETTINGS = {
  NODE_ENV: 'test',
  JWT_EXPIRES_IN: '24h',
  JWT_SECRET: 'heavy-tests-are-signed-with-this-0123456789',
  JWT_REFRESH_SECRET: 'heavy-tests-are-refreshed-with-9876543210',
  RATE_LIMIT_MAX: '100000000',
  REGISTER_RATE_LIMIT_MAX: '1000000',
  RATE_LIMIT_WRITE_MAX: '100000000',
  RATE_LIMIT_USER_MAX: '100000000',
  RATE_LIMIT_USER_WRITE_MAX: '100000000',
  EVENT_STREAMS_PER_USER_MAX: '10000',
  EVENT_STREAMS_MAX: '10000',
  METRICS_TOKEN,
  NODE_OPTIONS: `--import=${new URL('./collect-garbage.ts', import.meta.url).href}`,
};
const ROLES = ['author', 'author', 'author', 'author', 'editor', 'user', 'user', 'user'];
const BETWEEN_WRITES_MS = 150;
const BETWEEN_RESTARTS_MS = 3000;
const MOST_BYTES_PER_CLIENT = 100 * 1024;
const LONG = { events: 4000, characters: 10_000 };
const MOST_GROWTH_BYTES = 64 * 1024 * 1024;

interface Account {
  id: string;
  role: string;
  token: string;
}

export const eventStreams: HeavyTest = async ([given = '1000', times = '20'], closing) => {
  const { url, pool } = await openJobDatabase(closing);
  const folder = openFolder(closing);
  const two = [await start(folder, url, closing), await start(folder, url, closing)] as const;
  const accounts = await signUp(two[0], pool);
  const areConnected = (all: StreamClient[]) =>
    untilTrue(() => all.every(({ isConnected, start }) => isConnected && start));
  // The first clients also pay for what a process needs once.
  const few = Math.ceil(Number(given) / 5);
  const first = openClients([0, few], two, accounts);
  await areConnected(first);
  const before = await settledMemory(two[0]);
  const others = openClients([few, Number(given)], two, accounts);
  await areConnected(others);
  const after = await settledMemory(two[0]);
  const perClient = (after.used - before.used) / (others.length / 2);
  const clients = [...first, ...others];
  console.log(
    `${clients.length} clients are connected: ${Math.round(perClient / 1024)} KiB of used memory for each, ` +
      `${Math.round((after.resident - before.resident) / (others.length / 2) / 1024)} KiB of resident memory`,
  );
  const writing = writeUntilStopped(two, accounts);
  for (let n = 0; n < Number(times); n++) await restart(two[n % 2] as GalleyProcess, n, url);
  const written = await writing.stop();
  return [
    ...(await compare(pool, clients, accounts)),
    ...(await cutOff(two[0], pool, accounts)),
    ...faultsAmong([
      written === 0 && 'nothing was written',
      perClient > MOST_BYTES_PER_CLIENT && `a client costs ${Math.round(perClient / 1024)} KiB`,
    ]),
  ];
};

async function start(folder: string, url: string, closing: Closing): Promise<GalleyProcess> {
  const galley = new GalleyProcess(folder, await freePort());
  await galley.start({ ...SETTINGS, DATABASE_URL: url });
  closing.add(() => galley.stop());
  return galley;
}

async function signUp(galley: GalleyProcess, pool: Pool): Promise<Account[]> {
  const accounts: Account[] = [];
  for (const [n, role] of ROLES.entries()) {
    const email = `streams${n}@example.com`;
    const { token = '' } = await Writer.signUp(galley, email);
    const { rows } = await pool.query<{ id: string }>(
      'UPDATE users SET role = $2 WHERE email = $1 RETURNING id',
      [email, role],
    );
    accounts.push({ id: rows[0]?.id ?? '', role, token });
  }
  return accounts;
}

const accountOf = (accounts: Account[], n: number) => accounts[n % accounts.length] as Account;

/** Opens the clients with the numbers `from` to below `to`. */
function openClients(
  [from, to]: [number, number],
  two: readonly GalleyProcess[],
  accounts: Account[],
): StreamClient[] {
  const urls = two.map(({ url }) => url);
  // Both processes have clients of each account.
  return Array.from({ length: to - from }, (_, index) => {
    const n = from + index;
    return new StreamClient(urls, accountOf(accounts, n).token, Math.floor(n / accounts.length));
  });
}

/** Authors write with both processes. A write that a restart has broken may have happened. */
function writeUntilStopped(two: readonly GalleyProcess[], accounts: Account[]) {
  let isOver = false;
  let written = 0;
  const write = async (n: number) => {
    const by = new Writer(two[n % 2] as GalleyProcess, accountOf(accounts, n % 5).token);
    const status = n % 3 === 0 ? 'draft' : 'published';
    const { id } = await by.make('/api/v1/posts', { title: `Streamed ${n}`, body: 'Words.', status });
    if (status === 'published') await by.make(`/api/v1/posts/${id}/comments`, { body: `Comment ${n}` });
    if (n % 4 === 0 && status === 'published') await by.make(`/api/v1/posts/${id}/unpublish`);
    written++;
  };
  const ended = (async () => {
    for (let n = 0; !isOver; n++) {
      await write(n).catch(() => undefined);
      await delay(BETWEEN_WRITES_MS);
    }
  })();
  const stop = async () => {
    isOver = true;
    await ended;
    return written;
  };
  return { stop };
}

/** Every second time, the process has no time to say goodbye. */
async function restart(galley: GalleyProcess, n: number, url: string): Promise<void> {
  await delay(BETWEEN_RESTARTS_MS);
  await galley.stop(Math.floor(n / 2) % 2 === 0 ? 'SIGTERM' : 'SIGKILL');
  await galley.start({ ...SETTINGS, DATABASE_URL: url });
}

/** Only the server can read its cursors. */
const cursors = new EventCursors(SETTINGS as unknown as ConstructorParameters<typeof EventCursors>[0]);

async function compare(pool: Pool, clients: StreamClient[], accounts: Account[]): Promise<string[]> {
  await untilTrue(() => isPlaced(pool));
  const { rows } = await pool.query<{ id: string; position: number; public: boolean; owners: string[] }>(
    `SELECT id, position::float8 AS position, is_public AS public, owner_ids AS owners FROM events
     WHERE NOT is_silent AND type ~ '^(post|comment)[.]' ORDER BY position`,
  );
  const expected = clients.map((client, n) => {
    const { id, role } = accountOf(accounts, n);
    const begin = cursors.placeOf(client.start ?? '').position;
    return rows
      .filter((row) => row.position > begin && (row.public || role === 'editor' || row.owners.includes(id)))
      .map((row) => row.id);
  });
  await untilTrue(
    () => clients.every(({ events }, n) => events.length >= (expected[n]?.length ?? 0)),
    60_000,
  );
  await delay(1000); // For an event that would arrive twice.
  const sum = (count: (client: StreamClient, n: number) => number) =>
    clients.reduce((all, client, n) => all + count(client, n), 0);
  const missed = sum(({ events }, n) => (expected[n] ?? []).filter((id) => !events.includes(id)).length);
  const doubled = sum(({ events }) => events.length - new Set(events).size);
  const wrong = sum(({ events }, n) => (events.join() === expected[n]?.join() ? 0 : 1));
  console.log(
    `${sum(({ events }) => events.length)} events of ${rows.length} received in ${sum(({ connections }) => connections)} connections ` +
      `(${sum(({ refused }) => refused)} refused): ${missed} missed, ${doubled} twice, ${wrong} clients differ`,
  );
  await Promise.all(clients.map((client) => client.leave()));
  return faultsAmong([
    missed > 0 && `${missed} events were missed`,
    doubled > 0 && `${doubled} events arrived twice`,
    wrong > 0 && `${wrong} clients did not receive exactly their events in order`,
  ]);
}

/** A client that does not read while 40 MB of events happen. */
async function cutOff(galley: GalleyProcess, pool: Pool, accounts: Account[]): Promise<string[]> {
  const author = accountOf(accounts, 0);
  const post = await new Writer(galley, author.token).make('/api/v1/posts', {
    title: 'T',
    body: 'B',
    status: 'published',
  });
  await writeLong(pool, post.id); // The process itself reads the log, so its memory grows once.
  await untilTrue(() => isPlaced(pool));
  const slow = connect(galley.port, '127.0.0.1');
  slow.on('error', () => undefined);
  slow.write(`GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${author.token}\r\n\r\n`);
  slow.pause();
  await untilTrue(async () => (await metricOf(galley, 'event_streams')) === 1);
  const before = await settledMemory(galley);
  await writeLong(pool, post.id);
  const since = performance.now();
  await delay(5000);
  const after = await settledMemory(galley);
  const growth = after.used - before.used;
  const isCut = await untilTrue(
    async () => (await metricOf(galley, 'event_streams_ended_total{reason="slow"}')) === 1,
  );
  console.log(
    `a client that does not read was cut off after ${((performance.now() - since) / 1000).toFixed(1)} s; ` +
      `${Math.round(growth / 2 ** 20)} MiB more used memory, ` +
      `${Math.round((after.resident - before.resident) / 2 ** 20)} MiB more resident memory ` +
      `for ${(LONG.events * LONG.characters) / 1e6} MB of events`,
  );
  slow.destroy();
  return faultsAmong([
    !isCut && 'a client that does not read was not cut off',
    growth > MOST_GROWTH_BYTES && `the memory grew by ${Math.round(growth / 2 ** 20)} MiB`,
  ]);
}

const isPlaced = async (pool: Pool) =>
  (await pool.query('SELECT 1 FROM events WHERE position IS NULL LIMIT 1')).rowCount === 0;

async function writeLong(pool: Pool, postId: string): Promise<void> {
  await pool.query(
    `INSERT INTO events (id, type, resource_type, resource_id, resource_version, is_public, data)
     SELECT gen_random_uuid(), 'post.updated', 'post', $1, 1, true, jsonb_build_object('n', n, 'title', repeat('x', $3))
     FROM generate_series(1, $2) n`,
    [postId, LONG.events, LONG.characters],
  );
}

async function metricOf({ url }: GalleyProcess, series: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  const line = (await answer.text()).split('\n').find((text) => text.startsWith(`${series} `));
  return Number(line?.slice(series.length) ?? 0);
}

/**
 * The memory of a process after it has been idle for a moment and has collected its garbage. What it uses decides;
 * what is resident is told beside it, because it counts native memory and also what V8 keeps for later.
 */
async function settledMemory(galley: GalleyProcess): Promise<{ used: number; resident: number }> {
  await delay(2000);
  process.kill(galley.pid, 'SIGUSR2');
  await delay(1000);
  const [heap = NaN, outside = NaN, resident = NaN] = await Promise.all(
    ['nodejs_heap_size_used_bytes', 'nodejs_external_memory_bytes', 'process_resident_memory_bytes'].map(
      (series) => metricOf(galley, series),
    ),
  );
  return { used: heap + outside, resident };
}

async function untilTrue(holds: () => unknown, atMostMs = 180_000): Promise<boolean> {
  for (const until = performance.now() + atMostMs; performance.now() < until; await delay(100))
    if (await holds()) return true;
  return false;
}
