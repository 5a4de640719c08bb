import { from } from '../platform/http/access/access.js';

/** Who may see how the parts of the server are. */
export const HEALTH = {
  details: from('admin'),
};
