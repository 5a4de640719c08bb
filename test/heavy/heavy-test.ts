import type { Closing } from '../support/closing.ts';

/**
 * A heavy test.
 * @param args the arguments after its name on the command line
 * @param closing closes everything that the test has added, even if it fails
 * @returns the problems, as sentences
 */
export type HeavyTest = (args: string[], closing: Closing) => Promise<string[]>;

/** Returns the sentences of the checks that failed: `count > 0 && 'a sentence'`. */
export const faultsAmong = (checks: (string | false | undefined)[]): string[] =>
  checks.filter((check) => typeof check === 'string');
