import { isDeepStrictEqual } from 'node:util';

/** Tells whether each of the given values is the present one, so that a change to them changes nothing. undefined keeps a value. */
export const hasAll = (present: object, given: object): boolean =>
  Object.entries(given).every(
    ([name, value]) => value === undefined || isDeepStrictEqual(present[name as keyof object], value),
  );
