import { ValidationFailed } from '../platform/errors/problems.js';
import type { Id } from '../platform/schemas/schemas.js';
import { metaFault, patchedMeta, type PostMeta } from './post-meta.format.js';
import type { UpdatePost } from './posts.schemas.js';

/** The changes of a post by column. undefined keeps the value. */
export interface PostChanges {
  title?: string;
  type?: string;
  slug?: string;
  excerpt?: string | null;
  body?: string;
  body_format?: string;
  body_dialect?: string | null;
  html?: string;
  summary?: string;
  html_version?: number;
  parent_id?: Id | null;
  featured?: boolean;
  comments_open?: boolean;
  /** JSON text. */
  meta?: string;
}

/**
 * Returns the changes of a request, except those of its body and tags.
 * @throws ValidationFailed if the result of the patch of `meta` exceeds a limit
 */
export function changesOf(request: UpdatePost, present: { meta: PostMeta }): PostChanges {
  const { title, type, slug, excerpt, parentId, featured, commentsOpen, meta } = request;
  return {
    ...{ title, type, slug, excerpt, featured, parent_id: parentId, comments_open: commentsOpen },
    meta: meta === undefined ? undefined : JSON.stringify(checked(patchedMeta(present.meta, meta))),
  };
}

function checked(meta: PostMeta): PostMeta {
  const message = metaFault(meta);
  if (message !== undefined) throw new ValidationFailed([{ path: 'meta', code: 'custom', message }]);
  return meta;
}
