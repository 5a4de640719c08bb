import { describe, expect, it } from '@jest/globals';
import type { NodemailerError } from 'nodemailer';
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
    [
      'a recipient',
      { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550, permanent: true },
      'rejected',
    ],
    ['an end that the caller asked for', { code: 'EABORT' }, 'later'],
  ])('about %s', (_name, facts, kind) => {
    expect(outcomeOfSmtpError(anError(facts))).toMatchObject({ kind, reason: 'the reason' });
  });

  it.each<[Partial<NodemailerError>, boolean | undefined]>([
    [{ command: 'RCPT TO', response: '550 5.1.1 No such user' }, true],
    [{ command: 'DATA', response: '554 5.6.0 Not acceptable' }, undefined],
    [{ command: 'RCPT TO', response: '550 Relaying denied' }, undefined],
  ])('says of %j whether it is about the recipient', (facts, ofRecipient) => {
    const error = anError({ responseCode: 550, permanent: true, ...facts });
    const { ofRecipient: said } = outcomeOfSmtpError(error) as { ofRecipient?: boolean };
    expect(said).toBe(ofRecipient);
  });
});
