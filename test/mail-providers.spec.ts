import { afterEach, describe, expect, it } from '@jest/globals';
import { simpleParser } from 'mailparser';
import { NOTIFICATION } from './support/letters.js';
import { aMessage, type OpenMail, openMail } from './support/mail.js';
import { fieldsOf, mailgunApi } from './support/mailgun-api.js';
import { type ApiAnswer, json, type ProviderApi, providerApi } from './support/provider-api.js';
import { sendGridApi } from './support/sendgrid-api.js';
import { SendEmail, sesApi } from './support/ses-api.js';

const KEY = 'the-key-of-the-provider';
const ACCOUNT = {
  region: 'eu-central-1',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'a/secret+of+the+account',
};
const DOMAIN = 'mg.times.example.com';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

/** Each provider: its stand-in, and the settings with which a deployment uses it. */
const PROVIDERS = {
  sendgrid: {
    api: () => providerApi(sendGridApi(KEY)),
    settings: (url: string) => ({ EMAIL_API_KEY: KEY, EMAIL_SERVICE_URL: url }),
    wrong: { EMAIL_API_KEY: 'another-key' },
  },
  mailgun: {
    api: () => providerApi(mailgunApi(KEY, DOMAIN)),
    settings: (url: string) => ({ EMAIL_API_KEY: KEY, EMAIL_SERVICE_URL: `${url}/v3/${DOMAIN}` }),
    wrong: { EMAIL_API_KEY: 'another-key' },
  },
  ses: {
    api: () => providerApi(sesApi(ACCOUNT)),
    settings: (url: string) => ({
      EMAIL_SERVICE_URL: url,
      AWS_REGION: ACCOUNT.region,
      AWS_ACCESS_KEY_ID: ACCOUNT.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ACCOUNT.secretAccessKey,
    }),
    wrong: { AWS_SECRET_ACCESS_KEY: 'another/secret' },
  },
} as const;
type Name = keyof typeof PROVIDERS;
const NAMES = Object.keys(PROVIDERS) as Name[];

async function open(name: Name, more: Record<string, string> = {}): Promise<{ api: ProviderApi } & OpenMail> {
  const api = await PROVIDERS[name].api();
  opened.push(api);
  const mail = await openMail({
    EMAIL_TRANSPORT: name,
    EMAIL_FROM: '"Times, The" <news@times.example.com>',
    ...PROVIDERS[name].settings(api.url),
    ...more,
  });
  opened.push(mail);
  return { ...mail, api };
}

