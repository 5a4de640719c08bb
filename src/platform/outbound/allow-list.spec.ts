import { describe, expect, it } from '@jest/globals';
import ipaddr from 'ipaddr.js';
import { AllowList, readEntry } from './allow-list.js';

const covers = (entry: string, address: string, port = 443) =>
  new AllowList([entry]).covers(ipaddr.parse(address), port);
const names = (entry: string, host: string, port = 443) => new AllowList([entry]).names(host, port);

describe('OUTBOUND_ALLOW', () => {
  it('names hosts exactly, in upper and lower case', () => {
    expect(names('Hooks.example.internal', 'hooks.example.internal')).toBe(true);
    expect(names('example.internal', 'hooks.example.internal')).toBe(false);
    expect(names('hooks', 'hooks', 8080)).toBe(true);
    expect(names('hooks', 'hooks', 25)).toBe(false);
  });

  it('names one port of a host, also a low one', () => {
    expect(names('hooks:81', 'hooks', 81)).toBe(true);
    expect(names('hooks:81', 'hooks', 443)).toBe(false);
  });

  it('covers addresses and ranges', () => {
    expect(covers('10.1.2.3', '10.1.2.3')).toBe(true);
    expect(covers('10.1.2.3', '10.1.2.4')).toBe(false);
    expect(covers('10.1.0.0/16', '10.1.255.255')).toBe(true);
    expect(covers('10.1.0.0/16', '10.2.0.0')).toBe(false);
    expect(covers('10.1.2.3:8080', '10.1.2.3', 8080)).toBe(true);
    expect(covers('10.1.2.3:8080', '10.1.2.3', 443)).toBe(false);
    expect(covers('fd12::/16', 'fd12::1')).toBe(true);
    expect(covers('::1', '::1')).toBe(true);
    expect(covers('[::1]:9000', '::1', 9000)).toBe(true);
    expect(covers('10.0.0.0/8', '::ffff:10.0.0.1')).toBe(false);
  });

  it.each([
    ...[
      '',
      'a b',
      '*.example.com',
      'http://a',
      'a/b',
      'a:',
      'a:0',
      'a:65536',
      'a:b',
      'user@a',
      'a.',
      '.a',
      'a..b',
    ],
    ...[
      '10.0.0',
      '10.0.0.256',
      '0x7f.1',
      '2130706433',
      '10.0.0.0/33',
      '10.0.0.0/8:80',
      '10/8',
      '::1/129',
      '[::1',
      '[a]',
    ],
    ...[
      '[10.0.0.1]',
      ':::',
      '169.254.169.254',
      '169.254.0.0/16',
      '::ffff:10.0.0.1',
      '224.0.0.1',
      'fe80::1%eth0',
    ],
  ])('rejects %j', (entry) => {
    expect(readEntry(entry)).toBeUndefined();
  });
});
