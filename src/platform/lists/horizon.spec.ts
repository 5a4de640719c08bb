import { describe, expect, it } from '@jest/globals';
import { horizonOf, isBehind, isSettled } from './horizon.js';

const NOW = 1_795_400_000_123;
const mark = (moment: number) => moment % 2 ** 31;

describe('the horizon of a list', () => {
  it('is now when nobody writes, and else when the oldest writer began', () => {
    expect(horizonOf(NOW, [])).toBe(NOW);
    expect(horizonOf(NOW, [mark(NOW - 5), mark(NOW - 3_600_000), mark(NOW)])).toBe(NOW - 3_600_000);
  });

  it('counts across the end of a cycle, and takes a clock that was set back for now', () => {
    const turn = Math.ceil(NOW / 2 ** 31) * 2 ** 31;
    expect(horizonOf(turn + 10, [mark(turn - 10)])).toBe(turn - 10);
    expect(horizonOf(NOW, [mark(NOW + 7)])).toBe(NOW);
  });

  it('is passed by what was written before it, what lies in the future, and years that are no dates', () => {
    const look = { now: NOW, horizon: NOW - 100 };
    const text = (moment: number) => new Date(moment).toISOString();
    expect(isSettled(text(NOW - 101).replace('Z', '999Z'), look)).toBe(true);
    expect(isSettled(text(NOW - 100), look)).toBe(false);
    expect(isSettled(text(NOW + 5), look)).toBe(false);
    expect(isSettled(text(NOW + 61_000), look)).toBe(true);
    expect(isSettled('0044-03-15 00:00:00+00 BC', look)).toBe(true);
  });

  it('of an old look is passed by what was written before it, and by nothing else', () => {
    const text = (moment: number) => new Date(moment).toISOString();
    expect(isBehind(text(NOW - 1), NOW)).toBe(true);
    for (const later of [0, 1, 61_000, 3_600_000]) expect(isBehind(text(NOW + later), NOW)).toBe(false);
    expect(isBehind('0044-03-15 00:00:00+00 BC', NOW)).toBe(false);
  });
});
