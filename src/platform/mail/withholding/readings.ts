import { decodeHTML } from 'entities';

/** A text without the escapes of one or more formats. */
export interface Reading {
  text: string;
  /** Where each character of the reading begins in the original text, and at last where that one ends. */
  at: number[];
}

/** A format in which programs write a text into another one. What an escape stands for is shorter than the escape. */
interface Format {
  escape: RegExp;
  plain: (escape: string) => string;
}

const HEX = '[\\da-f]';
/** A character in UTF-8, with a sign before each byte. */
const bytesAfter = (sign: string): string => `${sign}[0-7]${HEX}|${sign}[c-f]${HEX}(?:${sign}[89ab]${HEX})+`;
const ofBytes = (escape: string): string => Buffer.from(escape.replace(/[%=]/g, ''), 'hex').toString();

const CONTROLS: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

const FORMATS: Format[] = [
  { escape: new RegExp(bytesAfter('%'), 'gi'), plain: ofBytes },
  /** Quoted-printable, which also breaks lines inside of words. */
  {
    escape: new RegExp(`=[ \\t]*\\r?\\n|${bytesAfter('=')}`, 'gi'),
    plain: (escape) => (escape.endsWith('\n') ? '' : ofBytes(escape)),
  },
  /** JSON, and the other languages with its escapes. */
  {
    escape: new RegExp(`\\\\(?:u${HEX}{4}|x${HEX}{2}|[^])`, 'gi'),
    plain: (escape) =>
      escape.length > 2
        ? String.fromCharCode(Number.parseInt(escape.slice(2), 16))
        : (CONTROLS[escape.slice(1)] ?? escape.slice(1)),
  },
  { escape: /&(?:#\d+|#x[\da-f]+|[a-z][\da-z]*);/gi, plain: (escape) => decodeHTML(escape) },
];

/** Each text that somebody writes has a few. A text of nothing but nested escapes has no end of them. */
const MOST_READINGS = 40;

/**
 * Returns the text itself, and the text as each order of formats reads it: a URL in HTML in JSON needs three. A text does
 * not say which formats it has, and a wrong one spoils it: `?t=3Dx` is itself in a URL and `?t=x` in quoted-printable.
 */
export function readingsOf(text: string): Reading[] {
  const readings: Reading[] = [{ text, at: Array.from({ length: text.length + 1 }, (_, index) => index) }];
  const known = new Set([text]);
  for (const reading of readings)
    for (const format of FORMATS) {
      const next = decoded(reading, format);
      if (known.has(next.text) || readings.length === MOST_READINGS) continue;
      known.add(next.text);
      readings.push(next);
    }
  return readings;
}

function decoded({ text, at }: Reading, { escape, plain }: Format): Reading {
  const pieces: string[] = [];
  const places: number[] = [];
  let end = 0;
  for (const { 0: whole, index } of text.matchAll(escape)) {
    const character = plain(whole);
    pieces.push(text.slice(end, index), character);
    for (let each = end; each < index; each++) places.push(at[each] ?? 0);
    for (let each = 0; each < character.length; each++) places.push(at[index] ?? 0);
    end = index + whole.length;
  }
  for (let each = end; each <= text.length; each++) places.push(at[each] ?? 0);
  return { text: pieces.join('') + text.slice(end), at: places };
}
