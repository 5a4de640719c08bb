import { type AuditEvent, changedFields, changesBetween } from '../platform/audit/audit-event.js';
import type { LockedComment } from './comments.repository.js';
import type { CommentStatus } from './comments.schemas.js';

const event = (
  action: AuditEvent['action'],
  comment: LockedComment,
  status: CommentStatus | null,
): AuditEvent => ({
  action,
  targetId: comment.id,
  changes: changesBetween(comment, { status }, ['status']),
});

export const commentModerated = (comment: LockedComment, status: CommentStatus) =>
  event('comment.moderated', comment, status);

export const commentDeleted = (comment: LockedComment) => event('comment.deleted', comment, null);

/** The entry names the body and does not keep it. */
export function commentUpdated(comment: LockedComment, status: CommentStatus): AuditEvent {
  const { changes, ...rest } = event('comment.updated', comment, status);
  return { ...rest, changes: { ...changes, ...changedFields(['body']) } };
}
