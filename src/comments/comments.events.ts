import type { NewEvent } from '../platform/events/event.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { CommentStatus, CommentView } from './comments.schemas.js';

/** The facts about a comment. A change of the status is `comment.moderated`. */
export const COMMENT_EVENTS = [
  'comment.created',
  'comment.updated',
  'comment.moderated',
  'comment.deleted',
] as const;
export type CommentEvent = (typeof COMMENT_EVENTS)[number];

/** The comment in an event. */
export type CommentEventData = Omit<CommentView, 'html'>;

/** What an event must know about the comment beside its view. */
interface Place {
  postAuthorId: Id;
  isPostPublic: boolean;
  /** The status before the change, absent for a new comment. */
  status?: CommentStatus;
}

/** The columns of an event without a view. */
export interface CommentOfEvent {
  id: Id;
  version: number;
  authorId: Id | null;
  postAuthorId: Id;
  /** True if readers see the comment or its place in the thread, or saw it before. */
  isPublic: boolean;
}

/**
 * A change of which nobody is notified: an import, new HTML, or a place in a thread that readers now see or no longer see.
 * Clients that mirror the comment read it again.
 */
export const silentCommentEvent = (
  type: CommentEvent,
  { id, version, authorId, postAuthorId, isPublic }: CommentOfEvent,
): NewEvent => ({
  type,
  resource: { type: 'comment', id, version },
  actorId: null,
  isPublic,
  ownerIds: [...new Set([postAuthorId, authorId ?? postAuthorId])],
  isSilent: true,
});

/** @param comment the comment after the change, or before it was deleted */
export function commentEvent(
  type: CommentEvent,
  comment: CommentView,
  actorId: Id,
  { postAuthorId, isPostPublic, status }: Place,
): NewEvent {
  const { html: _html, ...data } = comment;
  return {
    type,
    resource: { type: 'comment', id: comment.id, version: comment.version },
    actorId,
    isPublic: isPostPublic && (comment.status === 'visible' || status === 'visible'),
    ownerIds: [...new Set([postAuthorId, comment.author?.id ?? postAuthorId])],
    data: data satisfies CommentEventData,
    ...(status && { before: { status } }),
  };
}
