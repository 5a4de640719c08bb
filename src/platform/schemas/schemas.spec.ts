import { describe, expect, it } from '@jest/globals';
import { Timestamp } from './schemas.js';

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
});
