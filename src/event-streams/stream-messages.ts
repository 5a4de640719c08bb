import { Injectable } from '@nestjs/common';
import type { LoggedEvent } from '../platform/events/event.js';
import { EventCursors, placeAt } from '../platform/event-views/event-cursors.js';
import { EventViews } from '../platform/event-views/event-views.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { EventStream, Message } from './event-stream.js';
import type { EventView } from './event-streams.schemas.js';
import { eventText } from './stream-format.js';
import { StreamNotices } from './stream-notices.js';

/** Writes events for the receivers, once for all of them. */
@Injectable()
export class StreamMessages {
  constructor(
    private readonly views: EventViews,
    private readonly cursors: EventCursors,
    private readonly notices: StreamNotices,
  ) {}

  async of(events: LoggedEvent[], receivers: EventStream[]): Promise<Map<LoggedEvent, Message>> {
    const messages = new Map<LoggedEvent, Message>();
    for (const event of events.filter(this.notices.isOf))
      messages.set(event, { toAccounts: await this.notices.of(event, receivers) });
    for (const [event, { id, toInsiders, toOthers, writerId }] of await this.views.glance(events)) {
      const text = (data: object | null, actor: Partial<EventView>) =>
        eventText(this.cursors.at(placeAt(event.position, event.id)), event.type, {
          ...viewOf(event, id),
          ...actor,
          ...(data && { data }),
        });
      messages.set(event, {
        writerId,
        ...(toInsiders !== undefined && { toInsiders: text(toInsiders, { actorId: event.actorId }) }),
        ...(toOthers !== undefined && { toOthers: text(toOthers, {}) }),
      });
    }
    return messages;
  }
}

const viewOf = ({ id, type, occurredAt, resource }: LoggedEvent, resourceId: Id): EventView => ({
  id,
  type,
  occurredAt,
  resource: { type: resource.type, id: resourceId, version: resource.version as number },
});
