import { z } from 'zod';
import { defineJob } from '../platform/jobs/job.js';
import { Id } from '../platform/schemas/schemas.js';

/** Sends what is due to one webhook, for some seconds. No second one waits for the same webhook. */
export const DELIVER = defineJob({
  name: 'deliver-to-webhook',
  queue: 'webhooks',
  payload: z.object({ webhookId: Id }),
  keys: 'unique',
  retries: 3,
  backoff: { firstSeconds: 1, maxSeconds: 10 },
  timeoutSeconds: 60,
});
