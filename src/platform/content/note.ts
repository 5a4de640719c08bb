/** The longest part of a file that a note quotes, and the maximum number of names. */
const LONGEST = 100;
const MOST_NAMES = 20;

/**
 * A note for the report of an import. It quotes and shortens every text, so that the report can group notes that
 * differ only in the texts. It joins a list of texts with commas, and does not quote numbers.
 */
export function note(
  parts: TemplateStringsArray,
  ...values: (string | number | readonly string[])[]
): string {
  return parts.reduce((text, part, n) => text + shown(values[n - 1] ?? '') + part);
}

function shown(value: string | number | readonly string[]): string {
  if (typeof value === 'number') return value.toLocaleString('en-US');
  return typeof value === 'string' ? quoted(value) : list(value);
}

function list(names: readonly string[]): string {
  const some = names.slice(0, MOST_NAMES).map(quoted).join(', ');
  return names.length > MOST_NAMES ? `${some} and ${shown(names.length - MOST_NAMES)} more` : some;
}

const quoted = (text: string) => `"${text.slice(0, LONGEST).toWellFormed().replaceAll('"', "'")}"`;

/** Joins further notes of one kind to one, which counts as all of them. It names what the first quote of each is. */
export function noteOfMore(kind: string, notes: readonly string[], count = notes.length): string {
  const names = notes.map((text) => /"([^"]*)"/.exec(text)?.[1] ?? '').filter((name) => name !== '');
  const named = names.length > 0 ? `: ${list(names)}` : '';
  return `${kind} (${count.toLocaleString('en-US')} more${named})`;
}

const QUOTED = /"[^"]*(?:"|$)|“[^”]*(?:”|$)/g;
const LIST = /"…"(?:, "…")*(?: and \d[\d,]* more)?/g;
const COUNT_AT_END = /: \d[\d,]*$/;
/** The end can be cut off. */
const MORE = / \((\d[\d,]*) more(?:: .*)?\)?$/s;

/** Returns what notes have in common that differ only in the texts they quote, or in the number at their end. */
export const noteKind = (text: string): string =>
  withoutQuotes(text).replace(MORE, '').replace(LIST, '"…"').replace(COUNT_AT_END, ': …');

/** Returns the number of notes for which a note stands. */
export const noteCount = (text: string): number =>
  Number(MORE.exec(withoutQuotes(text))?.[1]?.replaceAll(',', '') ?? 1);

/** Whatever the quotes contain cannot be mistaken for a part of the note. */
const withoutQuotes = (text: string) => text.replace(QUOTED, '"…"');
