import { decodeHTMLStrict } from 'entities';
import type { Fault } from './repairs.js';

/** The longest reference that is read. The longest name of HTML has 31 characters. */
export const LONGEST_REFERENCE = 48;

const REFERENCE = /&(?:#\d+|#[xX][\da-fA-F]+|[A-Za-z][\dA-Za-z]*);/y;
const BEGINNING = /&[#\dA-Za-z]{0,20};?/y;
const OF_XML: ReadonlySet<string> = new Set(['&amp;', '&lt;', '&gt;', '&quot;', '&apos;']);

export interface Reference {
  length: number;
  /** What replaces the reference, and why. Absent if it stays. */
  repair?: { fault: Fault; text: string; example: string };
}

/** Reads the reference that begins with the `&` at `start`. */
export function readReference(text: string, start: number): Reference {
  const found = match(REFERENCE, text, start);
  if (found === '' || found.length > LONGEST_REFERENCE) return asText(text, start);
  const { length } = found;
  if (found[1] === '#') {
    const repair = ofNumber(found);
    return repair ? { length, repair } : { length };
  }
  if (OF_XML.has(found)) return { length };
  const decoded = decodeHTMLStrict(found);
  if (decoded === found) return asText(text, start);
  return { length, repair: { fault: 'entity', text: [...decoded].map(reference).join(''), example: found } };
}

/** Vertical tabs and form feeds separate words in the programs that write them. */
export const spaceOf = (code: number): string => (code === 0x0b || code === 0x0c ? ' ' : '');

const asText = (text: string, start: number): Reference => ({
  length: 1,
  repair: { fault: 'ampersand', text: '&amp;', example: match(BEGINNING, text, start) },
});

function ofNumber(found: string): Reference['repair'] {
  const isHex = /^&#x/i.test(found);
  const code = isHex ? parseInt(found.slice(3, -1), 16) : parseInt(found.slice(2, -1), 10);
  if (!isXmlCharacter(code)) return { fault: 'character', text: spaceOf(code), example: found };
  // HTML allows an upper-case X, and XML does not.
  return found[2] === 'X' ? { fault: 'entity', text: `&#${code};`, example: found } : undefined;
}

function match(pattern: RegExp, text: string, start: number): string {
  pattern.lastIndex = start;
  return pattern.exec(text)?.[0] ?? '';
}

const reference = (character: string) => `&#${character.codePointAt(0)};`;

function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}
