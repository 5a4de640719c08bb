import { from, type Permission } from '../platform/http/access/access.js';

/** Who may do what with comments. */
export const COMMENTS = {
  create: from('user'),
  edit: { own: 'user', all: 'editor' },
  /** `own`: under their posts. */
  moderate: { own: 'author', all: 'editor' },
} satisfies Record<string, Permission>;
