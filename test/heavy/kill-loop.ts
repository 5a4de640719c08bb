/**
 * Repeatedly kills the process and the database with SIGKILL during writes. After the next start, every
 * acknowledged write must exist exactly once. `npm run test:heavy -- kill-loop [rounds, default 200]`
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { PostView } from '../../src/posts/posts.schemas.js';
import { GalleyProcess, temporaryFolder } from './process.ts';
import { freePort } from '../support/loopback.ts';

const rounds = Number(process.argv[2] ?? 200);
const WRITERS = 4;

const { folder, remove } = temporaryFolder();
const galley = new GalleyProcess(folder, await freePort());
const json = { 'content-type': 'application/json' };
const call = (path: string, options?: RequestInit) => fetch(galley.url + path, options);

const acknowledged: string[] = [];
const starts = [await galley.start()];
const credentials = { email: 'kill@example.com', password: 'a password that is long' };
await call('/api/v1/auth/register', {
  method: 'POST',
  headers: json,
  body: JSON.stringify({ ...credentials, name: 'Kill' }),
});
const login = await call('/api/v1/auth/login', {
  method: 'POST',
  headers: json,
  body: JSON.stringify(credentials),
});
const { accessToken } = (await login.json()) as { accessToken: string };
const headers = { ...json, authorization: `Bearer ${accessToken}` };

async function write(writer: number, stopped: () => boolean): Promise<void> {
  for (let n = 0; !stopped(); n++) {
    try {
      const answer = await call('/api/v1/posts', {
        method: 'POST',
        headers,
        body: JSON.stringify({ title: `w${writer} n${n}`, body: 'x'.repeat(500), tags: [`tag ${n % 7}`] }),
      });
      if (answer.status === 201) acknowledged.push(((await answer.json()) as PostView).id);
      else if (answer.status === 503)
        return; // The database ended first, so the write was not acknowledged.
      else throw new Error(`unexpected ${answer.status}: ${await answer.text()}\n${galley.output}`);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return;
    }
  }
}

let round = 0;
let ending = false;
process.once('SIGINT', () => (ending = true)); // The writes so far are still checked.
while (round < rounds && !ending) {
  round++;
  let stopped = false;
  const writers = Array.from({ length: WRITERS }, (_, writer) => write(writer, () => stopped));
  await delay(20 + Math.random() * 400);
  await galley.killTree(round % 2 === 0);
  stopped = true;
  await Promise.all(writers);
  starts.push(await galley.start());
  if (round % 20 === 0) console.log(`round ${round}: ${acknowledged.length} acknowledged`);
}

let lost = 0;
let halfDone = 0;
for (const id of acknowledged) {
  const answer = await call(`/api/v1/posts/${id}`, { headers });
  if (answer.status !== 200) lost++;
  else if (((await answer.json()) as PostView).tags?.length !== 1) halfDone++;
}
const doubled = acknowledged.length - new Set(acknowledged).size;
const { code } = await galley.stop();
remove();
const sorted = starts.slice(1).sort((a, b) => a - b);
console.log(
  `${round} kills, ${acknowledged.length} acknowledged writes: ${lost} lost, ${doubled} doubled, ${halfDone} half done; ` +
    `first start ${Math.round(starts[0] ?? NaN)} ms, after a kill median ${Math.round(sorted[sorted.length >> 1] ?? NaN)} ms, max ${Math.round(sorted.at(-1) ?? NaN)} ms; SIGTERM exits ${code}`,
);
process.exit(lost + doubled + halfDone === 0 && code === 0 && acknowledged.length > round ? 0 : 1);
