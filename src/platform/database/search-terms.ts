/** What the words of a post were freed of too, except quotes and hyphens, which mean something in a search. */
const PUNCTUATION = /[!#$%&'()*+,./:;<=>?@[\\\]^_`{|}~]/g;
/** A hyphen excludes what follows it at the beginning of a word; any other one divides words. */
const HYPHEN = /(^|\s)-(?=[^\s"-]|"[^\s"])|-/g;

/**
 * `q` as PostgreSQL's parser may see it: words, phrases in quotes, `or`, and `-` before what is excluded. Runs of
 * other signs cost it the square of their length, or more operators than it can hold.
 */
export const searchTerms = (q: string): string =>
  q
    .replace(PUNCTUATION, ' ')
    .replace(HYPHEN, (hyphen, before?: string) => (before === undefined ? ' ' : hyphen));
