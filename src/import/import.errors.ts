import { BadRequest, type FieldFault } from '../platform/errors/problem.js';

/**
 * A place in the file. XML is located by line and column, JSON by path, and encodings by byte. All are counted as
 * in an editor.
 */
export type FilePosition =
  { line: number; column?: number } | { path: string; byte?: number } | { byte: number };

/** A reason can quote the file, which can contain text of any length. */
const LONGEST_REASON = 500;

/** The reason why a file cannot be imported. The message is for the person who provided the file. */
export class ImportFileError extends Error {
  readonly reason: string;

  constructor(
    reason: string,
    readonly place?: FilePosition,
  ) {
    const short = shortened(reason);
    super(place ? `${describe(place)}: ${short}` : short);
    this.name = 'ImportFileError';
    this.reason = short;
  }

  /** Runs `work` and adds the place to its error if it fails. */
  static locate<T>(place: FilePosition, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ImportFileError) || error.place) throw error;
      throw new ImportFileError(error.reason, place);
    }
  }
}

/** Some parsers end their messages with a full stop, and the problem adds its own. */
function shortened(reason: string): string {
  const text = reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)}…` : reason;
  return text
    .replaceAll('\0', '')
    .replace(/[.\s]+$/, '')
    .toWellFormed();
}

function describe(place: FilePosition): string {
  if ('line' in place) {
    return place.column === undefined ? `line ${place.line}` : `line ${place.line}, column ${place.column}`;
  }
  if ('path' in place) return place.byte === undefined ? place.path : `${place.path} (byte ${place.byte})`;
  return `byte ${place.byte}`;
}

/** The uploaded file cannot be imported. `errors[].path` is the place in the file. */
export class ImportRefused extends BadRequest {
  static override readonly code = 'import_refused';
  static override readonly title = 'The file cannot be imported';
  static readonly advice =
    'Correct the file at the place that `errors` names, and import it again. Nothing was imported.';
  override readonly errors: FieldFault[];

  constructor({ message, reason, place }: ImportFileError) {
    super(`${message}. Nothing was imported.`);
    this.errors = [{ path: place ? describe(place) : '', code: 'invalid_file', message: reason }];
  }
}
