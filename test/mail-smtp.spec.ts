import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ParsedMail } from 'mailparser';
import type { SMTPServerOptions } from 'smtp-server';
import type { MailMessage } from '../src/platform/mail/mail-message.js';
import { SmtpTransport } from '../src/platform/mail/smtp/smtp-transport.js';
import { type Certificate, certificateFor } from './support/certificates.js';
import { NOTIFICATION } from './support/letters.js';
import { freePort } from './support/loopback.js';
import { aMessage, type OpenMail, openMail } from './support/mail.js';
import { MailServer } from './support/mail-server.js';

const FROM = 'Example Times <news@times.example.com>';

let certificate: Certificate;
beforeAll(() => {
  certificate = certificateFor('localhost', 'DNS:localhost', 'IP:127.0.0.1');
});

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

async function aServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const server = await MailServer.start({ ...certificate, ...options });
  opened.push(server);
  return server;
}

/** The settings that a server on another machine requires, with its private authority. */
const SAFE = () => ({
  EMAIL_SMTP_HOST: 'localhost',
  EMAIL_SMTP_TLS: 'starttls',
  EMAIL_SMTP_CA: certificate.cert,
  EMAIL_SMTP_USER: 'galley',
  EMAIL_SMTP_PASS: 'right',
});
/** A relay on this machine. */
const LOCAL = { EMAIL_SMTP_HOST: '127.0.0.1' };

async function mailTo(port: number, settings: Record<string, string> = SAFE()): Promise<OpenMail> {
  const mail = await openMail({ EMAIL_FROM: FROM, EMAIL_SMTP_PORT: String(port), ...settings });
  opened.push(mail);
  return mail;
}

async function sent(server: MailServer, message: MailMessage, settings?: Record<string, string>) {
  const { mail } = await mailTo(server.port, settings);
  return mail.send(message);
}

/** A header as it arrived, without line breaks. */
const header = ({ headerLines }: ParsedMail, name: string): string | undefined =>
  headerLines.find(({ key }) => key === name)?.line.replace(/\r?\n\s+/g, ' ');

