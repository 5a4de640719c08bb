import type { Id } from '../platform/schemas/schemas.js';
import type { ImportedPost } from './import.model.js';

/** A post of the file with its comments, and the stored post that receives them. */
export interface Thread {
  post: ImportedPost;
  /** The key under which the post is stored. */
  key: string;
  id: Id;
  /** True if the post is about to be inserted. */
  isNew: boolean;
  /** True if the post was deleted after an earlier import. It does not come again. */
  isGone?: boolean;
}
