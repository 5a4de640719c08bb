import { AwsV4Signer } from 'aws4fetch';
import MailComposer from 'nodemailer/lib/mail-composer';
import { z } from 'zod';
import type { ComposedMail } from '../composed-mail.js';
import { accepted, later, type MailOutcome, refusedRecipient, rejected } from '../mail-outcome.js';
import { mimeOf } from '../mime.js';
import { bodyOf } from './answer-json.js';
import type { MailProvider, ProviderAnswer, ProviderRequest } from './mail-provider.js';

const Sent = z.object({ MessageId: z.string() });
/** The services of AWS spell the field in both ways. */
const Fault = z.object({ message: z.string().optional(), Message: z.string().optional() });

export interface SesAccount {
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Amazon SES, API version 2, SendEmail. */
export class Ses implements MailProvider {
  readonly name = 'ses';
  private readonly url: string;

  constructor(
    private readonly account: SesAccount,
    api = `https://email.${account.region}.amazonaws.com`,
  ) {
    this.url = new URL('/v2/email/outbound-emails', api).href;
  }

  async request(mail: ComposedMail): Promise<ProviderRequest> {
    const mime = await new MailComposer(mimeOf(mail)).compile().build();
    const body = JSON.stringify({
      FromEmailAddress: mail.from.address,
      Destination: { ToAddresses: [mail.to.address] },
      Content: { Raw: { Data: mime.toString('base64') } },
      // SES replaces the Message-ID. Its events contain this tag.
      EmailTags: [{ Name: 'message-id', Value: mail.id }],
    });
    const signer = new AwsV4Signer({
      ...this.account,
      service: 'ses',
      method: 'POST',
      url: this.url,
      headers: { 'content-type': 'application/json' },
      body,
    });
    const { headers } = await signer.sign();
    return { url: this.url, headers: Object.fromEntries(headers), body };
  }

  outcome(answer: ProviderAnswer): MailOutcome | undefined {
    if (answer.status === 200) return accepted(bodyOf(Sent, answer)?.MessageId);
    if (answer.status !== 400) return undefined;
    const fault = bodyOf(Fault, answer);
    const reason = fault?.message ?? fault?.Message ?? answer.text;
    const type = answer.header('x-amzn-errortype')?.split(':', 1)[0] ?? '';
    const told = `${type}: ${reason}`;
    if (!isOfTheMessage(type, reason)) return later(told);
    return type === 'BadRequestException' && OF_AN_ADDRESS.test(reason)
      ? refusedRecipient(told)
      : rejected(told);
  }
}

/** The sender is a setting that was checked. */
const OF_AN_ADDRESS = /\b(?:address|domain|recipient)/i;

/** An account in the sandbox rejects messages to addresses that the operator has not verified. */
const isOfTheMessage = (type: string, reason: string): boolean =>
  type === 'BadRequestException' || (type === 'MessageRejected' && !/not verified/i.test(reason));