describe('a message by SMTP', () => {
  it('arrives encrypted and authenticated, and a mailbox finds both parts and all headers', async () => {
    const server = await aServer();
    const message = aMessage(NOTIFICATION);
    expect(await sent(server, message)).toEqual({
      kind: 'accepted',
      providerId: expect.stringContaining('queued'),
    });
    expect(server.delivered).toHaveLength(1);
    const [{ mail, user, isEncrypted, from, to }] = server.delivered as [MailServer['delivered'][0]];
    expect([user, isEncrypted, from, to]).toEqual([
      'galley',
      true,
      'news@times.example.com',
      ['ada@example.com'],
    ]);
    expect(mail.subject).toBe('Grace Hopper replied to your comment');
    expect(mail.from?.value).toEqual([{ name: 'Example Times', address: 'news@times.example.com' }]);
    expect(mail.messageId).toBe('<notification-7@times.example.com>');
    expect(Math.abs(Date.now() - (mail.date?.getTime() ?? 0))).toBeLessThan(120_000);
    expect(mail.text).toContain('Read the reply:\nhttps://times.example.com/notes?comment=42&from=mail');
    expect(mail.html).toContain('href="https://times.example.com/notes?comment=42&amp;from=mail"');
    expect(header(mail, 'list-unsubscribe')).toBe(
      'List-Unsubscribe: <https://times.example.com/unsubscribe?token=abc.def>',
    );
    expect(header(mail, 'list-unsubscribe-post')).toBe('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    expect(header(mail, 'auto-submitted')).toBe('Auto-Submitted: auto-generated');
    expect(header(mail, 'content-type')).toMatch(/multipart\/alternative/);
    expect(mail.attachments).toEqual([]);
  });

  it('has no address and no link in the response that the log and the command show', async () => {
    const server = await aServer();
    const link = 'https://api.example.com/unsubscribe/for-the-recipient-alone';
    server.behaviour.queuedAs = `42 for <ada@example.com>, ${encodeURIComponent(link)}`;
    expect(await sent(server, aMessage({ unsubscribeUrl: link }))).toEqual({
      kind: 'accepted',
      providerId: expect.stringMatching(
        /^250 .*queued as 42 for <a\*\*\*@example\.com>, https%3A%2F%2Fapi\.example\.com\/…$/,
      ),
    });
  });

  it('arrives over TLS from the first byte', async () => {
    const server = await aServer({ secure: true });
    expect(await sent(server, aMessage(), { ...SAFE(), EMAIL_SMTP_TLS: 'implicit' })).toMatchObject({
      kind: 'accepted',
    });
    expect(server.delivered[0]?.isEncrypted).toBe(true);
  });

  it('has lines that every server accepts, and text that no client has to wrap', async () => {
    const server = await aServer();
    const long = 'word '.repeat(60).trim();
    await sent(server, aMessage({ blocks: [{ kind: 'text', text: long }], unsubscribeUrl: undefined }));
    const [{ raw, mail }] = server.delivered as [MailServer['delivered'][0]];
    expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(78);
    expect(Math.max(...(mail.text ?? '').split('\n').map((line) => line.length))).toBeLessThanOrEqual(76);
    expect(mail.text?.replace(/\s+/g, ' ')).toContain(long);
  });

  it('cannot get another header or recipient from a name, a subject or an address', async () => {
    const server = await aServer();
    const evil = 'Ada\r\nBcc: eve@evil.example\r\n\r\n<h1>body</h1>';
    const message = aMessage({
      subject: evil,
      to: { address: 'ada@example.com', name: `${evil}" <eve@evil.example>, "` },
    });
    expect(await sent(server, message)).toMatchObject({ kind: 'accepted' });
    const [{ mail, to }] = server.delivered as [MailServer['delivered'][0]];
    expect(to).toEqual(['ada@example.com']);
    expect(mail.headers.has('bcc')).toBe(false);
    expect([mail.to].flat().flatMap((each) => each?.value ?? [])).toHaveLength(1);
    expect(mail.subject).toBe('Ada Bcc: eve@evil.example <h1>body</h1>');
    for (const address of [
      'ada@example.com, eve@evil.example',
      'ada@example.com\r\nRCPT TO:<eve@evil.example>',
      '<ada>@x',
    ])
      expect(await sent(server, aMessage({ to: { address } }))).toMatchObject({ kind: 'rejected' });
    expect(server.delivered).toHaveLength(1);
  });

  it('arrives with names in all scripts, and with domains as in DNS', async () => {
    const server = await aServer();
    const to = { address: 'grace@bücher.example', name: 'Grace „Amazing“ Hoppér 🚀' };
    await sent(server, aMessage({ to, subject: 'Ответ на ваш комментарий, 回复了你的评论' }));
    const [{ mail, raw }] = server.delivered as [MailServer['delivered'][0]];
    expect(raw).toMatch(/^To: [^<]*<grace@xn--bcher-kva\.example>/m);
    expect([mail.to].flat()[0]?.value[0]?.name).toBe(to.name);
    expect(mail.subject).toBe('Ответ на ваш комментарий, 回复了你的评论');
    // eslint-disable-next-line no-control-regex -- headers of a message to an ASCII address are ASCII
    expect(raw.slice(0, raw.indexOf('\r\n\r\n'))).toMatch(/^[\x00-\x7f]*$/);
  });

  it('arrives at an address that is not ASCII, if the server supports it', async () => {
    const server = await aServer();
    expect(await sent(server, aMessage({ to: { address: 'жена@почта.рф' } }))).toMatchObject({
      kind: 'accepted',
    });
    expect(server.delivered[0]?.to).toEqual(['жена@почта.рф']);
  });
});

describe('a mail server that is not what the settings say', () => {
  it.each([
    ['has a certificate of an unknown authority', () => ({ settings: { EMAIL_SMTP_CA: '' } })],
    [
      'has a certificate for another name',
      () => {
        const options = certificateFor('mail.example', 'DNS:mail.example');
        return { options, settings: { EMAIL_SMTP_CA: options.cert } };
      },
    ],
    ['does not encrypt', () => ({ options: { disabledCommands: ['STARTTLS'] } })],
  ])('%s: it gets neither the password nor the message', async (_name, given) => {
    const { options, settings }: { options?: SMTPServerOptions; settings?: Record<string, string> } = given();
    const server = await aServer({ ...options, allowInsecureAuth: true });
    const outcome = await sent(server, aMessage(), { ...SAFE(), ...settings });
    expect(outcome.kind).toBe('later');
    expect([server.passwords, server.delivered]).toEqual([[], []]);
  });

  it('has a certificate that has expired', async () => {
    // Without a certificate, smtp-server has one of 2015.
    const server = await MailServer.start({});
    opened.push(server);
    expect(await sent(server, aMessage())).toMatchObject({ kind: 'later' });
    expect(server.passwords).toEqual([]);
  });

  it('does not accept the password: the message waits for the operator', async () => {
    const server = await aServer();
    const outcome = await sent(server, aMessage(), { ...SAFE(), EMAIL_SMTP_PASS: 'wrong' });
    expect(outcome).toMatchObject({ kind: 'later', reason: expect.stringContaining('535') });
  });

  it('does not exist', async () => {
    const { mail } = await mailTo(await freePort(), LOCAL);
    expect(await mail.send(aMessage())).toMatchObject({
      kind: 'later',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
    expect(await mail.check()).toMatch(/does not accept a session.*ECONNREFUSED/);
  });
});

describe('a mail server that does not accept a message', () => {
  it.each([
    [550, '5.1.1 No such user ada@example.com', 'rejected'],
    [553, 'Mailbox name not allowed', 'rejected'],
    [451, '4.7.1 Greylisted, try again later', 'later'],
    [452, '4.2.2 Mailbox full', 'later'],
    [421, '4.3.2 Shutting down', 'later'],
    [554, '5.7.1 Relay access denied', 'later'],
    [530, '5.7.0 Authentication required', 'later'],
  ] as const)('for its recipient with %i %s: %s', async (code, text, kind) => {
    const server = await aServer({ authOptional: true });
    server.behaviour.rcpt = () => ({ code, text });
    const outcome = await sent(server, aMessage(), LOCAL);
    expect(outcome).toMatchObject({ kind, reason: expect.stringContaining(String(code)) });
    expect(JSON.stringify(outcome)).not.toContain('ada@example.com');
  });

  it('does not repeat the links of a message and the password, which a server can repeat', async () => {
    const credentials = Buffer.from('\0galley\0right').toString('base64');
    const server = await aServer();
    const link = 'https://api.example.com/unsubscribe/for-the-recipient-alone';
    const spokenOnes = [
      link,
      link.slice('https://'.length),
      link.replaceAll('/', '\\/'),
      encodeURIComponent(link),
      link.replaceAll('/', '&#x2F;').toUpperCase(),
      'for-the-recipient-alone',
      `AUTH PLAIN ${credentials}`,
      'pass=right',
    ];
    for (const spoken of spokenOnes) {
      for (const padding of ['', 'x'.repeat(300 - spoken.length)]) {
        const text = `5.7.1 Blocked ${padding} ${spoken}`;
        server.behaviour.data = () => ({ code: 451, text });
        const outcome = await sent(server, aMessage({ unsubscribeUrl: link }));
        expect(outcome).toMatchObject({ kind: 'later', reason: expect.stringContaining('5.7.1 Blocked') });
        expect(JSON.stringify(outcome)).not.toMatch(/for-the|right|AGdhbGxl/i);
      }
    }
  });

  it('has reasons that a short password does not make unreadable', async () => {
    const server = await aServer({ onAuth: (_auth, _session, done) => done(null, { user: 'galley' }) });
    server.behaviour.data = () => ({ code: 451, text: '4.3.0 Mail is late' });
    expect(await sent(server, aMessage(), { ...SAFE(), EMAIL_SMTP_PASS: 'a' })).toEqual({
      kind: 'later',
      reason: '451 4.3.0 Mail is late',
    });
  });

  it('does not repeat the password in what the health tells', async () => {
    const server = await aServer();
    const { mail } = await mailTo(server.port, { ...SAFE(), EMAIL_SMTP_PASS: 'Authentication' });
    expect(await mail.check()).toMatch(/\[redacted\] failed/);
  });

  it.each([
    [554, '5.6.0 Not acceptable', 'rejected'],
    [552, '5.3.4 Too large', 'rejected'],
    [451, '4.3.0 Local error', 'later'],
  ] as const)('for its content with %i %s: %s', async (code, text, kind) => {
    const server = await aServer({ authOptional: true });
    server.behaviour.data = () => ({ code, text });
    expect(await sent(server, aMessage(), LOCAL)).toMatchObject({ kind });
  });

  it('at first: the next attempt delivers it once, with the same Message-ID', async () => {
    const server = await aServer({ authOptional: true });
    const { mail, metrics } = await mailTo(server.port, LOCAL);
    server.behaviour.rcpt = () => ({ code: 451, text: '4.7.1 Greylisted' });
    const message = aMessage({ id: 'greylisted' });
    expect(await mail.send(message)).toMatchObject({ kind: 'later' });
    server.behaviour = {};
    expect(await mail.send(message)).toMatchObject({ kind: 'accepted' });
    expect(server.messageIds).toEqual(['<greylisted@times.example.com>']);
    expect(await metrics()).toMatch(/mail_messages_total\{transport="smtp",outcome="later"\} 1/);
    expect(await metrics()).toMatch(/mail_messages_total\{transport="smtp",outcome="accepted"\} 1/);
    expect(await metrics()).toMatch(/mail_send_duration_seconds_count\{transport="smtp"\} 2/);
  });

  it('and whose response is lost: the library does not repeat it, and a repetition has the same Message-ID', async () => {
    const server = await aServer({ authOptional: true });
    const { mail } = await mailTo(server.port, LOCAL);
    await mail.send(aMessage({ id: 'before' }));
    let drops = true;
    server.behaviour.dropsAfterData = () => drops;
    const message = aMessage({ id: 'dropped' });
    expect(await mail.send(message)).toMatchObject({ kind: 'later' });
    drops = false;
    expect(await mail.send(message)).toMatchObject({ kind: 'accepted' });
    expect(server.messageIds).toEqual(
      ['before', 'dropped', 'dropped'].map((id) => `<${id}@times.example.com>`),
    );
  });

  it('and never responds: the attempt ends', async () => {
    const server = await aServer({ authOptional: true });
    server.behaviour.isSilentAfterData = () => true;
    const options = { pool: true, host: '127.0.0.1', port: server.port, ignoreTLS: true } as const;
    const transport = new SmtpTransport(options, 500);
    const { composed } = await import('../src/platform/mail/composed-mail.js');
    const mail = composed(aMessage(), { address: 'news@times.example.com' });
    expect(await transport.send(mail!)).toMatchObject({ kind: 'later' });
    transport.close();
  });
});

describe('connections to the mail server', () => {
  it('are few, whatever the number of messages', async () => {
    const server = await aServer({ authOptional: true });
    const { mail } = await mailTo(server.port, LOCAL);
    const outcomes = await Promise.all(Array.from({ length: 60 }, () => mail.send(aMessage())));
    expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
    expect(new Set(server.messageIds).size).toBe(60);
    expect(server.delivered).toHaveLength(60);
    expect(server.mostConnections).toBeLessThanOrEqual(4);
  });

  it('that the server has ended do not lose or double the next message', async () => {
    const server = await aServer({ authOptional: true });
    const { mail } = await mailTo(server.port, LOCAL);
    for (const id of ['first', 'second', 'third']) {
      expect(await mail.send(aMessage({ id }))).toMatchObject({ kind: 'accepted' });
      server.endConnections();
    }
    expect(server.messageIds).toEqual(['first', 'second', 'third'].map((id) => `<${id}@times.example.com>`));
  });

  it('are checked with a session', async () => {
    const server = await aServer();
    const { mail } = await mailTo(server.port);
    expect(await mail.check()).toBeUndefined();
    const wrong = await mailTo(server.port, { ...SAFE(), EMAIL_SMTP_PASS: 'wrong' });
    expect(await wrong.mail.check()).toMatch(/does not accept a session.*535/);
  });
});
