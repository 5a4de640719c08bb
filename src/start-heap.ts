import { setFlagsFromString } from 'node:v8';
import { collectGarbage } from './platform/memory/collect-garbage.js';

/**
 * Keeps the young generation small while the process starts: most of what
 * starting allocates is garbage, and the room for it is never given back.
 */
export const keepYoungGenerationSmall = (): void => setFlagsFromString('--semi-space-growth-factor=1');

/**
 * Collects what starting left, once, and lets the young generation grow with
 * the load from then on. Measured: 143 MB when idle, and 187 MB without the two;
 * it takes about 50 ms before the process is ready.
 */
export function letHeapGrow(): void {
  collectGarbage();
  setFlagsFromString('--semi-space-growth-factor=2');
}
