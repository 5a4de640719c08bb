import type { Logger } from '../../logging/logger.js';
import type { ComposedMail } from '../composed-mail.js';
import { maskedAddress } from '../mail-address.js';
import { accepted, type MailOutcome } from '../mail-outcome.js';
import type { MailTransport } from '../mail-transport.js';
import type { SentMail } from './sent-mail.js';

/** The path of the page of sent messages. */
export const SENT_MAIL_PATH = 'dev/mail';

/**
 * Logs that there was a message. Messages contain secrets such as links to reset a password, so their content is kept
 * only outside of production, where the page of sent messages shows it.
 */
export class LogTransport implements MailTransport {
  readonly name = 'log';
  readonly hasServer = false;

  /** @param kept absent in production */
  constructor(
    private readonly logger: Logger,
    private readonly kept?: SentMail,
  ) {}

  send(mail: ComposedMail): Promise<MailOutcome> {
    const { id, kind, to } = mail;
    this.kept?.add(mail);
    this.logger.info(
      {
        mail: id,
        kind,
        to: maskedAddress(to.address),
        ...(this.kept && { see: `/${SENT_MAIL_PATH}/${id}` }),
      },
      'mail was logged and not sent',
    );
    return Promise.resolve(accepted());
  }
}
