import { describe, expect, it } from '@jest/globals';
import { MOST_ATTEMPTS, pauseAfter, PAUSES } from './retry-table.js';

describe('the pauses of a delivery', () => {
  it('are those of the table, up to a fifth longer or shorter, and then there is none', () => {
    PAUSES.forEach((seconds, n) => {
      expect(pauseAfter(n + 1, 0, () => 0)).toBeCloseTo(seconds * 0.8);
      expect(pauseAfter(n + 1, 0, () => 1)).toBeCloseTo(seconds * 1.2);
    });
    expect(pauseAfter(MOST_ATTEMPTS)).toBeUndefined();
    expect(PAUSES.reduce((sum, each) => sum + each, 0) / 3600 / 24).toBeCloseTo(3.15, 1);
  });

  it('are longer if the receiver asks for it, but at most a day', () => {
    expect(pauseAfter(1, 600)).toBe(600);
    expect(pauseAfter(1, 1)).toBeGreaterThanOrEqual(4);
    expect(pauseAfter(1, 900_000)).toBe(86_400);
  });
});
