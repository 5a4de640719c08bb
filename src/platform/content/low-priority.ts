import { setPriority } from 'node:os';

const NICE = 10;

/** Requests have priority if there are few cores. On Linux this changes the priority of this thread only. */
export function lowerPriority(): void {
  if (process.platform === 'linux') setPriority(NICE);
}
