import { decodeHTML } from 'entities';

/** What may stand before and after an address that is alone on its line, apart from line ends. */
const BEFORE = /(?:^|<p(?:\s[^<>]{0,500})?>)[ \t]*$/i;
const LONGEST_BEFORE = 520;
const AFTER = /[ \t]*(?:$|\n|<\/p>)/iy;
const ADDRESS = /^[ \t]*(https?:\/\/[^\s<>"[\]]{4,2000})[ \t]*$/i;

/** Returns the address that a text consists of, or undefined. */
export function addressIn(text: string): string | undefined {
  const address = ADDRESS.exec(text)?.[1];
  return address && decodeHTML(address);
}

/** Tells whether this part of the source is a line or a paragraph of its own. */
export const isAlone = (source: string, start: number, end: number): boolean =>
  isFreeBefore(source, start) && isFreeAfter(source, end);

const isFreeBefore = (source: string, start: number) =>
  source[start - 1] === '\n' || BEFORE.test(source.slice(Math.max(0, start - LONGEST_BEFORE), start));

function isFreeAfter(source: string, end: number): boolean {
  AFTER.lastIndex = end;
  return AFTER.test(source);
}
