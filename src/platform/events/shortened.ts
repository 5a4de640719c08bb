/**
 * The UTF-16 units of the longest text that a request can write and an event contains: a comment of 10,000 characters. Only
 * imported texts are longer.
 */
export const MOST_TEXT = 20_000;

/** Returns the data of an event with the beginnings of its long texts, however deep they are. */
export function shortened(value: unknown): unknown {
  if (typeof value === 'string')
    return value.length > MOST_TEXT ? `${value.slice(0, MOST_TEXT - 1).toWellFormed()}…` : value;
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shortened(part)]));
}
