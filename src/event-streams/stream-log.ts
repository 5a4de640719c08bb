import { Injectable } from '@nestjs/common';
import { empty } from 'sql-template-tag';
import { NOTICES_CREATED } from '../notifications/notifications.events.js';
import { sql } from '../platform/database/database.js';
import type { LoggedEvent, LogWindow } from '../platform/events/event.js';
import { EventsRepository } from '../platform/events/events.repository.js';
import { SPAN } from '../platform/events/log-reading.js';
import { type Place, placeAt, whyGone } from '../platform/event-views/event-cursors.js';
import { visibleTo } from '../platform/event-views/event-scope.js';
import type { EventStream } from './event-stream.js';
import { EventsGone } from './event-streams.errors.js';

/** They fit into the buffer of a stream, so that a client that reads slowly does not read them from the log again. */
const AT_ONCE = 25;

/** A part of the log, as far as it concerns a receiver. */
export interface Part {
  events: LoggedEvent[];
  /** The end of the part. */
  next: Place;
}

/** Reads the log for a client that was away or is behind. */
@Injectable()
export class StreamLog {
  constructor(private readonly events: EventsRepository) {}

  /**
   * Returns the place at which a stream begins: the given one or the end of the log.
   * @throws EventsGone
   */
  async start(given: Place | undefined): Promise<Place> {
    if (given) {
      assertStored(given, await this.events.window(given.position, { span: 0, most: 0 }, empty));
      return given;
    }
    const { position, id } = await this.events.end();
    return placeAt(position, id);
  }

  /** @throws EventsGone */
  async after({ place, scope, notifies }: EventStream): Promise<Part> {
    const condition = sql`
      AND (e.type = ANY(${notifies ? [NOTICES_CREATED] : []}::text[]) OR NOT e.is_silent ${visibleTo(scope)})`;
    const window = await this.events.window(place.position, { span: SPAN, most: AT_ONCE }, condition);
    assertStored(place, window);
    const { events, head, endId } = window;
    const last = events.length === AT_ONCE ? events.at(-1) : undefined;
    const end = placeAt(Math.min(place.position + SPAN, head), endId);
    return { events, next: last ? placeAt(last.position, last.id) : end };
  }
}

function assertStored(place: Place, window: LogWindow): void {
  const reason = whyGone(place, window);
  if (reason !== undefined) throw new EventsGone(reason);
}
