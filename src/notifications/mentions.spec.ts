import { describe, expect, it } from '@jest/globals';
import { cpuMs, LINEAR_MS } from '../../test/support/cpu-time.js';
import { mentionsIn } from './mentions.js';

describe('mentionsIn', () => {
  it('returns the names that each mention can mean, the longest first', () => {
    expect(mentionsIn('Hello @Ada Lovelace, hello')).toEqual([
      ['Ada Lovelace, hello', 'Ada Lovelace,', 'Ada Lovelace', 'Ada'],
    ]);
    expect(mentionsIn('@Ada @"Grace Hopper" says')).toEqual([['Ada'], ['Grace Hopper']]);
    expect(mentionsIn('@Ada.\n@Bob')).toEqual([['Ada.', 'Ada'], ['Bob']]);
  });

  it.each([
    ['.@Dan', 'Dan'],
    ['-@Dan', 'Dan'],
    ['[@Dan](https://example.com)', 'Dan'],
    ['_@Dan_ **@Dan**', 'Dan'],
    ['(@Dan)', 'Dan'],
    ['@Dan(editor)', 'Dan'],
    ['@Dan,please', 'Dan'],
    ["@Dan's", 'Dan'],
    ['@O’Neil’s', 'O’Neil'],
    ['＠Dan', 'Dan'],
    ['你好@Dan你好', 'Dan'],
    ['안녕@Dan님', 'Dan'],
    ['你好@小明，你好', '小明'],
  ])('finds in %j the name %s', (text, name) => {
    for (const names of mentionsIn(text)) expect(names.at(-1)).toBe(name);
    expect(mentionsIn(text).length).toBeGreaterThan(0);
  });

  it.each([
    ['@dan_k', ['dan_k']],
    ['@dan/app', ['dan/app']],
    ['@dan:example.com', ['dan:example.com']],
    ['@Jean-Luc', ['Jean-Luc']],
  ])('does not shorten %s, which can be another name', (text, names) => {
    expect(mentionsIn(text)).toEqual([names]);
  });

  it('finds no mention in an address, and none without a name', () => {
    for (const text of [
      'ada@example.com',
      'https://example.com/@ada',
      'a@@ada',
      '@ ada',
      '@',
      '@"',
      '@.ada',
      'a.@ada',
      'a_@ada',
      'ada＠x',
    ])
      expect([text, mentionsIn(text)]).toEqual([text, []]);
  });

  it('finds 20 mentions at most', () => {
    expect(mentionsIn('@a '.repeat(50))).toHaveLength(20);
  });

  it.each([
    '@',
    '@a',
    ' @"',
    `@"${'a'.repeat(101)}`,
    '!@a! ',
    '.@a',
    '＠',
    "@a's ",
    '你@a你',
    '@a \t \t',
    `@${'a'.repeat(99)} `,
  ])('reads a megabyte of %j in linear time', (piece) => {
    const text = piece.repeat(1_000_000 / piece.length);
    expect(cpuMs(() => void mentionsIn(text))).toBeLessThan(LINEAR_MS);
  });
});
