import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { EventViewsModule } from '../platform/event-views/event-views.module.js';
import { EventsModule } from '../platform/events/events.module.js';
import { Periodic } from '../platform/periodic/periodic.js';
import { PeriodicModule } from '../platform/periodic/periodic.module.js';
import { EventStreams } from './event-streams.js';
import { EVENT_STREAMS_METRICS } from './event-streams.metrics.js';
import { EventStreamsService } from './event-streams.service.js';
import { StreamCare } from './stream-care.js';
import { StreamLog } from './stream-log.js';
import { StreamMessages } from './stream-messages.js';
import { StreamNotices } from './stream-notices.js';
import { StreamSessions } from './stream-sessions.js';

/** How long an ended session, an expired token or a client that does not read can go unnoticed. */
const LOOK_EVERY_MS = 1000;

@Module({
  imports: [AuthModule, EventsModule, EventViewsModule, NotificationsModule, PeriodicModule],
  providers: [
    ...EVENT_STREAMS_METRICS,
    EventStreams,
    EventStreamsService,
    StreamCare,
    StreamLog,
    StreamMessages,
    StreamNotices,
    StreamSessions,
  ],
  exports: [EventStreamsService],
})
export class EventStreamsModule {
  constructor(periodic: Periodic, care: StreamCare) {
    periodic.add({
      name: 'event-streams',
      roles: ['api'],
      everyMs: LOOK_EVERY_MS,
      run: () => care.run(),
    });
  }
}
