import { empty, raw, type Sql } from 'sql-template-tag';
import { sql } from '../platform/database/database.js';
import { may, mayAll } from '../platform/http/access/access.js';
import type { Principal } from '../platform/http/access/principal.js';
import { POSTS } from './posts.access.js';
import type { PostStatus } from './post-fields.schemas.js';

/** Tells whose unpublished posts the caller can see: nobody's, their own (authors), or all (editors). */
function unpublishedOf(by: Principal | null): 'nobody' | 'own' | 'all' {
  if (by && mayAll(by, POSTS.edit)) return 'all';
  return by && may(by, POSTS.edit) ? 'own' : 'nobody';
}

/** The only rule that defines which posts a caller can see, as a condition over `posts` with this alias. */
export function visiblePosts(by: Principal | null, alias = 'p'): Sql {
  const column = (name: string) => raw(`${alias}.${name}`);
  const isPublished = sql`${column('status')} = 'published'`;
  switch (unpublishedOf(by)) {
    case 'all':
      return sql`true`;
    case 'own':
      return sql`(${isPublished} OR ${column('author_id')} = ${by?.id})`;
    case 'nobody':
      return isPublished;
  }
}

/** The part of the same rule for the posts `p` of one status, or undefined if the caller can see none of them. */
export function visibleOfStatus(by: Principal | null, status: PostStatus): Sql | undefined {
  const whose = status === 'published' ? 'all' : unpublishedOf(by);
  if (whose === 'nobody') return undefined;
  return whose === 'own' ? sql`AND p.author_id = ${by?.id}` : empty;
}
