/**
 * Measures the memory of the limiter of one process for half a million addresses: at most 64 MB, which is released
 * after their windows have ended. Requires dist/.
 */
import { spawnSync } from 'node:child_process';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { WindowStore } from '#dist/platform/limits/window-store.js';

const ADDRESSES = 500_000;
const MOST_MB = 64;
const WINDOW_MS = 15_000;
const SWEEP_MS = 1000;
/** A few requests in each turn of the event loop, so that the garbage collector works as in a server. */
const PER_TURN = 200;
const MB = 2 ** 20;

const { gc } = globalThis;
if (!gc) {
  const { status } = spawnSync(process.execPath, ['--expose-gc', ...process.argv.slice(1)], {
    stdio: 'inherit',
  });
  process.exit(status ?? 1);
}

/** Returns the heap and the external memory after a garbage collection. */
function used(): { held: number; rss: number } {
  for (let n = 0; n < 3; n++) void gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { held: (heapUsed + external) / MB, rss: rss / MB };
}

const store = new WindowStore();
const sweeping = setInterval(() => store.sweep(), SWEEP_MS); // The periodic job of the app does the same.
const before = used();
const since = performance.now();
let slowest = 0;
for (let n = 0; n < ADDRESSES; n++) {
  const began = performance.now();
  store.add(`read:ip:2001:db8:${(n >>> 16).toString(16)}:${(n & 0xffff).toString(16)}::`, WINDOW_MS);
  slowest = Math.max(slowest, performance.now() - began);
  if (n % PER_TURN === 0) await nextTurn();
}
const took = performance.now() - since;
const full = used();
const kept = store.size;
const deadline = performance.now() + 60_000;
while (store.size > 0 && performance.now() < deadline) await delay(200);
const after = used();
clearInterval(sweeping);

const grown = full.held - before.held;
const left = after.held - before.held;
console.log(
  `${ADDRESSES} addresses, of which ${kept} are kept: ${((took * 1000) / ADDRESSES).toFixed(2)} us each, the slowest ${slowest.toFixed(1)} ms`,
);
console.log(
  `held: +${grown.toFixed(1)} MB when full (RSS +${(full.rss - before.rss).toFixed(1)} MB), +${left.toFixed(1)} MB after the windows, ${store.size} keys`,
);
if (full.rss - before.rss > MOST_MB || grown > MOST_MB || store.size > 0 || left > grown / 3) {
  console.error(`more than ${MOST_MB} MB, or not given back`);
  process.exit(1);
}
