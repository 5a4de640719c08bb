import { from, type Permission } from '../platform/http/access/access.js';

/** The permissions of posts. */
export const POSTS = {
  create: from('author'),
  edit: { own: 'author', all: 'editor' },
} satisfies Record<string, Permission>;
