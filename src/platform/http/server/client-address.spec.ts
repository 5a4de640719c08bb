import { describe, expect, it } from '@jest/globals';
import { clientAddress, readAddress, trustOf } from './client-address.js';

describe('an address is read in its one form', () => {
  it.each([
    ['203.0.113.5', '203.0.113.5'],
    ['203.0.113.5:5555', '203.0.113.5'],
    ['203.0.113.5:', '203.0.113.5'],
    ['::ffff:203.0.113.5', '203.0.113.5'],
    ['::ffff:cb00:7105', '203.0.113.5'],
    ['[::ffff:203.0.113.5]:80', '203.0.113.5'],
    ['2001:DB8:0:0::00a', '2001:db8::a'],
    ['[2001:db8::a]', '2001:db8::a'],
    ['[2001:db8::a]:443', '2001:db8::a'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%2]:443', 'fe80::1'],
    ['::1', '::1'],
  ])('%s', (text, address) => expect(readAddress(text)).toBe(address));

  it.each([
    ...['', 'unknown', 'junk1', '_hidden', 'localhost', 'example.com:80', "'; --", '"203.0.113.5"'],
    ...['1.2.3', '01.2.3.4', '1.2.3.4.5', '256.1.1.1', '0x7f.1', '2130706433', '1.2.3.4:http', '1.2.3.4 5'],
    ...['[::1', '::1]', '[::1]x', ':::1', '2001:db8::g', '%eth0', `${'1'.repeat(5000)}.2.3.4`],
  ])('%j is none', (text) => expect(readAddress(text)).toBeUndefined());
});

describe('the client is', () => {
  const of = (forwarded: string | undefined, trusted?: number | string[], socket = '::ffff:10.0.0.9') =>
    clientAddress(socket, forwarded, trustOf(trusted));

  it('the socket, as long as no proxy is trusted', () => {
    expect(of('203.0.113.5')).toBe('10.0.0.9');
    expect(of('203.0.113.5', ['192.0.2.0/24'])).toBe('10.0.0.9');
    expect(of(undefined, 1)).toBe('10.0.0.9');
  });

  it('what the last trusted hop saw, and nothing that stands left of it', () => {
    expect(of('6.6.6.6, 203.0.113.5:5555', 1)).toBe('203.0.113.5');
    expect(of('6.6.6.6,203.0.113.5,10.0.0.8', 2)).toBe('203.0.113.5');
    expect(of('6.6.6.6, 203.0.113.5, 10.0.0.8:99', ['10.0.0.0/8'])).toBe('203.0.113.5');
    expect(of('6.6.6.6, ::ffff:10.0.0.8', ['10.0.0.0/8'])).toBe('6.6.6.6');
    expect(of('10.0.0.1', 5)).toBe('10.0.0.1');
  });

  it.each(['junk1', 'unknown', '', ' ', ',', ',,,', '6.6.6.6,', '6.6.6.6, junk', '6.6.6.6, 1.2.3.4:x'])(
    'the hop itself where that wrote %j: no address, and nothing left of it is believed',
    (forwarded) => {
      expect(of(forwarded, 1)).toBe('10.0.0.9');
      expect(of(forwarded, 2)).toBe('10.0.0.9');
      expect(of(forwarded, ['10.0.0.0/8'])).toBe('10.0.0.9');
    },
  );

  it('the hop that wrote what is no address, in the middle of a chain too', () => {
    expect(of('6.6.6.6, junk, 10.0.0.8', 3)).toBe('10.0.0.8');
    expect(of('6.6.6.6, , 10.0.0.8', ['10.0.0.0/8'])).toBe('10.0.0.8');
  });

  it('found in a header of any length', () => {
    expect(of(`${'6.6.6.6, '.repeat(2000)}203.0.113.5`, 1)).toBe('203.0.113.5');
    expect(of(`${','.repeat(16_000)}`, ['0.0.0.0/1'])).toBe('10.0.0.9');
  });
});
