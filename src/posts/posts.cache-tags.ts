const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Whether a post is named by its id; else by its slug. */
export const isId = (idOrSlug: string): boolean => UUID.test(idOrSlug);

/** On every cached page of posts. */
export const POST_LISTS = 'posts';

/** On one cached post, by the name that it was asked for under. */
export const postTag = (idOrSlug: string): string =>
  `post:${isId(idOrSlug) ? idOrSlug.toLowerCase() : idOrSlug}`;
