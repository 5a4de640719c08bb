import { from } from '../platform/http/access/access.js';

/** The permissions of the health endpoints. */
export const HEALTH = {
  details: from('admin'),
};
