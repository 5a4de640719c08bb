/**
 * A preload for a command (`--import`). When the process exits, it writes the number of started intervals and the
 * remaining timers as the last line of standard error.
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
