import { from, type Permission } from '../platform/http/access/access.js';

/** The permissions of comments. */
export const COMMENTS = {
  create: from('user'),
  edit: { own: 'user', all: 'editor' },
  /** `own` applies to comments under posts of the caller. */
  moderate: { own: 'author', all: 'editor' },
} satisfies Record<string, Permission>;
