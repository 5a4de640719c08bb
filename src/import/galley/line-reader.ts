import { boundedJson } from '../bounded-json.js';
import { ImportFileError } from '../import.errors.js';
import { MAX_ITEM_LENGTH, MAX_VALUES, written } from '../import.limits.js';
import { type ImportSource, utf8Chunks } from '../import-source.js';
import { type GalleyLine, LINES } from './galley.lines.js';

export type NumberedLine = GalleyLine & { line: number };

/**
 * Yields the lines of a Galley export and validates each one. Blank lines are ignored.
 * @throws ImportFileError with the number of the line
 */
export async function* galleyLines(source: ImportSource): AsyncGenerator<NumberedLine, void, void> {
  let line = 0;
  let rest = '';
  for await (const chunk of utf8Chunks(source)) {
    const [first = '', ...others] = chunk.toString().split('\n');
    rest += first;
    for (const next of others) {
      line += 1;
      if (rest.trim() !== '') yield parseLine(rest, line);
      rest = next;
    }
    if (rest.length > MAX_ITEM_LENGTH)
      throw new ImportFileError(`the line is longer than ${written(MAX_ITEM_LENGTH)} characters`, {
        line: line + 1,
      });
  }
  if (rest.trim() !== '') yield parseLine(rest, line + 1);
}

function parseLine(text: string, line: number): NumberedLine {
  const [kind, value] = onlyEntry(text, line);
  if (!Object.hasOwn(LINES, kind)) {
    throw new ImportFileError(`"${kind.slice(0, 50)}" is not one of ${Object.keys(LINES).join(', ')}`, {
      line,
    });
  }
  const parsed = LINES[kind as GalleyLine['kind']].safeParse(value);
  if (parsed.success) return { kind, value: parsed.data, line } as NumberedLine;
  const [issue] = parsed.error.issues;
  throw new ImportFileError([[kind, ...(issue?.path ?? [])].join('.'), issue?.message].join(': '), { line });
}

function onlyEntry(text: string, line: number): [string, unknown] {
  let parsed: unknown;
  try {
    parsed = boundedJson(text, MAX_VALUES);
  } catch (error) {
    throw new ImportFileError(error instanceof ImportFileError ? error.reason : 'invalid JSON', { line });
  }
  const entries = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
  const [entry] = entries;
  if (!entry || entries.length > 1) {
    throw new ImportFileError('must be an object with exactly one key, which names its kind', { line });
  }
  return entry;
}
