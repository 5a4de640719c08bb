import type { NewEvent } from '../platform/events/event.js';
import type { Id } from '../platform/schemas/schemas.js';

/** Recorded in the transaction that inserts the notices of an event. Clients never see it. */
export const NOTICES_CREATED = 'notices.created';

export interface NoticesCreatedData {
  /** The event that the notices report, as in `notifications.event_id`. */
  eventId: Id;
}

export const noticesCreated = (eventId: Id): NewEvent => ({
  type: NOTICES_CREATED,
  resource: { type: 'notices', id: null, version: null },
  actorId: null,
  isPublic: false,
  isSilent: true,
  data: { eventId } satisfies NoticesCreatedData,
});
