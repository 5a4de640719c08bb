import { randomBytes } from 'node:crypto';
import type { LoggedEvent, NewEvent } from '../events/event.js';
import type { Id } from '../schemas/schemas.js';

/** Only caches hear of this event. */
export const CACHE_INVALIDATED = 'cache.invalidated';

interface Invalidation {
  tags: string[];
  /** The process that recorded it. */
  process: string;
}

/** Processes of several machines can have the same process id. */
const THIS_PROCESS = randomBytes(9).toString('base64url');

/** All cached values with one of the tags are out of date. */
export function cacheInvalidated(tags: string[]): NewEvent {
  const data: Invalidation = { tags, process: THIS_PROCESS };
  return {
    type: CACHE_INVALIDATED,
    resource: { type: 'cache', id: null, version: null },
    ...{ actorId: null, isPublic: false, isSilent: true, data },
  };
}

/** Returns the invalidations among the events. */
export const invalidationsIn = (events: LoggedEvent[]): ({ id: Id; position: number } & Invalidation)[] =>
  events
    .filter(({ type }) => type === CACHE_INVALIDATED)
    .map(({ id, position, data }) => ({ id, position, ...(data as Invalidation) }));

/** Returns the tags that other processes have invalidated. This process applies its own after the commit. */
export const tagsOfOthers = (invalidations: Invalidation[]): string[] =>
  invalidations.filter(({ process }) => process !== THIS_PROCESS).flatMap(({ tags }) => tags);
