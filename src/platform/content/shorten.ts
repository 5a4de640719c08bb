const MOST_CHARACTERS = 280;
/** A text ends at a word only if this loses fewer characters than this. */
const NEAR = 40;
/** Graphemes that are longer are cut. Usual ones have up to 11 units. */
const LONGEST_GRAPHEME = 64;

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });
const SPACE = /^[\s\u200b]/;

const characters = (text: string): string[] => [...text];

/**
 * Returns the beginning of a text, at most 280 characters. It ends at a word, or after a whole grapheme if no word
 * ends near the limit, for example in a script without spaces. The rest of a long text is not read.
 */
export function shorten(text: string): string {
  const head = text.slice(0, MOST_CHARACTERS * 2 + LONGEST_GRAPHEME);
  if (head.length === text.length && characters(head).length <= MOST_CHARACTERS) return text;
  const cut =
    endOf(head) ||
    characters(head)
      .slice(0, MOST_CHARACTERS - 1)
      .join('').length;
  return `${head.slice(0, cut).trimEnd()}…`;
}

/** Returns the position at which the text ends, or 0 if its first grapheme is too long. */
function endOf(head: string): number {
  let count = 0;
  let end = 0;
  let wordEnd = 0;
  for (const { segment, index } of GRAPHEMES.segment(head)) {
    if (SPACE.test(segment) && count > MOST_CHARACTERS - NEAR) wordEnd = index;
    count += characters(segment).length;
    if (count >= MOST_CHARACTERS) break; // The last character is the ellipsis.
    end = index + segment.length;
  }
  return wordEnd || end;
}
