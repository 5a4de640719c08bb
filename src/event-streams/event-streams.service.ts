import { Inject, Injectable } from '@nestjs/common';
import { EventCursors } from '../platform/event-views/event-cursors.js';
import { covers } from '../platform/event-views/event-patterns.js';
import { scopeOf } from '../platform/event-views/event-scope.js';
import { EventViews } from '../platform/event-views/event-views.js';
import { InvalidCursor } from '../platform/errors/request-problems.js';
import type { Principal } from '../platform/http/access/principal.js';
import { EventStream } from './event-stream.js';
import { TooManyStreams } from './event-streams.errors.js';
import { type EventsQuery, NOTIFICATION } from './event-streams.schemas.js';
import { type EventStreamsSettings, eventStreamsSettings } from './event-streams.settings.js';
import { EventStreams } from './event-streams.js';
import { StreamCare } from './stream-care.js';
import { retryText } from './stream-format.js';
import { StreamLog } from './stream-log.js';

/** A client waits this long before it connects again after a broken connection, and half of that at least. */
const RETRY_MS = 4000;

const SEVERAL = 'The request has several values of Last-Event-ID. Send the `id` of the last event only.';

/** Opens streams of events. */
@Injectable()
export class EventStreamsService {
  constructor(
    private readonly views: EventViews,
    private readonly cursors: EventCursors,
    private readonly log: StreamLog,
    private readonly streams: EventStreams,
    private readonly care: StreamCare,
    @Inject(eventStreamsSettings.KEY) private readonly settings: EventStreamsSettings,
  ) {}

  /**
   * @param lastEventId the cursor of the last event that the client has, if it continues
   * @throws ValidationFailed, InvalidCursor, EventsGone, TooManyStreams
   */
  async open({ types }: EventsQuery, lastEventId: string | undefined, by: Principal): Promise<EventStream> {
    const patterns = types ?? ['*'];
    const scope = scopeOf(this.views, patterns, by, [NOTIFICATION]);
    const notifies = covers(patterns, NOTIFICATION);
    // HTTP joins several headers with one name by commas, which no cursor contains.
    if (lastEventId?.includes(',')) throw new InvalidCursor(SEVERAL);
    const given = lastEventId ? this.cursors.placeOf(lastEventId, 'Last-Event-ID') : undefined;
    const stream = new EventStream({ by, scope, notifies }, await this.log.start(given));
    this.assertFree(by);
    stream.send(retryText(RETRY_MS * (0.5 + Math.random() / 2)));
    this.streams.beat(stream);
    this.care.admit(stream);
    return stream;
  }

  private assertFree({ id }: Principal): void {
    const { EVENT_STREAMS_MAX: most, EVENT_STREAMS_PER_USER_MAX: mostOfUser } = this.settings;
    if (this.streams.countOf(id) >= mostOfUser)
      throw new TooManyStreams('The account', mostOfUser, 'EVENT_STREAMS_PER_USER_MAX');
    if (this.streams.all.length >= most) throw new TooManyStreams('This process', most, 'EVENT_STREAMS_MAX');
  }
}
