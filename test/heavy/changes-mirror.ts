/**
 * Mirrors of an anonymous caller, an author and an editor follow `GET /changes` with the TypeScript client, while eight
 * clients and four slow transactions write everything that can be written. Processes are killed with SIGKILL, and mirrors
 * crash and continue from an older cursor at another server. At the end, each mirror must equal what its caller reads from
 * the API, byte for byte. `npm run test:heavy -- changes-mirror [changes, default 20000]`
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Galley, memoryTokens } from '../../clients/typescript/src/galley.ts';
import type { Closing } from '../support/closing.ts';
import { type DeployedProcess, Deployment } from './deployment.ts';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';
import { compare } from './mirror-comparison.ts';
import { MirrorFollower } from './mirror-follower.ts';
import { MirroredWrites } from './mirrored-writes.ts';
import { SlowTransactions } from './slow-transactions.ts';

const WRITERS = 8;
const SLOW_WRITERS = 4;
const PASSWORD = 'a password that is long';
const LONGEST_LIFE_MS = 6000;
const SHOWN_DIFFERENCES = 5;

export const changesMirror: HeavyTest = async ([changes = '20000'], closing) => {
  const deployment = await Deployment.open(closing);
  const servers = await deployment.started(2);
  const writes = await MirroredWrites.open(servers, deployment.pool);
  const followers = await openFollowers(servers, writes);
  const slow = await openSlow(closing, deployment, writes);
  for (const follower of followers) follower.begin();
  const since = performance.now();
  const kills = await writeUntil(Number(changes), { deployment, servers, writes, slow });
  const written = await placed(deployment);
  const seconds = Math.round((performance.now() - since) / 1000);
  await delay(2000); // Every process has heard of everything.
  console.log(
    `${written} changes in ${seconds} s: ${writes.done} requests, ${slow.committed} slow transactions and ` +
      `${slow.rolledBack} rolled back (${slow.failed} failed), ${kills} processes killed`,
  );
  return [
    ...(await verdictOf(followers, servers)),
    ...faultsAmong([
      written < Number(changes) && `only ${written} changes`,
      writes.failures.length > 0 && `${writes.failures.length} writes failed: ${writes.failures[0]}`,
    ]),
  ];
};

interface Writing {
  deployment: Deployment;
  servers: DeployedProcess[];
  writes: MirroredWrites;
  slow: SlowTransactions;
}

/** @returns the number of kills */
async function writeUntil(changes: number, { deployment, servers, writes, slow }: Writing): Promise<number> {
  const ending = new AbortController();
  const killing = killInTurn(servers, ending.signal);
  const work = Promise.all([
    ...Array.from({ length: WRITERS }, () => writes.write(ending.signal)),
    ...Array.from({ length: SLOW_WRITERS }, () => slow.write(writes.posts, ending.signal)),
  ]);
  try {
    await Promise.race([work, untilWritten(deployment, changes)]);
  } finally {
    ending.abort();
    await killing;
  }
  await work;
  return await killing;
}

async function openFollowers(servers: DeployedProcess[], writes: MirroredWrites): Promise<MirrorFollower[]> {
  const cursor = await new Galley((servers[0] as DeployedProcess).url).changes.cursor();
  const followers = [
    new MirrorFollower(
      'everybody',
      servers.map(({ url }) => new Galley(url)),
      cursor,
    ),
  ];
  for (const role of ['author', 'editor'] as const) {
    const { email, token } = writes.one(role);
    const tokens = memoryTokens();
    const clients = servers.map(({ url }) => new Galley(url, { tokens }));
    await clients[0]?.auth.login({ email, password: PASSWORD });
    followers.push(new MirrorFollower(`an ${role}`, clients, cursor, token));
  }
  return followers;
}

function openSlow(
  closing: Closing,
  { database }: Deployment,
  writes: MirroredWrites,
): Promise<SlowTransactions> {
  const { id, role } = writes.one('editor');
  return SlowTransactions.open(closing, database.url, { id, role, sessionId: id });
}

/** Kills a server, starts it again, and then another one. @returns the number of kills */
async function killInTurn(servers: DeployedProcess[], signal: AbortSignal): Promise<number> {
  for (let kills = 0; ; kills++) {
    await delay(Math.random() * LONGEST_LIFE_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return kills;
    const server = servers[kills % servers.length] as DeployedProcess;
    await server.kill();
    await server.start();
  }
}

const countOf = async (deployment: Deployment): Promise<number> =>
  (
    await deployment.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM events WHERE type <> 'cache.invalidated'`,
    )
  )[0]?.count ?? 0;

async function untilWritten(deployment: Deployment, changes: number): Promise<void> {
  for (let shown = 0, count = 0; count < changes; await delay(500)) {
    count = await countOf(deployment);
    if (count - shown < changes / 10) continue;
    shown = count;
    console.log(`${count} changes`);
  }
}

/** Waits until all events have their positions. @returns the number of changes */
async function placed(deployment: Deployment): Promise<number> {
  for (;;) {
    const [row] = await deployment.query<{ pending: number; fits: boolean }>(
      `SELECT count(*) FILTER (WHERE position IS NULL)::int AS pending,
         count(*) = max(position) AND max(position) = (SELECT head FROM event_log) AS fits FROM events`,
    );
    if (row?.pending === 0 && !row.fits) throw new Error('the positions of the log have gaps');
    if (row?.pending === 0) return countOf(deployment);
    await delay(50);
  }
}

async function verdictOf(followers: MirrorFollower[], [server]: DeployedProcess[]): Promise<string[]> {
  const rows: object[] = [];
  const faults: string[] = [];
  for (const follower of followers) {
    await follower.end();
    const { compared, differences } = await compare(follower, server?.url ?? '');
    const { name, seen, crashes, repeated } = follower;
    rows.push({ mirror: name, seen, crashes, repeated, compared, differences: differences.length });
    for (const difference of differences.slice(0, SHOWN_DIFFERENCES)) console.log(`${name}: ${difference}`);
    faults.push(
      ...faultsAmong([
        differences.length > 0 && `the mirror of ${name} differs in ${differences.length} resources`,
        repeated > 0 && `the mirror of ${name} received ${repeated} changes twice`,
        compared === 0 && `the mirror of ${name} is empty`,
      ]),
    );
  }
  console.table(rows);
  return faults;
}
