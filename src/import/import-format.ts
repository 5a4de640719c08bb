import { ImportFileError } from './import.errors.js';
import type { ImportFormat } from './import.model.js';
import { headOf, type ImportSource } from './import-source.js';
import { utf16Of } from './text-encoding.js';
import { XML_START } from './wordpress/preamble.js';

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
  const utf16 = utf16Of(head);
  const text = new TextDecoder(utf16 ?? 'utf-8').decode(head).trimStart(); // This also removes the byte order mark.
  if (utf16 && !text.startsWith('<')) {
    throw new ImportFileError('The file is encoded in UTF-16. Save it as UTF-8');
  }
  if (text.startsWith('<')) return 'wordpress';
  if (GALLEY.test(text)) return 'galley';
  if (text.startsWith('{')) return 'ghost';
  if (XML_START.test(text)) return 'wordpress'; // Servers can write warnings before the file.
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
