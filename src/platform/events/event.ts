import type { Id } from '../schemas/schemas.js';

/** A fact about a resource. A feature creates it in its `*.events.ts`. */
export interface NewEvent {
  /** Such as `post.published`. */
  type: string;
  /** The version is that of the resource after the change. Both are null for an event without a resource. */
  resource: { type: string; id: Id | null; version: number | null };
  /** Null for the system. */
  actorId: Id | null;
  /** True if every caller can learn of it: the resource is public, or it was public before. */
  isPublic: boolean;
  /** The accounts that can learn of it in any case. Default: none. */
  ownerIds?: Id[];
  /** True if nobody is notified of it: an import, or a change that only mirrors must apply. Default: false. */
  isSilent?: boolean;
  /** A view of the resource at that version, without long texts. At most some kilobytes. */
  data?: object;
  /** What consumers must know about the resource before the change. Callers never see it. */
  before?: object;
}

/** An event of the log. Its position is its place in the order of commits. */
export interface LoggedEvent extends Required<Omit<NewEvent, 'data' | 'before'>> {
  id: Id;
  position: number;
  /** RFC 3339 text. */
  occurredAt: string;
  data: object | null;
  before: object | null;
}

/** The ends of the log. */
export interface LogEnds {
  /** The position of the last event, 0 if there is none. */
  head: number;
  /** The position of the last event that was deleted because of its age, 0 if there is none. */
  floor: number;
  /** The time of the database, as RFC 3339 text. */
  now: string;
}

/** A position of the log and the id of its event: null before the first event, and if the event was deleted. */
export interface LogPlace {
  position: number;
  id: Id | null;
}

/** A part of the log, and its ends at the same moment. */
export interface LogWindow extends Omit<LogEnds, 'now'> {
  /** The id of the event at the position before the part. Null as in `LogPlace`. */
  startId: Id | null;
  /** The id of the event at the last position of the part. */
  endId: Id | null;
  events: LoggedEvent[];
}
