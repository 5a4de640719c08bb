import { z } from 'zod';
import { Letter } from './letter/letter.js';

/** A message to one recipient. It is also the payload of the job that sends it. */
export const MailMessage = Letter.extend({
  /**
   * Identifies the message for ever: all attempts to send it have the same Message-ID, so that a mailbox can recognize a
   * copy. The caller derives it from what the message is about and its recipient.
   */
  id: z.string().regex(/^[\w-]{1,128}$/),
  /** The kind of the message, for the log: `password-reset`. */
  kind: z.string().regex(/^[a-z]+(?:-[a-z]+)*$/),
  to: z.object({ address: z.string().max(320), name: z.string().max(500).optional() }),
});
/** What a caller provides. */
export type NewMail = z.input<typeof MailMessage>;
export type MailMessage = z.output<typeof MailMessage>;
