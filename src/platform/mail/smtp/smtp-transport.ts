import { createTransport, type NodemailerError, type SMTPPoolOptions } from 'nodemailer';
import { within } from '../../deadline/deadline.js';
import type { ComposedMail } from '../composed-mail.js';
import { accepted, type MailOutcome } from '../mail-outcome.js';
import type { MailTransport } from '../mail-transport.js';
import { mimeOf } from '../mime.js';
import { outcomeOfSmtpError } from './smtp-outcome.js';

/** A server can send a byte from time to time, so that no connection is ever silent. */
const SEND_MS = 60_000;
const CHECK_MS = 3000;

/** Sends messages to the SMTP server of the settings, over a few connections that it keeps while there are messages. */
export class SmtpTransport implements MailTransport {
  readonly name = 'smtp';
  readonly hasServer = true;
  private readonly pool: ReturnType<typeof createPool>;

  constructor(
    options: SMTPPoolOptions & { pool: true },
    private readonly mostMs = SEND_MS,
  ) {
    this.pool = createPool(options);
  }

  async send(mail: ComposedMail): Promise<MailOutcome> {
    const signal = AbortSignal.timeout(this.mostMs);
    try {
      const { response, serverMessageId } = await this.pool.sendMail({ ...mimeOf(mail), signal });
      return accepted(typeof serverMessageId === 'string' ? serverMessageId : response);
    } catch (error) {
      return outcomeOfSmtpError(error as NodemailerError);
    }
  }

  async check(): Promise<string | undefined> {
    try {
      await within(CHECK_MS, this.pool.verify());
      return undefined;
    } catch (error) {
      return `does not accept a session: ${(error as Error).message}`;
    }
  }

  /** A message in transit fails, and its job sends it again. */
  close(): void {
    this.pool.close({ force: true });
  }
}

function createPool(options: SMTPPoolOptions & { pool: true }) {
  return createTransport(options);
}