describe.each(NAMES)('the API of %s', (name) => {
  it('accepts a message with all that a message can contain', async () => {
    const { mail, api, metrics } = await open(name);
    const outcome = await mail.send(aMessage(NOTIFICATION));
    expect(outcome).toEqual({ kind: 'accepted', providerId: expect.any(String) });
    expect(api.accepted).toHaveLength(1);
    expect(await metrics()).toContain(`mail_messages_total{transport="${name}",outcome="accepted"} 1`);
  });

  it('accepts names with separators, quotes and all scripts as one recipient', async () => {
    const { mail, api } = await open(name);
    const to = { address: 'ada@bücher.example', name: 'Lovelace, Ada "Countess"; Ünï 编' };
    expect(await mail.send(aMessage({ to }))).toMatchObject({ kind: 'accepted' });
    expect(api.accepted).toHaveLength(1);
  });

  it('does not accept the key: the message waits for the operator', async () => {
    const { mail, api } = await open(name, PROVIDERS[name].wrong);
    expect(await mail.send(aMessage())).toMatchObject({
      kind: 'later',
      reason: expect.stringMatching(/HTTP 40[13]/),
    });
    expect(api.accepted).toEqual([]);
    expect(await mail.check()).toMatch(/did not accept the last message/);
  });

  it('repeats the address, a link and the key: neither the outcome nor the health does', async () => {
    const { mail, api } = await open(name);
    const link = 'https://api.example.com/unsubscribe/for-the-recipient-alone';
    const message = `Bad: ada@example.com, ${link}, ${KEY}, ${ACCOUNT.secretAccessKey}`;
    api.answers.push({ status: 500, body: JSON.stringify({ message }).replaceAll('/', '\\/') });
    const outcome = await mail.send(aMessage({ unsubscribeUrl: link }));
    for (const told of [JSON.stringify(outcome), await mail.check()]) {
      expect(told).toContain('Bad: a***@example.com, https:');
      expect(told).not.toMatch(/ada@|for-the-recipient/);
      expect(told).not.toContain(name === 'ses' ? 'of+the+account' : KEY);
    }
  });

  it.each([429, 500, 502, 503])('answers %i: the message waits as long as it says', async (status) => {
    const { mail, api } = await open(name);
    api.answers.push({ status, headers: { 'retry-after': '120' }, body: 'wait' });
    expect(await mail.send(aMessage())).toMatchObject({ kind: 'later', afterSeconds: 120 });
    expect(await mail.send(aMessage())).toMatchObject({ kind: 'accepted' });
    expect(await mail.check()).toBeUndefined();
  });

  it.each([301, 307, 308])('is not followed to another place: %i', async (status) => {
    const { mail, api } = await open(name);
    const other = await providerApi(() => ({ status: 202 }));
    opened.push(other);
    api.answers.push({ status, headers: { location: other.url } });
    expect(await mail.send(aMessage())).toMatchObject({ kind: 'later' });
    expect(other.accepted).toEqual([]);
  });

  it('says that the message is too large: no attempt can succeed', async () => {
    const { mail, api } = await open(name);
    api.answers.push({ status: 413, body: 'too large' });
    expect(await mail.send(aMessage())).toMatchObject({ kind: 'rejected' });
  });

  it('is not reached: the message waits', async () => {
    const { mail, api } = await open(name);
    await api.close();
    opened.splice(opened.indexOf(api), 1);
    expect(await mail.send(aMessage())).toMatchObject({ kind: 'later' });
  });

  it('answers with text that is not what it documents: the message waits', async () => {
    const { mail, api } = await open(name);
    api.answers.push({ status: 400, body: '<html>a proxy</html>' });
    expect(await mail.send(aMessage())).toMatchObject({ kind: 'later' });
  });
});

const sendGridError = (status: number, message: string, field: string | null): ApiAnswer =>
  json(status, { errors: [{ message, field, help: null }] });

