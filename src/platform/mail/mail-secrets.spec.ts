import { describe, expect, it } from '@jest/globals';
import { secretsOfMail } from './mail-secrets.js';
import { withholding } from './withholding/withholding.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const told = (text: string, EMAIL_SMTP_PASS: string): string =>
  withholding(text, {
    secrets: secretsOfMail({
      EMAIL_SMTP_USER: 'u',
      EMAIL_SMTP_PASS,
      EMAIL_API_KEY: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_SESSION_TOKEN: undefined,
    }),
  });

describe('the password for the mail server', () => {
  it.each(['a', 'mail', 'e]'])('%s is so short that reasons contain it by chance', (password) => {
    const text = '5.7.8 A mail is not relayed [see a manual]';
    expect(told(text, password)).toBe(text);
  });

  it.each(['a', 'mail', 'right', 'a-long-password'])(
    '%s is withheld as the client has sent it',
    (password) => {
      expect(told(`Bad command: AUTH PLAIN ${base64(`\0u\0${password}`)}`, password)).toBe(
        'Bad command: AUTH PLAIN [redacted]',
      );
    },
  );

  it.each(['right', 'a-long-password'])('%s is withheld', (password) => {
    expect(told(`pass=${password} ${base64(password)}`, password)).toBe('pass=[redacted] [redacted]');
  });
});
