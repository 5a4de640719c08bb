import { from } from '../platform/http/access/access.js';

/** Who may import. */
export const IMPORTS = {
  run: from('admin'),
};
