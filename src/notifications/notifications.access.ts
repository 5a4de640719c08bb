import { from, type Permission } from '../platform/http/access/access.js';

/** The permissions of notifications. Each account has its own. */
export const NOTIFICATIONS = {
  own: from('user'),
} satisfies Record<string, Permission>;
