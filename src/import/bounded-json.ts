import { exceeds } from '../platform/json/bounds.js';
import { ImportFileError } from './import.errors.js';
import { MAX_DEPTH, written } from './import.limits.js';

/**
 * Parses JSON that is not too deep and not of too many values.
 * @throws ImportFileError without a place, SyntaxError
 */
export function boundedJson(text: string, mostValues: number): unknown {
  const bound = exceeds(text, { depth: MAX_DEPTH, values: mostValues });
  if (bound === 'depth') throw new ImportFileError(`more than ${MAX_DEPTH} levels within one another`);
  if (bound === 'values') throw new ImportFileError(`more than ${written(mostValues)} values`);
  return JSON.parse(text);
}
