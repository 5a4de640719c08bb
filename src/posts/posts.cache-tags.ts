const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Tells whether a path identifies a post by its id, and otherwise by its slug. */
export const isId = (idOrSlug: string): boolean => UUID.test(idOrSlug);

/** The tag of every cached page of posts. */
export const POST_LISTS = 'posts';

/** The tag of one cached post, by the id or slug of the request. */
export const postTag = (idOrSlug: string): string =>
  `post:${isId(idOrSlug) ? idOrSlug.toLowerCase() : idOrSlug}`;
