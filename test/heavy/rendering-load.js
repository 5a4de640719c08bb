/**
 * 50 connections create posts of 10 KB, first alone and then beside an author who sends hostile megabytes without a pause:
 * none of theirs is refused, their p99 at most doubles, and the process takes at most 300 MB.
 * `node test/heavy/rendering-load.js [seconds of each, default 15]`
 */
import { setTimeout as delay } from 'node:timers/promises';
import { rssMegabytes, runLoad } from '../../bench/processes.js';
import { CLASSES } from './hostile.js';
import { freePort, GalleyProcess, temporaryFolder } from './process.js';
import { Writer } from './writer.js';

const SECONDS = Number(process.argv[2] ?? 15);
const CONNECTIONS = 50;
const MOST_RATIO = 2;
const MOST_MEGABYTES = 300;
const MEGABYTE = 950_000;

const { folder, remove } = temporaryFolder();
const galley = new GalleyProcess(folder, await freePort());
await galley.start({ RATE_LIMIT_MAX: '1000000000', LOG_LEVEL: 'error' });
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

let peak = 0;
const watching = new AbortController();
const watch = (async () => {
  while (!watching.signal.aborted) {
    peak = Math.max(peak, rssMegabytes(galley.child.pid));
    await delay(20);
  }
})();

await load(); // code gets hot
const alone = await load();
const peakAlone = peak;
const attacking = new AbortController();
const attack = sendHostile(attacking.signal);
const beside = await load();
attacking.abort();
const statuses = await attack;
watching.abort();
await watch;
await galley.stop();
remove();

const show = (name, { perSecond, p50, p99, errors, refused }) =>
  console.log(
    `${name}: ${perSecond.toFixed(0)} per second, p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, ${errors} errors, refused`,
    refused,
  );
show('alone', alone);
show('beside', beside);
console.log('the hostile author was answered', statuses);
console.log(`peak RSS ${peakAlone.toFixed(0)} MB alone, ${peak.toFixed(0)} MB beside`);
const faults = [
  Object.keys({ ...alone.refused, ...beside.refused }).length > 0 && 'posts were refused',
  beside.p99 > alone.p99 * MOST_RATIO && `p99 grew by ${(beside.p99 / alone.p99).toFixed(1)}`,
  peakAlone > MOST_MEGABYTES && `the process took ${peakAlone.toFixed(0)} MB`,
].filter(Boolean);
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);

/** One body after another, of each class in turn. */
async function sendHostile(signal) {
  const classes = Object.values(CLASSES);
  const bodies = classes.map(([bodyFormat, make]) =>
    JSON.stringify({ title: 'Hostile', body: make(MEGABYTE).slice(0, MEGABYTE), bodyFormat }),
  );
  const answered = {};
  for (let n = 0; !signal.aborted; n++) {
    const { status } = await fetch(`${galley.url}/api/v1/posts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${hostile.token}` },
      body: bodies[n % bodies.length],
    });
    answered[status] = (answered[status] ?? 0) + 1;
  }
  return answered;
}
