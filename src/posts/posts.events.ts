import type { LoggedEvent, NewEvent } from '../platform/events/event.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { Post } from './post.entity.js';
import type { PostStatus } from './post-fields.schemas.js';
import { listed, type ListedPost } from './post-view.schemas.js';

/** The facts about a post. `post.created` also describes a new draft. */
export const POST_EVENTS = [
  'post.created',
  'post.updated',
  'post.scheduled',
  'post.published',
  'post.unpublished',
  'post.archived',
  'post.deleted',
] as const;
export type PostEvent = (typeof POST_EVENTS)[number];

/** The post in an event: the view of lists. */
export type PostEventData = Omit<ListedPost, 'pendingRevision'>;

/** What a post was before the event. */
interface Before {
  status: PostStatus;
  /** Null if the post has never been public. */
  publishedAt: string | null;
}

/**
 * @param post the post after the change, or before it was deleted
 * @param before absent for a new post
 */
export function postEvent(type: PostEvent, post: ListedPost, actorId: Id | null, before?: Before): NewEvent {
  const { pendingRevision: _pendingRevision, ...data } = listed(post);
  return {
    type,
    resource: { type: 'post', id: post.id, version: post.version },
    actorId,
    isPublic: post.status === 'published' || before?.status === 'published',
    ownerIds: [post.authorId],
    data: data satisfies PostEventData,
    ...(before && { before }),
  };
}

/** The columns of an event without a view. */
export type PostOfEvent = Pick<Post, 'id' | 'version' | 'status' | 'authorId'>;

/**
 * A change of which nobody is notified: an import, new HTML or another number of comments. Clients that mirror the post
 * read it again.
 */
export const silentPostEvent = (
  type: PostEvent,
  { id, version, status, authorId }: PostOfEvent,
): NewEvent => ({
  type,
  resource: { type: 'post', id, version },
  actorId: null,
  isPublic: status === 'published',
  ownerIds: [authorId],
  isSilent: true,
});

/** Tells whether an event is the first publication of a post. */
export const isFirstPublication = ({ type, before }: LoggedEvent): boolean =>
  type === 'post.published' && ((before as Before | null)?.publishedAt ?? null) === null;

/** A post that is created as published or scheduled has two events. */
export const eventsOfNew = (post: ListedPost, actorId: Id): NewEvent[] => [
  postEvent('post.created', post, actorId),
  ...(post.status === 'published' ? [postEvent('post.published', post, actorId)] : []),
  ...(post.status === 'scheduled' ? [postEvent('post.scheduled', post, actorId)] : []),
];
