/**
 * Loaded before a command (`--import`): when the process exits it writes, as the last line of standard error, how many
 * intervals were started and which timers nobody has cleared.
 */
import { createHook } from 'node:async_hooks';

const pending = new Set<number>();
let intervals = 0;

createHook({
  init(id: number, type: string, _trigger: number, resource: object) {
    if (type !== 'Timeout') return;
    pending.add(id);
    if ((resource as { _repeat?: number | null })._repeat) intervals++;
  },
  after: (id: number) => void pending.delete(id),
  destroy: (id: number) => void pending.delete(id),
}).enable();

process.on('exit', () => {
  process.stderr.write(`${JSON.stringify({ intervals, pending: pending.size })}\n`);
});
