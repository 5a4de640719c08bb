import { later, type MailOutcome } from './mail-outcome.js';
import type { MailTransport } from './mail-transport.js';

/** Sends nothing. A message that was created before the setting changed waits until it changes again. */
export class NoTransport implements MailTransport {
  readonly name = 'none';
  readonly hasServer = false;

  send(): Promise<MailOutcome> {
    return Promise.resolve(later('EMAIL_TRANSPORT=none: this deployment sends no mail'));
  }
}
