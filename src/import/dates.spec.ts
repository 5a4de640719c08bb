import { describe, expect, it } from '@jest/globals';
import { isNoDate, parseDate, parseGhostDate } from './dates.js';

describe('A date of an export', () => {
  it.each([
    ['2015-03-01 21:08:20', '2015-03-01T21:08:20.000Z'],
    ['2015-03-01 21:08', '2015-03-01T21:08:00.000Z'],
    ['2015-03-01', '2015-03-01T00:00:00.000Z'],
    [' 2015-03-01 21:08:20\n', '2015-03-01T21:08:20.000Z'],
    ['2015-03-01T21:08:20.5', '2015-03-01T21:08:20.500Z'],
    ['2015-03-01T21:08:20.000Z', '2015-03-01T21:08:20.000Z'],
    ['2015-03-01T21:08:20.123456789Z', '2015-03-01T21:08:20.123Z'],
    ['2015-03-01T21:08:20+01:00', '2015-03-01T20:08:20.000Z'],
    ['2015-03-01 21:08:20 -0330', '2015-03-02T00:38:20.000Z'],
    ['Tue, 27 Jan 2015 14:56:57 +0100', '2015-01-27T13:56:57.000Z'],
    ['27 Jan 2015 14:56 GMT', '2015-01-27T14:56:00.000Z'],
    ['Tue, 27 Jan 2015 14:56:57 EST', '2015-01-27T19:56:57.000Z'],
    ['Tue, 27 Jan 2015 14:56:57 PDT', '2015-01-27T21:56:57.000Z'],
    ['2016-02-29 00:00:00', '2016-02-29T00:00:00.000Z'],
    ['0001-01-01 00:00:00', '0001-01-01T00:00:00.000Z'],
  ])('is read as a moment: %j', (value, moment) => {
    expect(parseDate(value)?.toISOString()).toBe(moment);
  });

  it.each([
    '0000-00-00 00:00:00',
    '-0001-11-30 00:00:00',
    'Mon, 30 Nov -0001 00:00:00 +0000',
    '2015-13-01 00:00:00',
    '2015-02-30 00:00:00',
    '2015-02-29',
    '2015-03-01 24:00:00',
    '2015-03-01 12:60:00',
    'Tue, 27 Foo 2015 14:56:57 +0100',
    'Tue, 27 Jan 2015 14:56:57 XYZ',
    'Tue, 27 Jan 2015 14:56:57',
    '2015-3-1 1:00:00',
    '3/1/2015',
    '2015',
    '0',
    '1425244100',
    'yesterday',
    '',
    null,
    undefined,
    1425244100000,
  ])('is none: %j', (value) => {
    expect(parseDate(value)).toBeNull();
  });

  it('without a zone is in the zone of the site, and with one in its own', () => {
    expect(parseDate('2015-03-01 21:08:20', 120)?.toISOString()).toBe('2015-03-01T19:08:20.000Z');
    expect(parseDate('2015-03-01 21:08:20Z', 120)?.toISOString()).toBe('2015-03-01T21:08:20.000Z');
  });

  it('is a number of milliseconds only in Ghost', () => {
    expect(parseGhostDate(1425244100000)?.toISOString()).toBe('2015-03-01T21:08:20.000Z');
    expect(parseGhostDate('2015-03-01 21:08:20')?.toISOString()).toBe('2015-03-01T21:08:20.000Z');
    for (const none of [0, Infinity, 8.64e15, '0', true, {}]) expect(parseGhostDate(none)).toBeNull();
  });

  it('that stands for none is not a fault', () => {
    const none = [
      '',
      ' ',
      '0',
      '0000-00-00 00:00:00',
      '-0001-11-30 00:00:00',
      'Mon, 30 Nov -0001 00:00:00 +0000',
    ];
    expect(none.filter((text) => !isNoDate(text))).toEqual([]);
    expect(['2015-02-30', 'yesterday', '00'].filter(isNoDate)).toEqual([]);
  });
});
