import type { z } from 'zod';
import type { MailContent } from './mail-message.js';

/**
 * Composes messages when they are sent. A message can wait for days, and what it tells can be taken back until then, or its
 * recipient can have lost the interest or the right to read it.
 */
export interface MailSource<T extends z.ZodType> {
  /** It is part of jobs that exist, so it never changes. */
  name: string;
  data: T;
  /**
   * Returns undefined if there is nothing to tell any more. Only what the database contains can say so.
   * @throws an error if this deployment cannot compose it now, so that the message waits
   */
  compose(data: z.output<T>): Promise<MailContent | undefined>;
  /** Hears whether the mail server has accepted the recipient of a message. */
  heard?(data: z.output<T>, isAccepted: boolean): Promise<void>;
}
