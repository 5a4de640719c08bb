import type { Next } from './periodic-job.js';

/** The rows that one statement of a purge deletes. The number is small, and no request waits for it. */
export const PURGE_BATCH = 500;

/** Returns the run of a job that deletes old rows in batches. It runs again immediately while batches are full. */
export const purging = (purge: () => Promise<number>) => async (): Promise<Next> =>
  (await purge()) < PURGE_BATCH ? 'later' : 'again';
