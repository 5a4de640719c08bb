import { ImportFileError } from '../import.errors.js';
import {
  MAX_ITEM_LENGTH,
  MAX_NAME_LENGTH,
  MAX_TEXT_LENGTH,
  MAX_TITLE_LENGTH,
  written,
} from '../import.limits.js';
import { storable } from '../text.js';

/** The values of a row by column. */
export type Values = Record<string, unknown>;

/** The columns whose white space is content. */
const BODIES: ReadonlySet<string> = new Set(['html', 'lexical', 'mobiledoc', 'markdown', 'plaintext']);

/** The columns that can be longer than a name. */
const LONGER: ReadonlyMap<string, number> = new Map([
  ['title', MAX_TITLE_LENGTH],
  ['slug', MAX_TITLE_LENGTH],
  ...['meta_title', 'meta_description', 'feature_image_alt', 'feature_image_caption'].map(
    (column) => [column, MAX_TITLE_LENGTH] as const,
  ),
  ...['og_title', 'og_description', 'twitter_title', 'twitter_description'].map(
    (column) => [column, MAX_TITLE_LENGTH] as const,
  ),
  ['custom_excerpt', MAX_TEXT_LENGTH],
  ['description', MAX_TEXT_LENGTH],
  ['bio', MAX_TEXT_LENGTH],
  ...[...BODIES].map((column) => [column, MAX_ITEM_LENGTH] as const),
]);

/**
 * Returns a column as text without the white space around it, or '' if it is absent, null or not text. Ids of old
 * exports are numbers.
 * @throws ImportFileError without a place if the text is longer than the limit of the column
 */
export function text(values: Values, column: string): string {
  const value = values[column];
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return '';
  const most = LONGER.get(column) ?? MAX_NAME_LENGTH;
  if (value.length > most) throw new ImportFileError(`${column} is longer than ${written(most)} characters`);
  return storable(BODIES.has(column) ? value : value.trim());
}

/** Longer than any URL that is stored. A "data:" URL can contain a picture of several megabytes. */
const CUT_LENGTH = 3000;

/** Returns the beginning of a column that contains a URL. The caller must validate it. */
export function address(values: Values, column: string): string {
  const value = values[column];
  return typeof value === 'string' ? storable(value.trim().slice(0, CUT_LENGTH)) : '';
}

export function number(values: Values, column: string): number {
  const value = values[column];
  return typeof value === 'number' || typeof value === 'string' ? Number(value) || 0 : 0;
}

/** Booleans are numbers in exports of SQLite and MySQL, and text in files that passed through other programs. */
export function flag(values: Values, column: string): boolean {
  const value = values[column];
  return value === true || value === 1 || (typeof value === 'string' && /^\s*(?:1|true)\s*$/.test(value));
}

/** Tells whether a value is one of those that stand for a boolean, or for none. */
export const isFlag = (value: unknown): boolean =>
  NO_TEXT_FLAGS.has(value) || (typeof value === 'string' && /^\s*(?:[01]|true|false)?\s*$/.test(value));

const NO_TEXT_FLAGS: ReadonlySet<unknown> = new Set([undefined, null, true, false, 0, 1]);
