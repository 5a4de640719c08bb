import { from, type Permission } from '../platform/http/access/access.js';

/** The permissions of accounts. */
export const USERS = {
  own: from('user'),
  follow: from('user'),
  manage: from('admin'),
} satisfies Record<string, Permission>;
