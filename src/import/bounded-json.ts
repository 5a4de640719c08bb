import { ImportFileError } from './import.errors.js';
import { MAX_DEPTH, written } from './import.limits.js';

/**
 * Parses JSON that is not too deep and not of too many values: `JSON.parse` would take a hundred times the memory
 * of the text for brackets alone, and cannot be stopped.
 * @throws ImportFileError without a place, SyntaxError
 */
export function boundedJson(text: string, mostValues: number): unknown {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '}' || character === ']') depth -= 1;
    else if (character === ',' || character === '{' || character === '[') {
      values += 1;
      if (character !== ',') depth += 1;
      if (depth > MAX_DEPTH) throw new ImportFileError(`more than ${MAX_DEPTH} levels within one another`);
      if (values > mostValues) throw new ImportFileError(`more than ${written(mostValues)} values`);
    }
  }
  return JSON.parse(text);
}

/** Where the string that begins at `from` ends; the end of the text where it does not. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let first = end;
    while (text[first - 1] === '\\') first -= 1;
    if ((end - first) % 2 === 0) return end;
  }
  return text.length;
}
