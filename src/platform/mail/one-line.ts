/** Line breaks and other control characters, and those that change the direction of the text around them. */
const UNSAFE = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/**
 * Returns a text for a header: one line, so that it cannot add a header, without invisible characters that would show
 * it in a different order, and at most `most` characters.
 */
export function oneLine(text: string, most: number): string {
  const line = text.toWellFormed().replace(UNSAFE, ' ').replace(/ {2,}/g, ' ').trim();
  const characters = Array.from(line);
  return characters.length <= most
    ? line
    : `${characters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;
}
