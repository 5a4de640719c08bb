/**
 * Sends malicious files, valid files of 10 MB and almost valid exports to a real server, and observes its event
 * loop from inside and with requests from outside. It fails if the server works for more than 100 ms in one turn of
 * its loop, returns 5xx, or rejects a file that it should import.
 * `npm run test:heavy -- import-bombs [bytes of a bomb, default 9500000] [almost-exports, default 1000] [seed]`
 */
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { EmbeddedPostgres } from '#dist/platform/database/embedded/embedded-postgres.js';
import { BOMBS } from '../support/import-bombs.ts';
import { wordpressExport } from '../support/wordpress-export.ts';
import { almostExports } from './import-fuzz.ts';
import { GalleyProcess, temporaryFolder } from './process.ts';
import { Writer } from './writer.ts';
import { freePort } from '../support/loopback.ts';

const MOST_MS = 100;
const bytes = Number(process.argv[2] ?? 9_500_000);
const almost = Number(process.argv[3] ?? 1000);
const seed = Number(process.argv[4] ?? Date.now() % 2 ** 31);
/** A built checkout for a comparison. The default is this one. */
const checkout = process.env.GALLEY_CHECKOUT ?? '.';
const TABLES = 'posts, tags, comments, import_keys, post_tags';

const { folder, remove } = temporaryFolder();
const probe = join(folder, 'probe');
const galley = new GalleyProcess(folder, await freePort(), checkout);
await galley.start({
  JWT_EXPIRES_IN: '24h',
  UPLOAD_MAX_SIZE: '20971520',
  PROBE_FILE: probe,
  NODE_OPTIONS: `--import ${pathToFileURL('test/heavy/loop-probe.ts').href}`,
});
const server = await EmbeddedPostgres.open({ dataDir: folder });
const database = new pg.Client({ connectionString: server.url });
await database.connect();
const writer = await Writer.signUp(galley, 'bombs@example.com');
await database.query("UPDATE users SET role = 'admin'");

/** Requests /health/live every 5 ms on a separate thread, and returns the longest wait on request. */
const prober = new Worker(
  `const { parentPort, workerData } = require('node:worker_threads');
   const http = require('node:http');
   const agent = new http.Agent({ keepAlive: true });
   let longest = 0;
   const ask = () => {
     const since = performance.now();
     http.get(workerData + '/health/live', { agent }, (answer) => {
       answer.resume().on('end', () => { longest = Math.max(longest, performance.now() - since); setTimeout(ask, 5); });
     }).on('error', () => setTimeout(ask, 5));
   };
   ask();
   parentPort.on('message', () => { parentPort.postMessage(longest); longest = 0; });`,
  { eval: true, workerData: galley.url },
);
async function longestWait(): Promise<number> {
  prober.postMessage('');
  const [longest] = (await once(prober, 'message')) as [number];
  return longest;
}

/** Returns the longest delays since `from`: by the clock, and by the CPU time of the process. */
function holdUps(from: number): { clock: number; own: number } {
  const lines = existsSync(probe) ? readFileSync(probe, 'utf8').trim().split('\n') : [];
  const seen = lines
    .map((line) => line.split(' ').map(Number) as [at: number, clock: number, work: number])
    .filter(([at]) => at >= from);
  const own = Math.round(Math.max(0, ...seen.map(([, clock, work]) => Math.min(clock, work))));
  return { clock: Math.round(Math.max(0, ...seen.map(([, clock]) => clock))), own };
}

/** The result of a file, and its effect on the server. */
interface Sent {
  status: number;
  code: string;
  detail: string;
  seconds: number;
  /** The longest wait for /health/live, and the longest turn of the event loop by the clock and by CPU time, in ms. */
  wait: number;
  clock: number;
  own: number;
}

const faults: string[] = [];
async function send(name: string, file: string | Buffer, expected?: number): Promise<Sent> {
  const [from, since] = [Date.now(), performance.now()];
  await longestWait();
  const answer = await fetch(`${galley.url}/api/v1/posts/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', authorization: `Bearer ${writer.token}` },
    body: file,
    signal: AbortSignal.timeout(600_000),
  });
  const { detail = '', code = '' } = (await answer.json()) as { detail?: string; code?: string };
  const wait = Math.round(await longestWait());
  const { clock, own } = holdUps(from);
  if (own > MOST_MS) faults.push(`${name}: ${own} ms of work in one turn`);
  if (answer.status >= 500 || (expected && answer.status !== expected)) {
    faults.push(
      `${name}: ${answer.status} ${code} ${detail} (${JSON.stringify(String(file).slice(0, 300))})`,
    );
  }
  return {
    status: answer.status,
    code,
    detail,
    seconds: (performance.now() - since) / 1000,
    wait,
    clock,
    own,
  };
}

function report(name: string, size: number, sent: Sent): void {
  const { status, seconds, own, clock, wait, detail } = sent;
  const figures = [(size / 1e6).toFixed(1), status, seconds.toFixed(1), peakMb(), own, clock, wait];
  console.log(
    `${name.padEnd(62)} ${figures.map((figure) => String(figure).padStart(7)).join('')}  ${detail.slice(0, 110)}`,
  );
}

/** Returns the peak memory of the server since the last call, in MB. */
function peakMb() {
  const process = `/proc/${galley.pid}`;
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`${process}/status`, 'utf8'))?.[1]);
  writeFileSync(`${process}/clear_refs`, '5');
  return Math.round(peak / 1024);
}

function honestGhost() {
  const html = `<p>${'Some words of a post that somebody wrote. '.repeat(400)}</p>`;
  const posts = Array.from({ length: 500 }, (_, n) => ({
    ...{ id: `p${n}`, uuid: `u${n}`, title: `Post ${n}`, slug: `ghost-${n}`, html, status: 'published' },
  }));
  return JSON.stringify({ db: [{ data: { posts } }] });
}

try {
  console.log(
    `${'file'.padEnd(62)}      MB status seconds memory   work  clock   wait  (MB; ms: greatest in one turn; of /health/live)`,
  );
  const honest: [string, string][] = [
    ['honest WordPress', [...wordpressExport({ bytes })].join('')],
    ['honest Ghost', honestGhost()],
  ];
  for (const [name, file] of honest) report(name, file.length, await send(name, file, 200));
  const only = process.env.BOMB ? new RegExp(process.env.BOMB) : /./;
  for (const { name, make, refusal } of BOMBS.filter((bomb) => only.test(bomb.name))) {
    await database.query(`TRUNCATE ${TABLES} CASCADE`);
    const file = make(bytes);
    report(name, Buffer.byteLength(file), await send(name, file, refusal ? 400 : 200));
  }
  const counts: Record<string, number> = {};
  let worst = 0;
  for (const [n, file] of almostExports(almost, seed).entries()) {
    if (n % 50 === 0) await database.query(`TRUNCATE ${TABLES} CASCADE`);
    const answer = await send(`almost-export ${n} of seed ${seed}`, file);
    const key = `${answer.status} ${answer.code}`.trim();
    counts[key] = (counts[key] ?? 0) + 1;
    worst = Math.max(worst, answer.own);
  }
  console.log(
    `${almost} almost-exports (seed ${seed}): ${JSON.stringify(counts)}; work at most ${worst} ms in one turn`,
  );
  console.log(`memory of the server for these: at most ${peakMb()} MB`);
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
} finally {
  await prober.terminate();
  await database.end();
  await galley.stop();
  await server.release();
  remove();
}
