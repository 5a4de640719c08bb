/**
 * 50 connections create posts of 10 KB, first alone and then beside an author who continuously sends malicious
 * megabytes, with the 512 MiB of memory of a container. None of the posts is rejected, their p99 at most doubles,
 * the process requires at most 300 MB alone, and is not killed beside the author.
 * `npm run test:heavy -- rendering-load [seconds of each, default 15]`
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Closing } from '../support/closing.ts';
import { freePort } from '../support/loopback.ts';
import { type LoadResult, SERIAL } from '../../bench/load.ts';
import { cpuSeconds } from '../../bench/processes.ts';
import { runLoad } from '../../bench/run-load.ts';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';
import { CLASSES, type Make } from './hostile.ts';
import { forgetPeak, MemoryCgroup, peakMegabytes } from './memory-cgroup.ts';
import { GalleyProcess } from './process.ts';
import { openDatabase, openFolder } from './serving.ts';
import { Writer } from './writer.ts';

const CONNECTIONS = 50;
const MOST_RATIO = 2;
const MOST_MEGABYTES = 300;
const CONTAINER_MEBIBYTES = 512;
/** The same as in the Dockerfile. */
const NODE_OPTIONS = '--max-old-space-size-percentage=75';
const MEGABYTE = 950_000;

export const renderingLoad: HeavyTest = async ([seconds = '15'], closing) => {
  const { galley, cgroup } = await serve(closing);
  const author = await Writer.signUp(galley, 'author@example.com');
  const hostile = await Writer.signUp(galley, 'hostile@example.com');
  const requests = [creationBy(author.token ?? '')];
  const load = () =>
    runLoad({ port: galley.port, connections: CONNECTIONS, requests, seconds: Number(seconds) });

  const { pid } = galley;
  await load(); // This run optimizes the code.
  const cpuBefore = cpuSeconds(pid);
  const alone = await load();
  const cpuEach = (cpuSeconds(pid) - cpuBefore) / alone.count;
  const peakAlone = peakMegabytes(pid);
  forgetPeak(pid);
  const attacking = new AbortController();
  const attack = sendHostile(galley.url, hostile.token ?? '', attacking.signal);
  const beside = await load();
  attacking.abort();
  const statuses = await attack;
  const killed = galley.child.signalCode;
  const peakBeside = killed ? NaN : peakMegabytes(pid);

  show('alone', alone);
  show('beside', beside);
  console.log(`a creation alone takes ${(cpuEach * 1e3).toFixed(2)} ms of CPU`);
  console.log('the hostile author was answered', statuses);
  console.log(`peak RSS ${peakAlone.toFixed(0)} MB alone, ${peakBeside.toFixed(0)} MB beside`);
  if (cgroup)
    console.log(
      `the group of ${CONTAINER_MEBIBYTES} MiB held ${cgroup.peakMegabytes().toFixed(0)} MiB at most, files included`,
    );
  return faultsAmong([
    Object.keys({ ...alone.refused, ...beside.refused }).length > 0 && 'posts were refused',
    beside.p99 > alone.p99 * MOST_RATIO && `p99 grew by ${(beside.p99 / alone.p99).toFixed(1)}`,
    killed !== null && `the process was ended by ${killed}`,
    peakAlone > MOST_MEGABYTES && `the process took ${peakAlone.toFixed(0)} MB`,
  ]);
};

/** Starts Galley with the memory of a container. The database server is separate, so that its memory does not count. */
async function serve(closing: Closing) {
  const folder = openFolder(closing);
  const database = await openDatabase(closing, folder, { max_connections: '50' });
  const settings = { DATABASE_URL: database.url, RATE_LIMIT_MAX: '1000000000', LOG_LEVEL: 'error' };
  await promisify(execFile)(process.execPath, ['dist/cli.js', 'migrate'], {
    env: { PATH: process.env.PATH, GALLEY_DATA_DIR: folder, ...settings },
  });
  const cgroup = MemoryCgroup.make(CONTAINER_MEBIBYTES);
  if (!cgroup) console.log('This account may not limit memory: only the peak is measured.');
  const galley = new GalleyProcess(folder, await freePort());
  await galley.start({ ...settings, NODE_OPTIONS }, cgroup);
  closing.add(() => galley.stop());
  return { galley, cgroup };
}

/** Returns a request that creates a post of 10 KB. */
function creationBy(token: string): string {
  const paragraph =
    'The quick brown fox *jumps* over the lazy dog, and [rests](https://example.com) after `12` of **these**.\n\n';
  const text = JSON.stringify({ title: `Post ${SERIAL}`, body: paragraph.repeat(100).slice(0, 10_000) });
  return (
    `POST /api/v1/posts HTTP/1.1\r\nHost: heavy\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n` +
    `Authorization: Bearer ${token}\r\n\r\n${text}`
  );
}

const show = (name: string, { perSecond, p50, p99, errors, refused }: LoadResult) =>
  console.log(
    `${name}: ${perSecond.toFixed(0)} per second, p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, ${errors} errors, refused`,
    refused,
  );

/** Quotes and line ends are longer in JSON, and a request can have a megabyte. */
function asLongAsMayBe(make: Make): string {
  const longer = JSON.stringify(make(MEGABYTE)).length / MEGABYTE;
  const length = Math.floor(MEGABYTE / Math.max(longer, 1));
  return make(length).slice(0, length);
}

/** Sends bodies one after another, of each class in turn. */
async function sendHostile(url: string, token: string, signal: AbortSignal): Promise<Record<string, number>> {
  const classes = Object.values(CLASSES);
  const bodies = classes.map(([bodyFormat, make]) =>
    JSON.stringify({ title: 'Hostile', body: asLongAsMayBe(make), bodyFormat }),
  );
  const answered: Record<string, number> = {};
  for (let n = 0; !signal.aborted; n++) {
    const answer = await fetch(`${url}/api/v1/posts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: bodies[n % bodies.length],
    }).catch(() => undefined);
    if (!answer) break; // The process has ended.
    const { code = 'created' } = (await answer.json()) as { code?: string };
    answered[code] = (answered[code] ?? 0) + 1;
  }
  return answered;
}
