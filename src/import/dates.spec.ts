import { describe, expect, it } from '@jest/globals';
import { parseDate } from './dates.js';

describe('A date of an export', () => {
  it.each([
    ['2015-03-01 21:08:20', '2015-03-01T21:08:20.000Z'],
    ['2015-03-01T21:08:20.5', '2015-03-01T21:08:20.500Z'],
    ['2015-03-01T21:08:20.000Z', '2015-03-01T21:08:20.000Z'],
    ['Tue, 27 Jan 2015 14:56:57 +0100', '2015-01-27T13:56:57.000Z'],
    [1425244100000, '2015-03-01T21:08:20.000Z'],
  ])('is read as a moment: %j', (value, moment) => {
    expect(parseDate(value)?.toISOString()).toBe(moment);
  });

  it.each([
    '0000-00-00 00:00:00',
    'Mon, 30 Nov -0001 00:00:00 +0000',
    '2015-13-01 00:00:00',
    'yesterday',
    '',
    null,
    undefined,
    Infinity,
    8.64e15,
  ])('is none: %j', (value) => {
    expect(parseDate(value)).toBeNull();
  });
});
