import { describe, expect, it } from '@jest/globals';
import ipaddr from 'ipaddr.js';
import { isNeverAllowed, isPublic } from './addresses.js';

describe('an address is public', () => {
  it.each(['8.8.8.8', '1.1.1.1', '100.63.255.255', '100.128.0.1', '172.15.0.1', '172.32.0.1', '192.167.1.1'])(
    '%s',
    (text) => expect(isPublic(ipaddr.parse(text))).toBe(true),
  );
  it.each(['2606:4700:4700::1111', '2a00:1450:4001:800::200e', '2400:cb00::1'])('%s', (text) =>
    expect(isPublic(ipaddr.parse(text))).toBe(true),
  );
});

describe('an address is not public', () => {
  it.each([
    ...[
      '0.0.0.0',
      '0.255.255.255',
      '10.0.0.0',
      '10.255.255.255',
      '100.64.0.0',
      '100.127.255.255',
      '127.0.0.1',
    ],
    ...[
      '169.254.169.254',
      '172.16.0.0',
      '172.31.255.255',
      '192.0.0.1',
      '192.0.2.1',
      '192.88.99.1',
      '192.168.0.1',
    ],
    ...[
      '198.18.0.1',
      '198.19.255.255',
      '198.51.100.1',
      '203.0.113.1',
      '224.0.0.1',
      '240.0.0.1',
      '255.255.255.255',
    ],
    ...['168.63.129.16', '::', '::1', '::7f00:1', '::ffff:8.8.8.8', '::ffff:0:8.8.8.8', '64:ff9b::808:808'],
    ...['64:ff9b:1::808:808', '100::1', '2001::1', '2001:2::1', '2001:10::1', '2001:20::1', '2001:db8::1'],
    ...[
      '2002:808:808::1',
      '3fff::1',
      '4000::1',
      '5f00::1',
      'fc00::1',
      'fdff::1',
      'fe80::1',
      'fec0::1',
      'ff02::1',
    ],
  ])('%s', (text) => expect(isPublic(ipaddr.parse(text))).toBe(false));
});

describe('no setting allows', () => {
  it.each([
    '169.254.169.254',
    '168.63.129.16',
    '0.0.0.0',
    '224.0.0.1',
    'fe80::1',
    'fd00:ec2::254',
    '::',
    '::ffff:10.0.0.1',
  ])('%s', (text) => expect(isNeverAllowed(ipaddr.parse(text))).toBe(true));
});
