import { defineJob } from '../jobs/job.js';
import { MailMessage } from './mail-message.js';

/**
 * Sends a message. An outage of three days delays it: the pauses grow to an hour within the first ten attempts.
 */
export const SEND_MAIL = defineJob({
  name: 'send-mail',
  queue: 'mail',
  payload: MailMessage,
  retries: 80,
  backoff: { firstSeconds: 10, maxSeconds: 3600 },
  timeoutSeconds: 90,
});
