import { describe, expect, it } from '@jest/globals';
import { text, Timestamp } from './schemas.js';

const faultOf = (value: string) => Timestamp.safeParse(value).error?.issues[0]?.message ?? null;

describe('a time of a request', () => {
  it.each([
    '0001-01-01T00:00:00Z',
    '0001-01-01T14:00:00+14:00',
    '0001-01-01T00:00:00-14:00',
    '2026-11-20T18:51:12.1234567+05:30',
    '9999-12-31T23:59:59.9999994Z',
    '9999-12-31T09:59:59.999999-14:00',
    '9999-12-31T23:59:59.9999999+00:01',
    '0001-01-01T23:59:00+23:59',
  ])('can be any that a response can contain: %s', (value) => {
    expect(faultOf(value)).toBeNull();
  });

  it.each([
    '0000-12-31T23:59:59Z',
    '0001-01-01T00:00:00+00:01',
    '0001-01-01T00:00:00.5+14:00',
    '9999-12-31T23:59:59.9999995Z',
    '9999-12-31T23:59:59.999999999Z',
    '9999-12-31T23:59:00-00:01',
    '9999-12-31T10:00:00-14:00',
  ])('is in the years 1 to 9999 also after PostgreSQL has stored it: %s', (value) => {
    expect(faultOf(value)).toBe('must be in the years 1 to 9999 in UTC');
  });

  it.each([
    ['2026-11-29T00:00:00+23:59', '2026-11-28T00:01:00Z'],
    ['2026-11-29T12:30:00.123456789-23:59', '2026-11-30T12:29:00.123456789Z'],
    ['2026-11-29T12:30:00-00:00', '2026-11-29T12:30:00Z'],
    ['0001-01-01T23:59:00.5+23:59', '0001-01-01T00:00:00.5Z'],
    ['2026-11-29T12:30:00.10Z', '2026-11-29T12:30:00.10Z'],
  ])('with any offset of RFC 3339 is the same time in UTC: %s', (value, utc) => {
    expect(Timestamp.parse(value)).toBe(utc);
  });

  it.each(['2026-11-29T00:00:00+24:00', '2026-11-29T00:00:00+12:60', '2026-11-29T00:00+01:00'])(
    'has an offset and seconds: %s',
    (value) => {
      expect(faultOf(value)).toMatch(/^must be an RFC 3339 time/);
    },
  );
});

describe('a text that must not be blank', () => {
  const name = text(1, 100);
  const pattern = new RegExp(String(name.meta()?.pattern));
  it.each(['a', ' a', '\x01a', '\u00e9', '\u{1f600}'])('has a character that can be seen: %j', (value) => {
    expect(name.safeParse(value).success).toBe(true);
    expect(pattern.test(value)).toBe(true);
  });

  it.each(['', ' ', '\x01', '\t\x1f\x7f', '\u0085', '\ufeff \x9f'])('has none: %j', (value) => {
    expect(name.safeParse(value).success).toBe(false);
    expect(pattern.test(value)).toBe(false);
  });
});
