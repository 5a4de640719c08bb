/**
 * A preload for a server (`NODE_OPTIONS=--import …`). It appends a line to PROBE_FILE for each turn of the event
 * loop that blocked it: `<time> <ms by the clock> <ms of CPU time>`. On a busy machine, a thread waits for a
 * processor while the clock continues, so only the CPU time of the main thread is the work of the process.
 */
import { appendFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const EVERY_MS = 5;
const WORTH_A_LINE_MS = 15;

const worked = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

const { PROBE_FILE } = process.env;
if (isMainThread && PROBE_FILE) {
  let [clock, work] = [performance.now(), worked()];
  setInterval(() => {
    const [clockNow, workNow] = [performance.now(), worked()];
    const [passed, done] = [clockNow - clock - EVERY_MS, workNow - work];
    if (passed > WORTH_A_LINE_MS) {
      appendFileSync(PROBE_FILE, `${Date.now()} ${passed.toFixed(1)} ${done.toFixed(1)}\n`);
    }
    [clock, work] = [performance.now(), worked()];
  }, EVERY_MS).unref();
}
