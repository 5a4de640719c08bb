/** Elements or JSON containers within one another. WXR uses 5, a Ghost export 6. */
export const MAX_DEPTH = 100;

/** The text of one item (a post with its comments, a row), in UTF-16 units; bounds the memory of an import. */
export const MAX_ITEM_LENGTH = 64 * 1024 * 1024;
