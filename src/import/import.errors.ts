import { BadRequest, type FieldFault } from '../platform/errors/problem.js';

/** Where in the file: XML is read by line and column, JSON by path, encodings by byte. All count as editors do. */
export type Place = { line: number; column?: number } | { path: string; byte?: number } | { byte: number };

/** The file cannot be imported, and why. Nothing else is wrong: the message is for whoever gave the file. */
export class ImportFileError extends Error {
  constructor(
    readonly reason: string,
    readonly place?: Place,
  ) {
    super(place ? `${describe(place)}: ${reason}` : reason);
    this.name = 'ImportFileError';
  }
}

function describe(place: Place): string {
  if ('line' in place) {
    return place.column === undefined ? `line ${place.line}` : `line ${place.line}, column ${place.column}`;
  }
  if ('path' in place) return place.byte === undefined ? place.path : `${place.path} (byte ${place.byte})`;
  return `byte ${place.byte}`;
}

/** The file that a request brought cannot be imported; `errors[].path` is where in the file. */
export class ImportRefused extends BadRequest {
  static override readonly code = 'import_refused';
  static override readonly title = 'The file cannot be imported';
  override readonly errors: FieldFault[];

  constructor({ message, reason, place }: ImportFileError) {
    super(`${message}. Nothing was imported.`);
    this.errors = [{ path: place ? describe(place) : '', code: 'invalid_file', message: reason }];
  }
}
