import type { ComposedMail } from '../composed-mail.js';
import { later, type MailOutcome, rejected, withholding } from '../mail-outcome.js';
import type { MailTransport } from '../mail-transport.js';
import type { MailProvider, PostToProvider, ProviderAnswer } from './mail-provider.js';
import { waitOf } from './wait-of.js';

const TOO_LARGE = 413;

/** Sends messages through the API of a provider. */
export class HttpTransport implements MailTransport {
  readonly name: string;
  private fault: string | undefined;

  constructor(
    private readonly provider: MailProvider,
    private readonly post: PostToProvider,
  ) {
    this.name = provider.name;
  }

  async send(mail: ComposedMail): Promise<MailOutcome> {
    const outcome = withholding(await this.outcome(mail), {
      address: mail.to.address,
      texts: [mail.text],
      secrets: [],
    });
    this.fault = outcome.kind === 'later' ? outcome.reason : undefined;
    return outcome;
  }

  /** A request only to check the provider would count against its limits. */
  check(): Promise<string | undefined> {
    return Promise.resolve(this.fault && `did not accept the last message: ${this.fault}`);
  }

  private async outcome(mail: ComposedMail): Promise<MailOutcome> {
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
