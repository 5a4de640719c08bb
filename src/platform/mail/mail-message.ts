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
  /**
   * Who composes the message again when it is sent (MailJobs.from), and from what. The other fields say what it told when
   * it was added. A process of the release before sends these.
   */
  source: z.object({ name: z.string(), data: z.unknown() }).optional(),
});
/** What a caller provides. */
export type NewMail = z.input<typeof MailMessage>;
export type MailMessage = z.output<typeof MailMessage>;
/** What a message tells, and to whom. */
export type MailContent = Omit<NewMail, 'id' | 'kind' | 'source'>;
