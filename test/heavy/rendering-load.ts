/**
 * 50 connections create posts of 10 KB, first alone and then beside an author who continuously sends malicious
 * megabytes, with the 512 MiB of memory of a container. None of the posts is rejected, their p99 at most doubles,
 * the process requires at most 300 MB alone, and is not killed beside the author.
 * `npm run test:heavy -- rendering-load [seconds of each, default 15]`
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { LoadResult } from '../../bench/load.ts';
import { cpuSeconds } from '../../bench/processes.ts';
import { runLoad } from '../../bench/run-load.ts';
import { EmbeddedPostgres } from '#dist/platform/database/embedded/embedded-postgres.js';
import { CLASSES, type Make } from './hostile.ts';
import { forgetPeak, MemoryCgroup, peakMegabytes } from './memory-cgroup.ts';
import { GalleyProcess, temporaryFolder } from './process.ts';
import { Writer } from './writer.ts';
import { freePort } from '../support/loopback.ts';

const SECONDS = Number(process.argv[2] ?? 15);
const CONNECTIONS = 50;
const MOST_RATIO = 2;
const MOST_MEGABYTES = 300;
const CONTAINER_MEBIBYTES = 512;
/** The same as in the Dockerfile. */
const NODE_OPTIONS = '--max-old-space-size-percentage=75';
const MEGABYTE = 950_000;

const { folder, remove } = temporaryFolder();
// The database server is separate, so that its memory does not count for the process.
const database = await EmbeddedPostgres.open({ dataDir: folder, settings: { max_connections: '50' } });
const settings = { DATABASE_URL: database.url, RATE_LIMIT_MAX: '1000000000', LOG_LEVEL: 'error' };
await promisify(execFile)(process.execPath, ['dist/cli.js', 'migrate'], {
  env: { PATH: process.env.PATH, GALLEY_DATA_DIR: folder, ...settings },
});
const cgroup = MemoryCgroup.make(CONTAINER_MEBIBYTES);
if (!cgroup) console.log('This account may not limit memory: only the peak is measured.');
const galley = new GalleyProcess(folder, await freePort());
await galley.start({ ...settings, NODE_OPTIONS }, cgroup);
const author = await Writer.signUp(galley, 'author@example.com');
const hostile = await Writer.signUp(galley, 'hostile@example.com');

const paragraph =
  'The quick brown fox *jumps* over the lazy dog, and [rests](https://example.com) after `12` of **these**.\n\n';
const text = JSON.stringify({ title: 'Post ########', body: paragraph.repeat(100).slice(0, 10_000) });
const request =
  `POST /api/v1/posts HTTP/1.1\r\nHost: heavy\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n` +
  `Authorization: Bearer ${author.token}\r\n\r\n${text}`;
const load = () =>
  runLoad({ port: galley.port, connections: CONNECTIONS, requests: [request], seconds: SECONDS });

const { pid } = galley;
await load(); // This run optimizes the code.
const cpuBefore = cpuSeconds(pid);
const alone = await load();
const cpuEach = (cpuSeconds(pid) - cpuBefore) / (alone.perSecond * SECONDS);
const peakAlone = peakMegabytes(pid);
forgetPeak(pid);
const attacking = new AbortController();
const attack = sendHostile(attacking.signal);
const beside = await load();
attacking.abort();
const statuses = await attack;
const killed = galley.child.signalCode;
const peakBeside = killed ? NaN : peakMegabytes(pid);
const peakOfGroup = cgroup?.peakMegabytes();
await galley.stop();
await database.release();
remove();

const show = (name: string, { perSecond, p50, p99, errors, refused }: LoadResult) =>
  console.log(
    `${name}: ${perSecond.toFixed(0)} per second, p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, ${errors} errors, refused`,
    refused,
  );
show('alone', alone);
show('beside', beside);
console.log(`a creation alone takes ${(cpuEach * 1e3).toFixed(2)} ms of CPU`);
console.log('the hostile author was answered', statuses);
console.log(`peak RSS ${peakAlone.toFixed(0)} MB alone, ${peakBeside.toFixed(0)} MB beside`);
if (cgroup)
  console.log(
    `the group of ${CONTAINER_MEBIBYTES} MiB held ${peakOfGroup?.toFixed(0)} MiB at most, files included`,
  );
const faults = [
  Object.keys({ ...alone.refused, ...beside.refused }).length > 0 && 'posts were refused',
  beside.p99 > alone.p99 * MOST_RATIO && `p99 grew by ${(beside.p99 / alone.p99).toFixed(1)}`,
  killed && `the process was ended by ${killed}`,
  peakAlone > MOST_MEGABYTES && `the process took ${peakAlone.toFixed(0)} MB`,
].filter(Boolean);
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);

/** Quotes and line ends are longer in JSON, and a request can have a megabyte. */
function asLongAsMayBe(make: Make): string {
  const longer = JSON.stringify(make(MEGABYTE)).length / MEGABYTE;
  const length = Math.floor(MEGABYTE / Math.max(longer, 1));
  return make(length).slice(0, length);
}

/** Sends bodies one after another, of each class in turn. */
async function sendHostile(signal: AbortSignal): Promise<Record<string, number>> {
  const classes = Object.values(CLASSES);
  const bodies = classes.map(([bodyFormat, make]) =>
    JSON.stringify({ title: 'Hostile', body: asLongAsMayBe(make), bodyFormat }),
  );
  const answered: Record<string, number> = {};
  for (let n = 0; !signal.aborted; n++) {
    const answer = await fetch(`${galley.url}/api/v1/posts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${hostile.token}` },
      body: bodies[n % bodies.length],
    }).catch(() => undefined);
    if (!answer) break; // The process has ended.
    const { code = 'created' } = (await answer.json()) as { code?: string };
    answered[code] = (answered[code] ?? 0) + 1;
  }
  return answered;
}
