import type { ComposedMail } from './composed-mail.js';
import type { MailOutcome } from './mail-outcome.js';

/**
 * A way to hand messages over. It never throws because of a server: the outcome says what became of the message. Only `Mail`
 * uses it, because its texts are those of the server.
 */
export interface MailTransport {
  /** The value of EMAIL_TRANSPORT. */
  readonly name: string;
  /** Whether there is a server that can fail. */
  readonly hasServer: boolean;
  send(mail: ComposedMail): Promise<MailOutcome>;
  /**
   * Returns what is wrong with the server, as the predicate of a sentence, or undefined. Absent if only a message can tell,
   * because a request only to check a provider would count against its limits.
   */
  check?(): Promise<string | undefined>;
  close?(): void;
}

/** The injection token of the transport that EMAIL_TRANSPORT selects. */
export const MAIL_TRANSPORT = Symbol('MAIL_TRANSPORT');
