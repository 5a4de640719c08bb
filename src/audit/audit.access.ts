import { from, type Permission } from '../platform/http/access/access.js';

/** The permissions of the audit log. */
export const AUDIT = {
  read: from('admin'),
} satisfies Record<string, Permission>;
