/**
 * Control characters, line and paragraph separators, invisible characters, tag characters, and marks that change the
 * direction of text. The content of a file must not control the terminal, and must not hide in it.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u{E0000}-\u{E007F}]+/gu;

/** Returns a text for one line of a terminal. */
export const printable = (text: string): string => text.replace(UNPRINTABLE, ' ');

/** Returns a text of several lines for a terminal. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

/** Returns JSON in which the same characters are escaped. They can only be in its strings. */
export const printableJson = (json: string): string => json.replace(UNPRINTABLE, escaped);

/** Escapes each code unit, because JSON writes one character as two escapes. */
const escaped = (text: string) =>
  text
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
