import { from, type Permission } from '../platform/http/access/access.js';

/** The permissions of webhooks. */
export const WEBHOOKS = {
  manage: from('admin'),
} satisfies Record<string, Permission>;
