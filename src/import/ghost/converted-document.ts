import { messageOf } from '../../platform/errors/thrown.js';
import { ImportFileError } from '../import.errors.js';

/** The HTML of a document, and a note for each part that could not be converted. */
export interface ConvertedDocument {
  html: string;
  notes: string[];
}

/** How often a document is divided to find its faulty parts. */
const MOST_ATTEMPTS = 64;

/**
 * Converts the parts of a document together. If that fails, converts ever smaller groups, so that only the faulty
 * parts are lost.
 * @param lose is called with each part that cannot be converted
 * @throws Error if too many parts are faulty
 */
export function convertParts<Part>(
  parts: Part[],
  convert: (parts: Part[]) => string,
  lose: (part: Part, why: string) => void,
): string {
  let attempts = 0;
  const convertSome = (some: Part[]): string => {
    attempts += 1;
    if (attempts > MOST_ATTEMPTS) throw new Error('too many of its parts cannot be converted');
    try {
      return convert(some);
    } catch (error) {
      if (error instanceof ImportFileError) throw error;
      const [only] = some;
      if (some.length > 1) return halves(some).map(convertSome).join('');
      if (only !== undefined) lose(only, messageOf(error));
      return '';
    }
  };
  return convertSome(parts);
}

function halves<Part>(parts: Part[]): Part[][] {
  const middle = Math.ceil(parts.length / 2);
  return [parts.slice(0, middle), parts.slice(middle)];
}
