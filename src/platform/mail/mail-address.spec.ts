import { describe, expect, it } from '@jest/globals';
import { deliverableAddress, mailboxIn, maskedAddress } from './mail-address.js';
import { oneLine } from './one-line.js';

describe('an address of a recipient', () => {
  it.each([
    ['ada@example.com', 'ada@example.com'],
    ['Ada.Lovelace+posts@Example.COM', 'Ada.Lovelace+posts@example.com'],
    ['ada@example.com.', 'ada@example.com'],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
    ['ada@ＥＸＡＭＰＬＥ.com', 'ada@example.com'],
    ['жена@почта.рф', 'жена@xn--80a1acny.xn--p1ai'],
    ["o'hara@example.com", "o'hara@example.com"],
    ['ada@localhost', 'ada@localhost'],
  ])('%s is %s for a mail server', (address, expected) => {
    expect(deliverableAddress(address)).toBe(expected);
  });

  it.each([
    '',
    'ada',
    '@example.com',
    'ada@',
    'ada@@example.com',
    'ada@example.com@evil.example',
    'ada@example.com,eve@evil.example',
    'ada@example.com;eve@evil.example',
    'Ada <ada@example.com>',
    '"ada"@example.com',
    'ada@example.com\r\nBcc: eve@evil.example',
    'ada\u0000@example.com',
    'ada@exa mple.com',
    'ada@[127.0.0.1]',
    `${'a'.repeat(65)}@example.com`,
    `ada@${'a.'.repeat(130)}com`,
    'ada@xn--a.example/..',
  ])('%j is not one that a server accepts', (address) => {
    expect(deliverableAddress(address)).toBeUndefined();
  });

  it('is masked in the log', () => {
    expect(maskedAddress('ada@example.com')).toBe('a***@example.com');
    expect(maskedAddress('жена@example.com')).toBe('ж***@example.com');
    expect(maskedAddress('ada')).toBe('***');
  });
});

describe('a sender in the settings', () => {
  it.each([
    ['news@example.com', { address: 'news@example.com' }],
    ['Example Times <news@example.com>', { address: 'news@example.com', name: 'Example Times' }],
    ['"Times, The" <news@bücher.example>', { address: 'news@xn--bcher-kva.example', name: 'Times, The' }],
  ])('%s is one mailbox', (text, mailbox) => {
    expect(mailboxIn(text)).toEqual(mailbox);
  });

  it.each(['', 'news', 'a@example.com, b@example.com', 'Times <news>', 'Group: a@example.com;', 'a@b@c'])(
    '%j is not one mailbox',
    (text) => {
      expect(mailboxIn(text)).toBeUndefined();
    },
  );
});

describe('a text for a header', () => {
  it.each([
    ['Ada\r\nBcc: eve@evil.example', 'Ada Bcc: eve@evil.example'],
    ['  a \t\n b  ', 'a b'],
    ['txt.\u202Eexe', 'txt. exe'],
    ['a\u0085b\u2028c\u0000d', 'a b c d'],
    ['lone \ud800 surrogate', 'lone \ufffd surrogate'],
    ['👩‍👩‍👧 family', '👩‍👩‍👧 family'],
  ])('%j is one line: %j', (text, line) => {
    expect(oneLine(text, 100)).toBe(line);
  });

  it('ends after a whole character', () => {
    expect(oneLine('🚀'.repeat(20), 10)).toBe(`${'🚀'.repeat(9)}…`);
    expect(oneLine('a'.repeat(10), 10)).toBe('a'.repeat(10));
  });
});
