import { Parser } from 'htmlparser2';

/** Returns the text of HTML without its white space, because a mapped text can differ in it. */
export const squeezed = (html: string): string =>
  textOf(html)
    .replace(/[\s\u00a0]+/g, '')
    .normalize('NFC');

function textOf(html: string): string {
  let text = '';
  const parser = new Parser({ ontext: (piece) => (text += piece) }, { decodeEntities: true });
  parser.end(html);
  return text;
}

export const sameText = (a: string, b: string | null | undefined): boolean =>
  squeezed(a) === squeezed(b ?? '') || a.replace(/\s+/g, '') === (b ?? '').replace(/\s+/g, '');

/** Names of tags are the same in any case, with any white space between their words. */
export const sameName = (a: string, b: string): boolean => inWords(a) === inWords(b);
const inWords = (text: string) =>
  textOf(text)
    .replace(/[\s\u00a0]+/g, ' ')
    .trim()
    .normalize('NFC')
    .toLowerCase();

/** Bodies are kept as they are. Only the ends of lines, which XML does not keep, can differ. */
export const sameBody = (a: string, b: string | undefined): boolean => lines(a) === lines(b ?? '');
const lines = (text: string) => text.replace(/\r\n?/g, '\n');

const ZONE = /(?:Z|GMT|UTC|[+-]\d\d:?\d\d)$/i;
const QUARTER = 15 * 60_000;

/** Tells whether a date of the file is one of these times, or is one of them in a zone of the world. */
export function sameTime(text: string, ...times: (string | null | undefined)[]): boolean {
  const given = dateOf(text);
  return times.some((time) => {
    if (!time) return false;
    const difference = Math.abs(Math.floor(new Date(time).getTime() / 1000) * 1000 - given);
    return ZONE.test(text.trim()) || /^\d+$/.test(text)
      ? difference < 1000
      : difference % QUARTER === 0 && difference <= 14 * 3_600_000;
  });
}

function dateOf(text: string): number {
  const clean = text.trim();
  if (/^\d+$/.test(clean)) return Math.floor(Number(clean) / 1000) * 1000;
  const isZoned = ZONE.test(clean) || clean.endsWith('Z');
  return Math.floor(new Date(isZoned ? clean : `${clean.replace(' ', 'T')}Z`).getTime() / 1000) * 1000;
}

export function decoded(slug: string): string {
  try {
    return decodeURIComponent(slug);
  } catch {
    return slug;
  }
}
