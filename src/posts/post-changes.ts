import { ValidationFailed } from '../platform/errors/request-problems.js';
import type { Id } from '../platform/schemas/schemas.js';
import { metaFault, patchedMeta, type PostMeta } from './post-meta.format.js';
import type { Post } from './post.entity.js';
import { CHOSEN } from './post-fields.schemas.js';
import type { UpdatePost } from './post-requests.schemas.js';

/** The changes of a post by column. undefined keeps the value. */
export interface PostChanges {
  title?: string;
  type?: string;
  slug?: string;
  excerpt?: string | null;
  body?: string;
  body_format?: string;
  body_dialect?: string | null;
  /** JSON text. */
  body_context?: string | null;
  html?: string;
  summary?: string;
  html_version?: number;
  parent_id?: Id | null;
  featured?: boolean;
  comments_open?: boolean;
  /** JSON text. */
  meta?: string;
}

/** `summary` is what readers see without an excerpt. */
type Present = Pick<Post, 'title' | 'excerpt' | 'slug' | 'meta' | 'summary'>;

/**
 * Returns the changes of a request, except those of its body and tags.
 * @throws ValidationFailed if a changed value, or the result of the patch of `meta`, exceeds a limit
 */
export function changesOf(request: UpdatePost, present: Present): PostChanges {
  const excerpt = excerptOf(request, present);
  checkChosen({ ...request, excerpt }, present);
  const { title, type, slug, parentId, featured, commentsOpen, meta } = request;
  return {
    ...{ title, type, slug, excerpt, featured, parent_id: parentId, comments_open: commentsOpen },
    meta: meta === undefined ? undefined : JSON.stringify(checked(patchedMeta(present.meta, meta))),
  };
}

/** A form returns the excerpt that it was shown. If the server has created it, it goes on doing so. */
const excerptOf = ({ excerpt }: UpdatePost, present: Present): string | null | undefined =>
  present.excerpt === null && excerpt === present.summary ? null : excerpt;

/** An imported value that a client could not choose is still valid if it returns unchanged. */
function checkChosen(request: UpdatePost, present: Present): void {
  const faults = (['title', 'excerpt', 'slug'] as const).flatMap((path) => {
    if (request[path] === present[path]) return [];
    const issues = CHOSEN[path].optional().safeParse(request[path]).error?.issues ?? [];
    return issues.map(({ code = 'custom', message }) => ({ path, code, message }));
  });
  if (faults.length > 0) throw new ValidationFailed(faults);
}

function checked(meta: PostMeta): PostMeta {
  const message = metaFault(meta);
  if (message !== undefined) throw new ValidationFailed([{ path: 'meta', code: 'custom', message }]);
  return meta;
}
