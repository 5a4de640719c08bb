import { from, type Permission } from '../platform/http/access/access.js';

/** The permissions of jobs. */
export const JOBS = {
  manage: from('admin'),
} satisfies Record<string, Permission>;
