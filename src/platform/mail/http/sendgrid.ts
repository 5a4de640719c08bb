import { z } from 'zod';
import type { ComposedMail } from '../composed-mail.js';
import { accepted, type MailOutcome, refusedRecipient, rejected } from '../mail-outcome.js';
import { bodyOf } from './answer-json.js';
import type { MailProvider, ProviderAnswer, ProviderRequest } from './mail-provider.js';

const API = 'https://api.sendgrid.com';

const Errors = z.object({
  errors: z.array(z.object({ message: z.string(), field: z.string().nullish() })).min(1),
});

/** The fields of a request that come from the message. The others come from the settings. */
const OF_THE_MESSAGE = /^(?:personalizations|subject|content|headers)\b/;

const OF_THE_RECIPIENT = /^personalizations\b.*\bto\b/;

/** SendGrid, POST /v3/mail/send. */
export class SendGrid implements MailProvider {
  readonly name = 'sendgrid';
  private readonly url: string;

  constructor(
    private readonly key: string,
    api = API,
  ) {
    this.url = new URL('/v3/mail/send', api).href;
  }

  request({ id, from, to, subject, text, html, messageId, headers }: ComposedMail): ProviderRequest {
    const body = {
      personalizations: [{ to: [mailboxOf(to)], custom_args: { message_id: id } }],
      from: mailboxOf(from),
      subject,
      content: [
        { type: 'text/plain', value: text },
        { type: 'text/html', value: html },
      ],
      headers: { 'Message-ID': messageId, ...headers },
      // Links to reset a password must not lead through another server, and readers are not followed.
      tracking_settings: {
        click_tracking: { enable: false, enable_text: false },
        open_tracking: { enable: false },
        // Its link and its header would replace those of the message.
        subscription_tracking: { enable: false },
      },
    };
    return {
      url: this.url,
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
  }

  outcome(answer: ProviderAnswer): MailOutcome | undefined {
    if (answer.status === 202) return accepted(answer.header('x-message-id'));
    if (answer.status !== 400) return undefined;
    const fault = bodyOf(Errors, answer)?.errors.find(({ field }) => OF_THE_MESSAGE.test(field ?? ''));
    if (!fault) return undefined;
    const reason = `${fault.field}: ${fault.message}`;
    return OF_THE_RECIPIENT.test(fault.field ?? '') ? refusedRecipient(reason) : rejected(reason);
  }
}

/** SendGrid reads a comma or a semicolon in a name as the end of an address unless the name is in quotes. */
const mailboxOf = ({ address, name }: ComposedMail['to']) => ({
  email: address,
  ...(name && { name: /[,;]/.test(name) ? `"${name.replaceAll('"', '')}"` : name }),
});
