import { setFlagsFromString } from 'node:v8';
import { collectGarbage } from './platform/memory/collect-garbage.js';

/**
 * Keeps the young generation small while the process starts. Most objects that are allocated at the start become
 * garbage, and V8 never returns the memory for them.
 */
export const keepYoungGenerationSmall = (): void => setFlagsFromString('--semi-space-growth-factor=1');

/**
 * Collects the garbage of the start once, and then lets the young generation grow with the load. Measured: 143 MB
 * when idle, and 187 MB without the two functions. It takes about 50 ms before the process is ready.
 */
export function letHeapGrow(): void {
  collectGarbage();
  setFlagsFromString('--semi-space-growth-factor=2');
}
