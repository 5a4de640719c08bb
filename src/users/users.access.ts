import { from, type Permission } from '../platform/http/access/access.js';

/** Who may do what with accounts. */
export const USERS = {
  own: from('user'),
  manage: from('admin'),
} satisfies Record<string, Permission>;
