import { boundedJson } from '../bounded-json.js';
import { ImportFileError } from '../import.errors.js';
import { MAX_DOCUMENT_VALUES, MAX_MARKUP_LENGTH, written } from '../import.limits.js';

/**
 * Parses a Lexical or Mobiledoc document and verifies that no string in it is too long for a parser of markup.
 * @param isRaw tells whether the strings of an object are written to the HTML unchanged
 * @throws ImportFileError without a place, SyntaxError
 */
export function parseDocument(text: string, isRaw: (value: object) => boolean): unknown {
  const document = boundedJson(text, MAX_DOCUMENT_VALUES);
  const waiting: unknown[] = [document];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'string' && value.length > MAX_MARKUP_LENGTH) {
      throw new ImportFileError(
        `it contains a text that is longer than ${written(MAX_MARKUP_LENGTH)} characters`,
      );
    }
    if (typeof value !== 'object' || value === null || isRaw(value)) continue;
    for (const part of Object.values(value) as unknown[]) waiting.push(part);
  }
  return document;
}
