import { z } from 'zod';
import type { ComposedMail } from '../composed-mail.js';
import { accepted, type MailOutcome, refusedRecipient, rejected } from '../mail-outcome.js';
import { bodyOf } from './answer-json.js';
import type { MailProvider, ProviderAnswer, ProviderRequest } from './mail-provider.js';

const Queued = z.object({ id: z.string() });
const Fault = z.object({ message: z.string() });

/** Mailgun names the parameter at fault in its message. */
const OF_THE_MESSAGE = /\b(?:to|subject|text|html|recipients?)\b/i;
const OF_THE_RECIPIENT = /\b(?:to|recipients?)\b/i;
const OF_THE_SETTINGS = /\b(?:from|domain|account|key)\b/i;

/** Mailgun, POST /v3/{domain}/messages. */
export class Mailgun implements MailProvider {
  readonly name = 'mailgun';
  private readonly url: string;

  /** @param api the URL of the domain, such as https://api.mailgun.net/v3/mg.example.com */
  constructor(
    private readonly key: string,
    api: string,
  ) {
    this.url = `${api.replace(/\/$/, '')}/messages`;
  }

  async request({
    from,
    to,
    subject,
    text,
    html,
    messageId,
    headers,
  }: ComposedMail): Promise<ProviderRequest> {
    const form = new FormData();
    const fields: Record<string, string> = {
      from: mailboxOf(from),
      to: mailboxOf(to),
      subject,
      text,
      html,
      'h:Message-Id': messageId,
      // Links to reset a password must not lead through another server, and readers are not followed.
      'o:tracking': 'no',
    };
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    for (const [name, value] of Object.entries(headers)) form.set(`h:${name}`, value);
    const encoded = new Response(form);
    return {
      url: this.url,
      headers: {
        authorization: `Basic ${Buffer.from(`api:${this.key}`).toString('base64')}`,
        'content-type': encoded.headers.get('content-type') ?? '',
      },
      body: Buffer.from(await encoded.arrayBuffer()),
    };
  }

  outcome(answer: ProviderAnswer): MailOutcome | undefined {
    if (answer.status === 200) return accepted(bodyOf(Queued, answer)?.id);
    if (answer.status !== 400) return undefined;
    const message = bodyOf(Fault, answer)?.message ?? '';
    if (!OF_THE_MESSAGE.test(message) || OF_THE_SETTINGS.test(message)) return undefined;
    return OF_THE_RECIPIENT.test(message) ? refusedRecipient(message) : rejected(message);
  }
}

/** RFC 5322, section 3.2.4. */
const mailboxOf = ({ address, name }: ComposedMail['to']): string =>
  name ? `"${name.replace(/["\\]/g, '\\$&')}" <${address}>` : address;
