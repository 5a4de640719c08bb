import { from, type Permission } from '../platform/http/access/access.js';

/** The permissions of tags. */
export const TAGS = {
  edit: from('editor'),
  /** To see tags that no published post has. `own` applies to the tags of own posts. */
  seeUnpublished: { own: 'author', all: 'editor' },
} satisfies Record<string, Permission>;
