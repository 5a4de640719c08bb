import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AdvisoryLocks } from '../src/platform/database/advisory-locks.js';
import { type Galley, startGalley } from './support/galley.js';
import { StoppablePostgres } from './support/stoppable-postgres.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { until } from './support/until.js';

/** Longer than PostgreSQL lets a transaction be idle. */
const LONG_MS = 13_000;

let server: StoppablePostgres;
let link: TcpProxy;
let stopped: Galley;
let other: Galley;

beforeAll(async () => {
  server = await StoppablePostgres.open();
  link = await TcpProxy.open({ port: server.port });
  stopped = await startGalley({ DATABASE_URL: server.through(link.port) }, server);
  other = await startGalley({ DATABASE_URL: server.through(server.port) }, server);
});
afterAll(async () => {
  ends.forEach((end) => end());
  link.cut();
  await stopped.stop();
  await other.stop();
  await link.close();
  await server.drop();
});

/** Ends what still holds a lock: a process waits for it when it stops. */
const ends: (() => void)[] = [];

/** Holds the lock until the returned function is called. */
async function hold({ app }: Galley, name: string): Promise<{ free: () => Promise<unknown> }> {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  ends.push(end.resolve);
  const holding = app
    .get(AdvisoryLocks)
    .holding(name, () => (begun.resolve(), end.promise))
    .catch((error: unknown) => error);
  await begun.promise;
  return { free: () => (end.resolve(), holding) };
}

const isFree = (name: string) => other.app.get(AdvisoryLocks).holding(name, () => Promise.resolve());

it('a process that was stopped loses its locks, and one that works for long keeps them', async () => {
  const [lost, kept] = [await hold(stopped, 'lost'), await hold(other, 'kept')];
  link.freeze(); // PostgreSQL cannot tell this from SIGSTOP: the connection is open, and nothing comes.
  const since = performance.now();
  await until(() => isFree('lost'), 200);
  expect(performance.now() - since).toBeGreaterThan(5000);
  await delay(Math.max(0, LONG_MS - (performance.now() - since)));
  expect(await isFree('kept')).toBe(false);
  expect(await kept.free()).toBe(true);
  expect(await isFree('kept')).toBe(true);
  link.thaw();
  expect(await lost.free()).toBeInstanceOf(Error);
});
