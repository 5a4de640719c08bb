import { distance } from 'fastest-levenshtein';
import type { Catalogue } from './catalogue.js';

const withFiles = (names: string[]) => names.flatMap((name) => [name, `${name}_FILE`]);

/** The number of letters that may differ. It is 0 for short names, because HOST, POST and PORT are all valid names. */
const tolerance = (name: string): number => (name.length < 6 ? 0 : name.length < 10 ? 1 : 2);

const lettersOf = (name: string) => name.toUpperCase().replace(/[^A-Z0-9]/g, '');

/** Returns the setting that the name of a variable was probably meant to be. */
function meantBy(variable: string, settings: string[]): string | undefined {
  const letters = lettersOf(variable);
  return withFiles(settings)
    .map((name) => ({ name, away: distance(letters, lettersOf(name)), most: tolerance(name) }))
    .filter(({ away, most }) => away <= most)
    .sort((a, b) => a.away - b.away)[0]?.name;
}

/** A variable that is set but has no effect, and a sentence about it. */
export interface Mistake {
  variable: string;
  message: string;
}

/**
 * Returns variables that look like settings of Galley: misspelt names, and settings of features that it does not
 * have.
 */
export function mistakes(catalogue: Catalogue, variables: Record<string, string | undefined>): Mistake[] {
  const known = new Set(withFiles(catalogue.names.flatMap((name) => catalogue.known(name))));
  const accepted = catalogue.names.flatMap((name) => catalogue.accepted(name));
  return Object.keys(variables).flatMap((variable): Mistake[] => {
    if (variables[variable] === undefined) return [];
    const why = catalogue.withoutEffect[variable] ?? catalogue.withoutEffect[variable.replace(/_FILE$/, '')];
    if (why !== undefined) return [{ variable, message: `is set and has no effect${why && `: ${why}`}` }];
    if (known.has(variable)) return [];
    const meant = meantBy(variable, accepted);
    return meant ? [{ variable, message: `is not a setting. Did you mean ${meant}?` }] : [];
  });
}
