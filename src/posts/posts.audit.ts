import { type AuditEvent, changedFields, changesBetween } from '../platform/audit/audit-event.js';
import type { LockedPost } from './post-rows.js';
import type { ListedPost, PostView } from './post-view.schemas.js';

const STATE = ['status', 'scheduledAt'] as const;
/** Fields whose values are short enough for an entry. */
const SHORT = ['title', 'slug', 'type', 'bodyFormat', 'parentId', 'featured', 'commentsOpen'] as const;

/** Fields that an entry names without their values. */
const LONG = ['body', 'excerpt', 'meta', 'tags'] as const;

/** The actions on the status of a post. */
export type PostAuditAction = `post.${'published' | 'unpublished' | 'scheduled' | 'archived' | 'restored'}`;

export const postActed = (
  action: PostAuditAction,
  before: Pick<PostView, 'status'> & Partial<Pick<PostView, 'scheduledAt'>>,
  after: ListedPost,
  edited: readonly string[] = [],
): AuditEvent => ({
  action,
  targetId: after.id,
  changes: { ...changesBetween(before, after, STATE), ...changedFields(edited) },
});

/** A new draft has no entry, because the post contains its author and the time of its creation. */
export const postCreatedAs = (status: 'published' | 'scheduled', post: ListedPost): AuditEvent => ({
  action: `post.${status}`,
  targetId: post.id,
  changes: changesBetween(null, post, STATE),
});

/** The entry names the body, the excerpt, the meta and the tags, and does not keep them. */
export function postUpdated(before: LockedPost, after: ListedPost, changed: readonly string[]): AuditEvent {
  const long = LONG.filter((field) => changed.includes(field));
  return {
    action: 'post.updated',
    targetId: after.id,
    changes: { ...changesBetween(before, after, SHORT), ...changedFields(long) },
  };
}

/** A private edit changes fields of the post later. Its entry names them. */
export const postDrafted = (targetId: string, fields: readonly string[]): AuditEvent => ({
  action: 'post.drafted',
  targetId,
  changes: changedFields(fields),
});

export const postDiscarded = (targetId: string, fields: readonly string[]): AuditEvent => ({
  action: 'post.discarded',
  targetId,
  changes: changedFields(fields),
});

export const postDeleted = (post: LockedPost): AuditEvent => ({
  action: 'post.deleted',
  targetId: post.id,
  changes: changesBetween(post, null, ['title', 'slug', 'type', 'status', 'authorId']),
});

export const tagMerged = (id: string, slug: string, into: string): AuditEvent => ({
  action: 'tag.merged',
  targetId: id,
  changes: { slug: [slug, into] },
});
