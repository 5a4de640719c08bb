import type { Sql } from 'sql-template-tag';
import { COMMENTS } from '../comments/comments.access.js';
import { sql } from '../platform/database/database.js';
import { may, mayAll } from '../platform/http/access/access.js';
import type { Principal } from '../platform/http/access/principal.js';
import { visiblePosts } from '../posts/posts.service.js';

/** Whose notices these are. Their role decides what they can still see. */
export type Reader = Pick<Principal, 'id' | 'role'>;

/** What a notice shows, over `notifications n`. Joins posts and comments. */
export const SUBJECTS = sql`JOIN posts p ON p.id = n.post_id LEFT JOIN comments c ON c.id = n.comment_id`;
/** The author of the comment, or of the post. Joins users. */
export const ACTOR = sql`LEFT JOIN users u ON u.id = CASE WHEN n.comment_id IS NULL THEN p.author_id ELSE c.author_id END`;

/** A condition over `p`: the reader can moderate comments on the post. */
function moderatedBy(by: Reader): Sql {
  if (mayAll(by as Principal, COMMENTS.moderate)) return sql`true`;
  return may(by as Principal, COMMENTS.moderate) ? sql`p.author_id = ${by.id}` : sql`false`;
}

/**
 * A condition over `n`, `p` and `c`: the notice still tells something, and its reader can see it. A post that was
 * unpublished and a comment that was hidden disappear with their notices, and return with them.
 */
export const shownTo = (by: Reader): Sql => sql`CASE
  WHEN n.kind = 'post_published' THEN p.status = 'published'
  WHEN n.kind = 'comment_pending' THEN c.status = 'pending' AND ${moderatedBy(by)}
  ELSE c.status = 'visible' AND ${visiblePosts(by as Principal)} END`;
