import { totalmem } from 'node:os';

/** Bytes that this process may use: the limit of its container, else all memory. */
export const memoryLimit = (): number => Math.min(process.constrainedMemory() || Infinity, totalmem());
