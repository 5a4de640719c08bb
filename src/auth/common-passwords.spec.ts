import { describe, expect, it } from '@jest/globals';
import { isCommon } from './common-passwords.js';

describe('a common password', () => {
  it.each([
    '123456789012345',
    '987654321098765',
    'aaaaaaaaaaaaaaa',
    'abcabcabcabcabcabc',
    'passwordpassword',
    'PasswordPassword',
    'qwertyuiopasdfg',
    'qwertzuiop12345',
    '1qaz2wsx3edc4rfv',
    'q1w2e3r4t5y6u7i8',
    'baseball',
    '🔑'.repeat(15),
    ' '.repeat(15),
  ])('is %j', async (password) => {
    expect(await isCommon(password)).toBe(true);
  });

  it.each([
    'correct horse battery staple',
    'пароль пароль пароль',
    'wrong wrong wrong wrong',
    'my cat ate 1234 mice',
    'a password that is long',
    `${'y7'.repeat(3)}zebra crossing`,
  ])('is not %j', async (password) => {
    expect(await isCommon(password)).toBe(false);
  });

  it('is the e-mail address of its account', async () => {
    expect(await isCommon('Ada.Lovelace@example.com', ['ada.lovelace@example.com'])).toBe(true);
  });
});
