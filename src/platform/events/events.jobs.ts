import { z } from 'zod';
import { defineJob } from '../jobs/job.js';
import { Id } from '../schemas/schemas.js';

/** Gives a consumer an event that it could not take in its turn. */
export const TAKE_EVENT = defineJob({
  name: 'take-event',
  payload: z.object({ consumer: z.string(), eventId: Id }),
});