describe('SendGrid', () => {
  it('gets the parts, the Message-ID, the headers to unsubscribe, and no tracking', async () => {
    const { mail, api } = await open('sendgrid');
    await mail.send(aMessage(NOTIFICATION));
    const body = JSON.parse(api.accepted[0]!.body.toString());
    expect(body.headers).toEqual({
      'Message-ID': '<notification-7@times.example.com>',
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'List-Unsubscribe': '<https://times.example.com/unsubscribe?token=abc.def>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
    expect(body.content.map(({ type }: { type: string }) => type)).toEqual(['text/plain', 'text/html']);
    expect(body.tracking_settings.click_tracking.enable).toBe(false);
    expect(body.from).toEqual({ email: 'news@times.example.com', name: '"Times, The"' });
  });

  it.each<[string, ApiAnswer, string]>([
    [
      'names the recipient',
      sendGridError(400, 'Does not contain a valid address.', 'personalizations.0.to.0.email'),
      'rejected',
    ],
    [
      'names the sender',
      sendGridError(400, 'The from email does not contain a valid address.', 'from.email'),
      'later',
    ],
    ['names nothing', sendGridError(400, 'invalid request', null), 'later'],
    [
      'does not know the sender',
      sendGridError(403, 'The from address does not match a verified Sender Identity', 'from'),
      'later',
    ],
  ])('%s: %j: %s', async (_name, answer, kind) => {
    const { mail, api } = await open('sendgrid');
    api.answers.push(answer);
    expect(await mail.send(aMessage())).toMatchObject({ kind });
  });

  it('says when its limit ends', async () => {
    const { mail, api } = await open('sendgrid');
    const reset = String(Math.ceil(Date.now() / 1000) + 3600);
    api.answers.push({
      ...sendGridError(429, 'too many requests', null),
      headers: { 'x-ratelimit-reset': reset },
    });
    const outcome = (await mail.send(aMessage())) as { kind: string; afterSeconds: number };
    expect(outcome.kind).toBe('later');
    expect(Math.abs(outcome.afterSeconds - 3600)).toBeLessThan(300);
  });
});

describe('Mailgun', () => {
  it('gets the parts, the Message-ID and the headers to unsubscribe', async () => {
    const { mail, api } = await open('mailgun');
    expect(await mail.send(aMessage(NOTIFICATION))).toEqual({
      kind: 'accepted',
      providerId: '<notification-7@times.example.com>',
    });
    const fields = await fieldsOf(api.accepted[0]!);
    expect(fields.get('to')).toBe('"Ada Lovelace" <ada@example.com>');
    expect(fields.get('h:List-Unsubscribe')).toBe('<https://times.example.com/unsubscribe?token=abc.def>');
    expect(fields.get('h:List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click');
    expect(fields.get('o:tracking')).toBe('no');
    expect(fields.get('text')).toContain('Read the reply:');
    expect(fields.get('html')).toContain('<!doctype html>');
  });

  it.each<[ApiAnswer, string]>([
    [json(400, { message: "'to' parameter is not a valid address. please check documentation" }), 'rejected'],
    [json(400, { message: "'from' parameter is not a valid address. please check documentation" }), 'later'],
    [json(403, { message: 'Domain mg.times.example.com is not allowed to send' }), 'later'],
    [json(404, { message: 'Domain not found: mg.times.example.com' }), 'later'],
  ])('answers %j: %s', async (answer, kind) => {
    const { mail, api } = await open('mailgun');
    api.answers.push(answer);
    expect(await mail.send(aMessage())).toMatchObject({ kind });
  });
});

describe('SES', () => {
  it('gets the whole message, with its headers and the id as a tag', async () => {
    const { mail, api } = await open('ses');
    expect(await mail.send(aMessage(NOTIFICATION))).toEqual({ kind: 'accepted', providerId: '0100018f-ses' });
    const body = SendEmail.parse(JSON.parse(api.accepted[0]!.body.toString()));
    expect(body.EmailTags).toEqual([{ Name: 'message-id', Value: 'notification-7' }]);
    const parsed = await simpleParser(Buffer.from(body.Content.Raw.Data, 'base64'));
    expect(parsed.subject).toBe('Grace Hopper replied to your comment');
    expect(parsed.from?.text).toBe('"Times, The" <news@times.example.com>');
    expect(parsed.text).toContain('Read the reply:');
    expect(parsed.html).toContain('Read the reply');
    expect(parsed.headers.get('list')).toMatchObject({
      unsubscribe: { url: 'https://times.example.com/unsubscribe?token=abc.def' },
    });
  });

  it.each([
    [400, 'MessageRejected', 'Illegal content', 'rejected'],
    [400, 'BadRequestException', 'Domain contains illegal character', 'rejected'],
    [
      400,
      'MessageRejected',
      'Email address is not verified. The following identities failed the check: ada@example.com',
      'later',
    ],
    [400, 'MailFromDomainNotVerifiedException', 'not verified', 'later'],
    [400, 'AccountSuspendedException', 'suspended', 'later'],
    [400, 'SendingPausedException', 'paused', 'later'],
    [400, 'LimitExceededException', 'too many', 'later'],
    [404, 'NotFoundException', 'no configuration set', 'later'],
    [429, 'TooManyRequestsException', 'Maximum sending rate exceeded', 'later'],
    [403, 'InvalidSignatureException', 'expired', 'later'],
  ])('answers %i %s (%s): %s', async (status, type, message, kind) => {
    const { mail, api } = await open('ses');
    api.answers.push(json(status, { message }, { 'x-amzn-errortype': `${type}:` }));
    const outcome = await mail.send(aMessage());
    expect(outcome).toMatchObject({ kind });
    expect(JSON.stringify(outcome)).not.toContain('ada@example.com');
  });
});
