/**
 * The same characters that are removed from the words that are searched, except quotes and hyphens, which have a
 * meaning in a search.
 */
const PUNCTUATION = /[!#$%&'()*+,./:;<=>?@[\\\]^_`{|}~]/g;
/** Soft hyphens, word joiners and byte order marks, which readers do not see. */
const INVISIBLE = /[\u00ad\u2060\ufeff]/g;
/** A hyphen at the beginning of a word excludes the word. Any other hyphen separates words. */
const HYPHEN = /(^|\s)-(?=[^\s"-]|"[^\s"])|-/g;

/**
 * Returns the part of `q` that PostgreSQL's parser receives: words, phrases in quotes, `or`, and `-` before
 * excluded words. Characters are composed (NFC), as in the words that are searched. Long runs of other characters
 * would take quadratic time or exceed the parser's limit of operators.
 */
export const searchTerms = (q: string): string =>
  q
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(PUNCTUATION, ' ')
    .replace(HYPHEN, (hyphen, before?: string) => (before === undefined ? ' ' : hyphen));
