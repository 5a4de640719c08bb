/**
 * What a file may hold. All limits are counts and sizes, so that the same file is always taken or always refused; each
 * is far above what WordPress, Ghost and Galley write, and keeps the work for a file linear in its size.
 */

/** Elements or JSON containers within one another. WXR uses 5, a Ghost export 6. */
export const MAX_DEPTH = 100;

/** The text of one item (a post with its comments, a row), in UTF-16 units; bounds the memory of an import. */
export const MAX_ITEM_LENGTH = 64 * 1024 * 1024;

/** Names, logins, e-mail addresses, ids and times, markup included; in UTF-16 units like all that follow. */
export const MAX_NAME_LENGTH = 500;

/** Titles, slugs and addresses, markup included. */
export const MAX_TITLE_LENGTH = 5000;

/** Excerpts, descriptions and profiles. */
export const MAX_TEXT_LENGTH = 100_000;

/** Markdown, or markup in a card, that a renderer parses: its time may grow with the square of this. */
export const MAX_MARKUP_LENGTH = 200_000;

/** What short references (`__GHOST_URL__`, the links of a Mobiledoc document) may add to a body. */
export const MAX_GROWTH = 1_000_000;

/** Bytes of a unique key, of a tag's name among them. PostgreSQL's index takes 2,704. */
export const MAX_KEY_BYTES = 2500;

/** Attributes of one element. WXR uses 7. */
export const MAX_ATTRIBUTES = 100;

/** Elements that are read in one item: some 45,000 comments. */
export const MAX_ELEMENTS = 500_000;

/** Values in a row or line of JSON, or in all that stands between two rows. A Ghost post has some 40. */
export const MAX_VALUES = 10_000;

/** Values of a Lexical or Mobiledoc document: some 14,000 paragraphs. */
export const MAX_DOCUMENT_VALUES = 200_000;

/** Tags, and authors, of one post. */
export const MAX_LINKS = 1000;

/** Notes on one item; the rest is counted. */
export const MAX_NOTES = 20;

/** How a limit is written for people. */
export const written = (limit: number): string => limit.toLocaleString('en-US');
