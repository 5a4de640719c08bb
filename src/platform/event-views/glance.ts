import type { LoggedEvent } from '../events/event.js';
import type { Id } from '../schemas/schemas.js';

/** What is shown of an event without reading whole views: the data of the event, if the resource still is so. */
export interface Glance {
  /** The id by which clients know the resource. */
  id: string;
  /**
   * For the owners of the resource and for callers who can learn of all its events: the data, or null if the resource is gone
   * or has changed again. undefined if they cannot learn of the event.
   */
  toInsiders?: object | null;
  /** The same for everybody else. */
  toOthers?: object | null;
  /** An account that is always an insider, also if its role does not let it see all resources of which it is an owner. */
  writerId?: Id | null;
}

/** A resource as it is now. */
export interface Present {
  id: Id;
  version: number;
  /** True if everybody can read it. */
  isPublic: boolean;
}

/**
 * Compares events with the resources as they are now. An event of an earlier version has no data: its text may have been
 * taken back, and the event of the newer version follows. `present` contains no deleted resources.
 */
export function glancesOf(events: LoggedEvent[], present: Present[]): Glance[] {
  const byId = new Map(present.map((row) => [row.id, row]));
  return events.map(({ resource, data }) => {
    const now = byId.get(resource.id as Id);
    const current = now?.version === resource.version ? data : null;
    return { id: resource.id as Id, toInsiders: current, toOthers: now?.isPublic ? current : null };
  });
}

export const idsOf = (events: LoggedEvent[]): Id[] => [
  ...new Set(events.map(({ resource }) => resource.id as Id)),
];
