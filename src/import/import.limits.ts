/**
 * The limits of a file. All limits are counts and sizes, so that the same file is always accepted or always
 * rejected. Each one is far above what WordPress, Ghost and Galley write, and keeps the work for a file linear in
 * its size.
 */

/** The nesting depth of elements or JSON containers. WXR uses 5, a Ghost export 6. */
export const MAX_DEPTH = 100;

/** The text of one item (a post with its comments, or a row), in UTF-16 units. It limits the memory of an import. */
export const MAX_ITEM_LENGTH = 64 * 1024 * 1024;

/**
 * Names, logins, email addresses, ids and times, including markup, in UTF-16 units. The following limits use the
 * same unit.
 */
export const MAX_NAME_LENGTH = 500;

/** Titles, slugs and URLs, including markup. */
export const MAX_TITLE_LENGTH = 5000;

/** Excerpts, descriptions and biographies. */
export const MAX_TEXT_LENGTH = 100_000;

/** Markdown, or markup in a card, that a renderer parses. Its time can grow with the square of this length. */
export const MAX_MARKUP_LENGTH = 200_000;

/** How much short references (`__GHOST_URL__`, the links of a Mobiledoc document) can add to a body. */
export const MAX_GROWTH = 1_000_000;

/** The bytes of a unique key, for example of the name of a tag. An index of PostgreSQL supports 2,704. */
export const MAX_KEY_BYTES = 2500;

/** The attributes of one element. WXR uses 7. */
export const MAX_ATTRIBUTES = 100;

/**
 * The address of a namespace of XML. Its own have at most 50 characters. The parser copies the address for each attribute
 * with a prefix.
 */
export const MAX_NAMESPACE_LENGTH = 1000;

/** The elements of one item. This corresponds to about 45,000 comments. */
export const MAX_ELEMENTS = 500_000;

/** The values of a row or line of JSON, or of everything between two rows. A Ghost post has about 40. */
export const MAX_VALUES = 10_000;

/** The values of a Lexical or Mobiledoc document. This corresponds to about 14,000 paragraphs. */
export const MAX_DOCUMENT_VALUES = 200_000;

/** The tags of one post, and its authors. */
export const MAX_LINKS = 1000;

/** The notes on one item. Further notes are joined by their kinds. */
export const MAX_NOTES = 20;

/** The notes that a reader keeps on a part of an item, for example on its terms. Further notes are only counted. */
export const MAX_READ_NOTES = 1000;

/** Formats a limit for messages. */
export const written = (limit: number): string => limit.toLocaleString('en-US');
