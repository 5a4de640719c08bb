import { ImportFileError } from './import.errors.js';
import type { ImportFormat } from './import.model.js';
import type { ImportSource } from './import-source.js';

/** How many times a reader reads the whole file, for the progress bar. */
export const PASSES: Record<ImportFormat, number> = { wordpress: 1, ghost: 2, galley: 1 };

const FOUND: Record<ImportFormat, string> = {
  wordpress: 'XML',
  ghost: 'JSON',
  galley: 'a Galley export',
};
const WANTED: Record<ImportFormat, string> = {
  wordpress: 'a WordPress export is XML',
  ghost: 'a Ghost export is one JSON document',
  galley: 'a Galley export begins with {"galley":',
};

const HEAD = 4096;

/** The first line of a Galley export. */
const GALLEY = /^\{\s*"galley"\s*:/;

/**
 * Detects the format by the beginning of the file. Markup is WXR, and an object is a Ghost export or a Galley
 * export.
 */
export function detectFormat(head: Uint8Array): ImportFormat {
  if (head.length === 0) throw new ImportFileError('The file is empty');
  const [first, second] = head;
  if (first === 0x1f && second === 0x8b)
    throw new ImportFileError('The file is a gzip archive. Unpack it first');
  if (first === 0x50 && second === 0x4b)
    throw new ImportFileError('The file is a ZIP archive. Unpack it first');
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new ImportFileError('The file is encoded in UTF-16. Save it as UTF-8');
  }
  const text = Buffer.from(head).toString('utf8').trimStart(); // This also removes the byte order mark.
  if (text.startsWith('<')) return 'wordpress';
  if (GALLEY.test(text)) return 'galley';
  if (text.startsWith('{')) return 'ghost';
  throw new ImportFileError(
    'The file is not a WordPress export (XML), a Ghost export (JSON) or a Galley export (lines of JSON)',
  );
}

/**
 * Returns the format of the file, according to its first bytes.
 * @throws ImportFileError if the format is unknown or differs from `asked`
 */
export async function formatOf(source: ImportSource, asked?: ImportFormat): Promise<ImportFormat> {
  const found = detectFormat(await headOf(source));
  if (!asked || asked === found) return found;
  throw new ImportFileError(`The file is ${FOUND[found]}, but ${WANTED[asked]}. Use the format "${found}"`);
}

async function headOf(source: ImportSource): Promise<Uint8Array> {
  let head = Buffer.alloc(0);
  for await (const chunk of source()) {
    head = Buffer.concat([head, chunk]);
    if (head.length >= HEAD) break;
  }
  return head.subarray(0, HEAD);
}
