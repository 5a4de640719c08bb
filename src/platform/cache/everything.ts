/** The tag of every entry. Renewing it empties the cache. */
export const EVERYTHING = 'everything';
