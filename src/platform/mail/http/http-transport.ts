import type { ComposedMail } from '../composed-mail.js';
import { later, type MailOutcome, rejected } from '../mail-outcome.js';
import type { MailTransport } from '../mail-transport.js';
import type { MailProvider, PostToProvider, ProviderAnswer } from './mail-provider.js';
import { waitOf } from './wait-of.js';

const TOO_LARGE = 413;

/** Sends messages through the API of a provider. */
export class HttpTransport implements MailTransport {
  readonly name: string;
  readonly hasServer = true;

  constructor(
    private readonly provider: MailProvider,
    private readonly post: PostToProvider,
  ) {
    this.name = provider.name;
  }

  async send(mail: ComposedMail): Promise<MailOutcome> {
    const request = await this.provider.request(mail);
    try {
      const answer = await this.post(request);
      return this.provider.outcome(answer) ?? usualOutcome(answer);
    } catch (error) {
      return later((error as Error).message);
    }
  }
}

/**
 * Only what names the message or its recipient is final. A wrong key, a paused account, a limit and an outage are not
 * the fault of the message.
 */
function usualOutcome(answer: ProviderAnswer): MailOutcome {
  const reason = `HTTP ${answer.status}: ${answer.text}`;
  return answer.status === TOO_LARGE ? rejected(reason) : later(reason, waitOf(answer));
}
