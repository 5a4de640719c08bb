import { describe, expect, it } from '@jest/globals';
import { inThreads } from './comment-threads.js';
import type { ImportedComment } from './import.model.js';

function comments(...pairs: [key: string, parentKey: string | null][]): ImportedComment[] {
  return pairs.map(([key, parentKey]) => ({ key, parentKey }) as ImportedComment);
}

function order(...pairs: [string, string | null][]) {
  return inThreads(comments(...pairs)).map(({ key, parentKey }) => [key, parentKey]);
}

describe('Comments in threads', () => {
  it('put parents before replies and keep the order otherwise', () => {
    expect(order(['c', 'b'], ['x', null], ['b', 'a'], ['a', null])).toEqual([
      ['a', null],
      ['b', 'a'],
      ['c', 'b'],
      ['x', null],
    ]);
  });

  it('begin a thread where the parent is missing', () => {
    expect(order(['b', 'gone'])).toEqual([['b', null]]);
    expect(
      inThreads(comments(['a', null], ['b', 'a'], ['c', 'site comment 9'])).map(({ notes }) => notes),
    ).toEqual([
      undefined,
      undefined,
      ['the comment "9" to which it replies was not imported; it starts a thread instead'],
    ]);
  });

  it('cut a circle', () => {
    expect(order(['a', 'b'], ['b', 'a'])).toEqual([
      ['b', null],
      ['a', 'b'],
    ]);
    expect(order(['a', 'a'])).toEqual([['a', null]]);
    expect(inThreads(comments(['a', 'a']))[0]?.notes).toEqual([expect.stringContaining('its own replies')]);
  });

  it('may be as deep as they like', () => {
    const deep = Array.from({ length: 50_000 }, (_, n): [string, string | null] => [
      `${n}`,
      n ? `${n - 1}` : null,
    ]);
    expect(inThreads(comments(...deep.reverse()))).toHaveLength(50_000);
  });
});
