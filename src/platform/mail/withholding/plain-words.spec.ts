import { describe, expect, it } from '@jest/globals';
import { plainWords } from './plain-words.js';

describe('a reason', () => {
  it.each([
    '550-5.1.1 The email account that you tried to reach does not exist: https://support.google.com/mail/?p=NoSuchUser',
    '451 4.7.1 <a***@example.com>: Recipient address rejected: Greylisted, see http://postgrey.example/help.html (300 s)',
    '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org',
    '552 5.3.4 Message size exceeds fixed limit of 10485760 bytes (RFC5321)',
    'connect ECONNREFUSED 127.0.0.1:2525',
    'getaddrinfo ENOTFOUND smtp-relay.mx27.example.com',
    'HTTP 401: {"errors":[{"message":"The provided authorization grant is invalid, expired, or revoked","field":null}]}',
    'UnrecognizedClientException: The security token included in the request is invalid.',
    "Hostname/IP does not match certificate's altnames: Host: localhost. is not in the cert's altnames: DNS:mail.example.com",
    '550 Пользователь не найден',
    '550 5.1.1 ユーザーが見つかりません',
    'pass=[redacted], [redacted]; a***@example.com https://api.example.com/…',
  ])('keeps %s', (text) => {
    expect(plainWords(text)).toBe(text);
  });

  const password = 'pa55Word-zz-Q7';
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  it.each([
    ['a password in base64 without padding', base64(password).replaceAll('=', '')],
    ['a password in base64 twice', base64(base64(password))],
    ['a password in hexadecimal', Buffer.from(password).toString('hex')],
    ['a part of a password', password.slice(0, 10)],
    ['a part of a token', 'U9xQ_oW8uwTVFu9Eo7slDb0VQ'],
    ['a token in base64', base64('https://api.example.com/unsubscribe/x')],
    ['a token with invisible characters', Array.from('dGhlIHRva2VuIGl0').join('\u200b')],
  ])('keeps nothing of %s', (_name, secret) => {
    expect(plainWords(`535 5.7.8 Refused: ${secret} sorry`)).toBe('535 5.7.8 Refused: … sorry');
  });

  it('keeps the host of an address that it repeats in another form', () => {
    expect(plainWords('550 <fanny+2Bno27@example.com>, SRS0=ab=fanny=example.com@mx.example unknown')).toBe(
      '550 <f***@example.com>, SRS0=ab=fanny=e***@mx.example unknown',
    );
  });
});
