import { from, type Permission } from '../platform/http/access/access.js';

/** Who may do what with tags. */
export const TAGS = {
  edit: from('editor'),
  /** Tags that no published post has; `own`: those of their posts. */
  seeUnpublished: { own: 'author', all: 'editor' },
} satisfies Record<string, Permission>;
