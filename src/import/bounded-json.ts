import { exceeds } from '../platform/json/bounds.js';
import { ImportFileError } from './import.errors.js';
import { MAX_DEPTH, written } from './import.limits.js';

/**
 * Parses JSON with a limited depth and number of values.
 * @throws ImportFileError without a place, SyntaxError
 */
export function boundedJson(text: string, mostValues: number): unknown {
  const bound = exceeds(text, { depth: MAX_DEPTH, values: mostValues });
  if (bound === 'depth') throw new ImportFileError(`has more than ${MAX_DEPTH} nested levels`);
  if (bound === 'values') throw new ImportFileError(`has more than ${written(mostValues)} values`);
  return JSON.parse(text);
}
