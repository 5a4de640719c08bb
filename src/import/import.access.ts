import { from } from '../platform/http/access/access.js';

/** The permissions of imports. */
export const IMPORTS = {
  run: from('admin'),
};
