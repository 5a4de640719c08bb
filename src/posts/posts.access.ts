import { from, may, mayAll, type Permission } from '../platform/http/access/access.js';
import type { Principal } from '../platform/http/access/principal.js';

/** The permissions of posts. */
export const POSTS = {
  create: from('author'),
  edit: { own: 'author', all: 'editor' },
} satisfies Record<string, Permission>;

/** Tells whether the caller may edit the posts of this author. */
export const mayEditPostsOf = (authorId: string, by: Principal | null): boolean =>
  by !== null && (mayAll(by, POSTS.edit) || (by.id === authorId && may(by, POSTS.edit)));
