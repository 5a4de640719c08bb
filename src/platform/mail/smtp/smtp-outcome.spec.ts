import { describe, expect, it } from '@jest/globals';
import type { NodemailerError } from 'nodemailer';
import { cpuMs } from '../../../../test/support/cpu-time.js';
import { outcomeOfSmtpError } from './smtp-outcome.js';

const anError = (facts: Partial<NodemailerError>): NodemailerError =>
  Object.assign(new Error('the reason'), facts);

describe('an error of an SMTP session', () => {
  it.each<[string, Partial<NodemailerError>, 'rejected' | 'later']>([
    ['a time out', { code: 'ETIMEDOUT', command: 'CONN' }, 'later'],
    ['a broken connection', { code: 'ECONNECTION', command: 'CONN' }, 'later'],
    ['a certificate', { code: 'ESOCKET', command: 'CONN' }, 'later'],
    ['no STARTTLS', { code: 'ETLS', command: 'STARTTLS', responseCode: 502, permanent: true }, 'later'],
    ['a password', { code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535, permanent: true }, 'later'],
    ['the sender', { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 550, permanent: true }, 'later'],
    ['an address that the library refuses', { code: 'EENVELOPE', command: 'API' }, 'rejected'],
    ['a size that the server does not accept', { code: 'EMESSAGE', command: 'MAIL FROM' }, 'rejected'],
    [
      'a sequence of commands',
      { code: 'EMESSAGE', command: 'DATA', responseCode: 503, permanent: false },
      'later',
    ],
    ['an end that the caller asked for', { code: 'EABORT' }, 'later'],
  ])('about %s', (_name, facts, kind) => {
    expect(outcomeOfSmtpError(anError(facts))).toMatchObject({ kind, reason: 'the reason' });
  });

  const outcomeOf = (command: string, response: string) =>
    outcomeOfSmtpError(
      anError({
        code: 'EENVELOPE',
        command,
        response,
        responseCode: Number(response.slice(0, 3)),
        permanent: true,
      }),
    );

  it.each([
    '550 5.1.1 No such user',
    '550-5.1.1 The email account that you tried to reach does not exist. Please try\r\n550 5.1.1 again',
    '556 5.1.10 Recipient address has null MX',
    '552 5.2.2 Mailbox full',
    '550 5.1.0 Address rejected.',
    '550 #5.1.0 Address rejected.',
    '550 5.4.1 Recipient address rejected: Access denied. [XX0.mail.protection.example.com]',
    '550 5.5.0 Requested action not taken: mailbox unavailable',
    '550 <sender-host@example.com>: Recipient address rejected: User unknown in local recipient table',
    '550 Unrouteable address',
    '553 Requested action not taken: mailbox name not allowed',
    '550 unknown local part',
    '551 User not local; please try <ada@example.com>',
    '553 sorry, no mailbox here by that name. (#5.7.17)',
    '550 5.1.1 <ada@example.com>: Recipient address rejected: User unknown in relay recipient table',
    '550 5.1.1',
    '550 No such recipients here',
    '550 No such user:<ada@example.com>',
    '550 User<ada@example.com> unknown',
    '550 user unknown (host.client.example.net)',
    '552 5.2.2 Over quota: the mailbox of the recipient exceeds its limit',
  ])('at the recipient is about that: %s', (response) => {
    expect(outcomeOf('RCPT TO', response)).toEqual({ kind: 'rejected', reason: response, ofRecipient: true });
  });

  it.each([
    '553 5.1.8 <news@times.example.com>: sender address rejected: Domain not found',
    '550 5.1.7 Invalid address of the sender of this user',
    '550 5.4.5 Daily user sending limit exceeded',
    '554 Service unavailable; Client host [192.0.2.1] blocked using zen.example.org',
    '550 SC-001 Mail rejected for policy reasons: the address is on a block list',
    '550 Sender verify failed',
    '554 5.4.6 Too many hops',
    '503 5.5.1 Need MAIL command',
    '554 5.7.1 Relay access denied',
    '550 5.1.2 Relay not allowed.',
    '550 5.1.1 Relay denied',
    '550 5.7.1: Recipient address rejected: Access denied',
    '550 #5.7.1 the recipient does not accept this',
    '550 Delivery is not allowed to this address.',
    '550 Your account has been locked. Please contact your administrator.',
    '550 User has exceeded the max emails per hour',
    '550 Your address has no PTR record',
    '550 Recipient address rejected: Rejected by SPF',
    '550 user lookup failed, try again',
    '555 5.5.4 Unsupported option: NOTIFY (recipient)',
    '550 Bitte später',
    '550 5.7.1 Recipient address rejected: not now',
    '550 Relaying denied',
    '550 Mailbox unavailable, invalid DNS MX record of the domain',
    '550 5.1.0 Sender denied',
    '554 Transaction failed',
    '550 No',
  ])('at the recipient is not final if it does not say so: %s', (response) => {
    expect(outcomeOf('RCPT TO', response)).toEqual({ kind: 'later', reason: response });
  });

  it.each(['a', 'a.', 'a@', '@', 'a-', 'http:', '(a'])('a long response of %j costs little', (part) => {
    const response = `550 ${part.repeat(200_000)}`;
    outcomeOf('RCPT TO', response);
    expect(cpuMs(() => void outcomeOf('RCPT TO', response))).toBeLessThan(50);
  });

  it.each([
    ['554 5.6.0 Not acceptable', { kind: 'rejected' }],
    ['552 5.3.4 Message size exceeds the limit', { kind: 'rejected' }],
    ['554 5.7.1 This message looks like spam', { kind: 'rejected' }],
    ['550 5.4.5 Daily sending limit exceeded', { kind: 'later' }],
    ['550 5.1.8 Sender address rejected', { kind: 'later' }],
  ])('at the content: %s', (response, outcome) => {
    expect(outcomeOf('DATA', response)).toEqual({ ...outcome, reason: response });
  });
});
