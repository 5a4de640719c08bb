import { z } from 'zod';
import { defineJob } from '../platform/jobs/job.js';

/** `galley doctor` adds it to find out whether a process runs jobs. It does nothing. */
export const PROBE = defineJob({
  name: 'doctor-probe',
  payload: z.object({}),
  retries: 0,
  timeoutSeconds: 10,
});
