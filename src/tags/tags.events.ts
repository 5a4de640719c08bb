import type { NewEvent } from '../platform/events/event.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { TagOfEvent } from './tags.repository.js';

/** The facts about a tag. The posts that have the tag have no events of their own then. */
export const TAG_EVENTS = ['tag.created', 'tag.updated', 'tag.deleted', 'tag.merged'] as const;
export type TagEvent = (typeof TAG_EVENTS)[number];

/** What posts show of a tag, and the rest of its view. */
type TagOfData = Pick<TagOfEvent, 'slug' | 'name' | 'description' | 'version'>;

/**
 * The tag in an event. `into` is the tag that replaces it. `isHidden` is never shown: no public post had the tag at the
 * event, although the event is public. Such an event does not leave the deployment.
 */
export type TagEventData = TagOfData & { into?: TagOfData; isHidden?: true };

const dataOf = ({ slug, name, description, version }: TagOfEvent): TagOfData => ({
  slug,
  name,
  description,
  version,
});

/** @param tag the tag after the change, or before it was deleted */
export const tagEvent = (type: TagEvent, tag: TagOfEvent, actorId: Id): NewEvent => ({
  type,
  resource: { type: 'tag', id: tag.id, version: tag.version },
  actorId,
  // A post with the tag can become public in a transaction that this one cannot see. Its readers need the name, and
  // others do not see a tag that has no public post.
  isPublic: type === 'tag.updated' || tag.isPublic,
  ownerIds: tag.ownerIds,
  data: { ...dataOf(tag), ...(!tag.isPublic && { isHidden: true }) } satisfies TagEventData,
});

export const tagMerged = (tag: TagOfEvent, into: TagOfEvent, actorId: Id): NewEvent => ({
  ...tagEvent('tag.merged', tag, actorId),
  data: { ...dataOf(tag), into: dataOf(into) } satisfies TagEventData,
});

/** No reader can see a new tag. Posts show it from the moment when they have it. */
export const newTagEvent = (id: Id, actorId: Id | null): NewEvent => ({
  type: 'tag.created',
  resource: { type: 'tag', id, version: 1 },
  actorId,
  isPublic: false,
  isSilent: actorId === null,
});
