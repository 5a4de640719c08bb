import { escapeText } from 'entities';

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Removes what PostgreSQL cannot store: U+0000 and lone surrogates, which JSON can contain as escapes. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/** Returns the beginning of a text. Half a character would not be equal to itself when it is stored. */
export const cut = (text: string, length: number): string => text.slice(0, length).toWellFormed();

/** Returns a copy, because a substring keeps the whole chunk in memory. */
export function owned(text: string): string {
  return Buffer.from(text).toString();
}

/** WordPress percent-encodes slugs that are not Latin. A slug that only looks encoded does not change. */
export function decodedSlug(slug: string): string | null {
  if (!slug) return null;
  try {
    return storable(decodeURIComponent(slug));
  } catch {
    return slug;
  }
}

/** Elements that show something without text. */
const MEDIA = /<(?:img|picture|video|audio|iframe|embed|object|svg|input|hr)\b/i;

/** Tells whether HTML or Markdown shows anything. */
export const hasContent = (html: string): boolean => /(?:^|>)\s*[^\s<]/.test(html) || MEDIA.test(html);

/** Returns plain text as HTML. Blank lines separate paragraphs. */
export const paragraphs = (text: string): string =>
  text
    .trim()
    .split(/\r?\n(?:[^\S\n]*\r?\n)+/)
    .map((paragraph) => `<p>${escapeText(paragraph.trim()).replace(/\r?\n/g, '<br>')}</p>`)
    .join('\n');
