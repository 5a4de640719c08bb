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

  it('finds no mention in an address, and none without a name', () => {
    for (const text of ['ada@example.com', 'https://example.com/@ada', 'a@@ada', '@ ada', '@', '@"', '@.ada'])
      expect([text, mentionsIn(text)]).toEqual([text, []]);
  });

  it('finds 20 mentions at most', () => {
    expect(mentionsIn('@a '.repeat(50))).toHaveLength(20);
  });

  it.each(['@', '@a', ' @"', `@"${'a'.repeat(101)}`, '!@a! ', '@a \t \t', `@${'a'.repeat(99)} `])(
    'reads a megabyte of %j in linear time',
    (piece) => {
      const text = piece.repeat(1_000_000 / piece.length);
      expect(cpuMs(() => void mentionsIn(text))).toBeLessThan(LINEAR_MS);
    },
  );
});
