import { totalmem } from 'node:os';

/** Returns the number of bytes that this process may use: the limit of its container, or all memory. */
export const memoryLimit = (): number => Math.min(process.constrainedMemory() || Infinity, totalmem());
