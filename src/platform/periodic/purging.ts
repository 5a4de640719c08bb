import type { Next } from './periodic-job.js';

/** Rows of one statement of a purge: never a large one, and no request waits for it. */
export const PURGE_BATCH = 500;

/** The run of a job that deletes old rows: one batch, and the next one at once while batches are full. */
export const purging = (purge: () => Promise<number>) => async (): Promise<Next> =>
  (await purge()) < PURGE_BATCH ? 'later' : 'again';
