/**
 * Kills the process with SIGKILL at random times during a write with an Idempotency-Key, and sends the write again
 * after the restart. The write must have exactly one effect, and the first response must be repeated if there was
 * one.
 * `npm run test:heavy -- idempotency-kill [kills, default 200]`
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HeavyTest } from './heavy-test.ts';
import { faultsOfWrite, type KilledWrite, momentOf } from './killed-write.ts';
import { keyedWrites, type MakeWrite } from './keyed-writes.ts';
import type { GalleyProcess } from './process.ts';
import { openGalley, openPool } from './serving.ts';
import { Writer } from './writer.ts';

/** A factor of the duration of the previous write, so that some kills happen after the response. */
const LATEST = 1.3;
const SETTINGS = {
  REGISTER_RATE_LIMIT_MAX: '1000000',
  RATE_LIMIT_WRITE_MAX: '1000000',
  JWT_EXPIRES_IN: '24h',
};

export const idempotencyKill: HeavyTest = async ([kills = '200'], closing) => {
  const { galley, folder } = await openGalley(closing, SETTINGS);
  const pool = await openPool(closing, folder);
  const writer = await Writer.signUp(galley, 'kill@example.com');
  const kinds = Object.entries(keyedWrites(writer, pool));
  const seen = { 'before any effect': 0, 'after the effect, unanswered': 0, 'after the answer': 0 };
  const faults: string[] = [];
  for (let round = 0; round < Number(kills); round++) {
    const [kind, make] = kinds[round % kinds.length] ?? [];
    if (!kind || !make) break;
    const { key, ...killed } = await killDuring(galley, make);
    seen[momentOf(killed)]++;
    faults.push(...faultsOfWrite(killed).map((fault) => `round ${round}, ${kind}, ${key}: ${fault}`));
    if ((round + 1) % 20 === 0)
      console.log(`${round + 1} kills`, JSON.stringify(seen), `${faults.length} faults`);
  }
  console.log(`${kills} kills:`, JSON.stringify(seen), `${faults.length} faults`);
  return faults;
};

async function killDuring(galley: GalleyProcess, make: MakeWrite): Promise<KilledWrite & { key: string }> {
  const usual = await usualMs(make);
  const { write, effects } = await make();
  const at = performance.now() + Math.random() * usual * LATEST;
  const sending = write.send();
  while (performance.now() < at) await nextTurn();
  galley.child.kill('SIGKILL');
  const [first] = await Promise.all([sending, galley.exited]);
  await galley.start(SETTINGS);
  const answer = await write.untilAnswered();
  return { key: write.key, first, answer, effects: await effects(), again: await write.untilAnswered() };
}

/** Returns the duration of a write of this kind in a process that has just performed one. */
async function usualMs(make: MakeWrite): Promise<number> {
  let took = 0;
  for (let n = 0; n < 2; n++) {
    const { write } = await make();
    const since = performance.now();
    await write.untilAnswered();
    took = performance.now() - since;
  }
  return took;
}
