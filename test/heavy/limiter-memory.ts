/**
 * Measures the memory of the limiter of one process for half a million addresses: at most 64 MB, which is released
 * after their windows have ended. Requires dist/.
 */
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { WindowStore } from '#dist/platform/limits/window-store.js';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';

const ADDRESSES = 500_000;
const MOST_MB = 64;
const WINDOW_MS = 15_000;
const SWEEP_MS = 1000;
/** A few requests in each turn of the event loop, so that the garbage collector works as in a server. */
const PER_TURN = 200;
const MB = 2 ** 20;

export const limiterMemory: HeavyTest = async (_args, closing) => {
  const store = new WindowStore();
  const sweeping = setInterval(() => store.sweep(), SWEEP_MS); // The periodic job of the app does the same.
  closing.add(() => clearInterval(sweeping));
  const usedMb = memoryMeter();
  const before = usedMb();
  const { microsEach, slowestMs } = await fill(store);
  const full = usedMb();
  const kept = store.size;
  const deadline = performance.now() + 60_000;
  while (store.size > 0 && performance.now() < deadline) await delay(200);
  const after = usedMb();
  const grown = full.held - before.held;
  const left = after.held - before.held;
  const rss = full.rss - before.rss;
  console.log(
    `${ADDRESSES} addresses, of which ${kept} are kept: ${microsEach.toFixed(2)} us each, the slowest ${slowestMs.toFixed(1)} ms`,
  );
  console.log(
    `held: +${grown.toFixed(1)} MB when full (RSS +${rss.toFixed(1)} MB), +${left.toFixed(1)} MB after the windows, ${store.size} keys`,
  );
  return faultsAmong([
    (rss > MOST_MB || grown > MOST_MB) && `more than ${MOST_MB} MB`,
    (store.size > 0 || left > grown / 3) && 'the memory is not given back',
  ]);
};

async function fill(store: WindowStore): Promise<{ microsEach: number; slowestMs: number }> {
  const since = performance.now();
  let slowestMs = 0;
  for (let n = 0; n < ADDRESSES; n++) {
    const began = performance.now();
    store.add(`read:ip:2001:db8:${(n >>> 16).toString(16)}:${(n & 0xffff).toString(16)}::`, WINDOW_MS);
    slowestMs = Math.max(slowestMs, performance.now() - began);
    if (n % PER_TURN === 0) await nextTurn();
  }
  return { microsEach: ((performance.now() - since) * 1000) / ADDRESSES, slowestMs };
}

/** Returns a function that measures the heap and the external memory after a garbage collection. */
function memoryMeter(): () => { held: number; rss: number } {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  return () => {
    for (let n = 0; n < 3; n++) collectGarbage();
    const { heapUsed, external, rss } = process.memoryUsage();
    return { held: (heapUsed + external) / MB, rss: rss / MB };
  };
}
