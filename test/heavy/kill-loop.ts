/**
 * Repeatedly kills the process and the database with SIGKILL during writes. After the next start, every
 * acknowledged write must exist exactly once. `npm run test:heavy -- kill-loop [rounds, default 200]`
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { PostView } from '../../src/posts/post-view.schemas.js';
import { median } from '../support/median.ts';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';
import type { GalleyProcess } from './process.ts';
import { openGalley } from './serving.ts';
import { Writer } from './writer.ts';

const WRITERS = 4;

export const killLoop: HeavyTest = async ([rounds = '200'], closing) => {
  const { galley, readyMs } = await openGalley(closing);
  const writer = await Writer.signUp(galley, 'kill@example.com');
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${writer.token}` };
  const acknowledged: string[] = [];
  const starts: number[] = [];
  let ending = false;
  process.once('SIGINT', () => (ending = true)); // The writes so far are still checked.
  while (starts.length < Number(rounds) && !ending) {
    acknowledged.push(...(await writeUntilKilled(galley, headers, starts.length % 2 === 1)));
    starts.push(await galley.start());
    if (starts.length % 20 === 0) console.log(`round ${starts.length}: ${acknowledged.length} acknowledged`);
  }
  const { lost, halfDone } = await check(galley, headers, acknowledged);
  const doubled = acknowledged.length - new Set(acknowledged).size;
  const { code } = await galley.stop();
  console.log(
    `${starts.length} kills, ${acknowledged.length} acknowledged writes: ${lost} lost, ${doubled} doubled, ${halfDone} half done; ` +
      `first start ${Math.round(readyMs)} ms, after a kill median ${Math.round(median(starts))} ms, max ${Math.round(Math.max(...starts))} ms; SIGTERM exits ${code}`,
  );
  return faultsAmong([
    lost + doubled + halfDone > 0 && 'acknowledged writes are not there once and whole',
    code !== 0 && `the process exits with ${code} on SIGTERM`,
    acknowledged.length <= starts.length && 'too few writes were acknowledged',
  ]);
};

/** @returns the ids of the posts that were acknowledged */
async function writeUntilKilled(
  galley: GalleyProcess,
  headers: Record<string, string>,
  databaseFirst: boolean,
): Promise<string[]> {
  let stopped = false;
  const writers = Array.from({ length: WRITERS }, (_, n) => write(galley, headers, n, () => stopped));
  await delay(20 + Math.random() * 400);
  await galley.killTree(databaseFirst);
  stopped = true;
  return (await Promise.all(writers)).flat();
}

async function write(
  galley: GalleyProcess,
  headers: Record<string, string>,
  writer: number,
  stopped: () => boolean,
): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let n = 0; !stopped(); n++) {
    try {
      const answer = await fetch(`${galley.url}/api/v1/posts`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ title: `w${writer} n${n}`, body: 'x'.repeat(500), tags: [`tag ${n % 7}`] }),
      });
      if (answer.status === 503) break; // The database ended first, so the write was not acknowledged.
      if (answer.status !== 201)
        throw new Error(`unexpected ${answer.status}: ${await answer.text()}\n${galley.output}`);
      acknowledged.push(((await answer.json()) as PostView).id);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      break;
    }
  }
  return acknowledged;
}

async function check({ url }: GalleyProcess, headers: Record<string, string>, ids: string[]) {
  let [lost, halfDone] = [0, 0];
  for (const id of ids) {
    const answer = await fetch(`${url}/api/v1/posts/${id}`, { headers });
    if (answer.status !== 200) lost++;
    else if (((await answer.json()) as PostView).tags?.length !== 1) halfDone++;
  }
  return { lost, halfDone };
}
