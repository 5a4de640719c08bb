import { Injectable } from '@nestjs/common';
import { NOTICES_CREATED, type NoticesCreatedData } from '../notifications/notifications.events.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import type { LoggedEvent } from '../platform/events/event.js';
import { EventCursors, placeAt } from '../platform/event-views/event-cursors.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { EventStream } from './event-stream.js';
import { NOTIFICATION } from './event-streams.schemas.js';
import { eventText } from './stream-format.js';

/** Reads the notifications of the connected accounts when their consumer has written them. */
@Injectable()
export class StreamNotices {
  constructor(
    private readonly notifications: NotificationsService,
    private readonly cursors: EventCursors,
  ) {}

  isOf = ({ type }: LoggedEvent): boolean => type === NOTICES_CREATED;

  /** Returns the notification of each account that has one about the event, at most one for each. */
  async of(event: LoggedEvent, receivers: EventStream[]): Promise<Map<Id, Buffer>> {
    const { eventId } = event.data as NoticesCreatedData;
    const accounts = new Map<Id, Principal>();
    for (const { notifies, scope } of receivers)
      if (notifies && scope.by) accounts.set(scope.by.id, scope.by);
    const texts = new Map<Id, Buffer>();
    for (const id of await this.notifications.holders(eventId, [...accounts.keys()])) {
      const notification = await this.notifications.ofEvent(eventId, accounts.get(id) as Principal);
      const cursor = this.cursors.at(placeAt(event.position, event.id));
      if (notification) texts.set(id, eventText(cursor, NOTIFICATION, notification));
    }
    return texts;
  }
}
