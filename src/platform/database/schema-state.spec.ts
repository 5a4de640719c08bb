import { describe, expect, it } from '@jest/globals';
import { compareSchema, fits } from './schema-state.js';

const [A, B, C] = ['First1000000000001', 'Second1000000000002', 'Third1000000000003'] as const;
const facts = (status: string, given: object = {}) => ({
  status,
  floor: null,
  newestKnown: B,
  newestApplied: B,
  missing: [],
  unknown: [],
  ...given,
});

describe('the schema of a database, to this code,', () => {
  it('is equal when both have the same migrations, in whatever order they ran', () => {
    expect(compareSchema([A, B], [B, A], [])).toEqual(facts('equal'));
  });

  it('is ahead when it has more, and the code may run', () => {
    const state = compareSchema([A, B], [A, B, C], []);
    expect(state).toEqual(facts('ahead', { newestApplied: C, unknown: [C] }));
    expect(fits(state)).toBe(true);
  });

  it('is behind when one is missing, whatever else it has', () => {
    const state = compareSchema([A, B], [A, C], []);
    expect(state).toEqual(facts('behind', { newestApplied: C, missing: [B], unknown: [C] }));
    expect(fits(state)).toBe(false);
  });

  it('fits while every floor is known, and shows the newest', () => {
    const state = compareSchema([A, B], [A, B, C], [B, A]);
    expect(state).toEqual(facts('ahead', { floor: B, newestApplied: C, unknown: [C] }));
    expect(fits(state)).toBe(true);
  });

  it('is beyond the code when one floor is not known, behind or not', () => {
    for (const applied of [
      [A, B, C],
      [A, C],
    ]) {
      const state = compareSchema([A, B], applied, [A, C]);
      expect(state).toMatchObject({ status: 'below-floor', floor: C });
      expect(fits(state)).toBe(false);
    }
  });

  it('has no newest migration before the first', () => {
    expect(compareSchema([A, B], [], [])).toEqual(facts('behind', { newestApplied: null, missing: [A, B] }));
  });
});
