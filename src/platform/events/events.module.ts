import { Inject, Module } from '@nestjs/common';
import { AdvisoryLocks } from '../database/advisory-locks.js';
import { DatabaseModule } from '../database/database.module.js';
import { Notifications } from '../database/notifications.js';
import { Jobs } from '../jobs/jobs.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { Periodic } from '../periodic/periodic.js';
import { PeriodicModule } from '../periodic/periodic.module.js';
import { PURGE_BATCH, purging } from '../periodic/purging.js';
import './event.entity.js';
import './event-consumer.entity.js';
import './event-log.entity.js';
import { EventConsumers } from './event-consumers.js';
import { EventParts } from './event-parts.js';
import { EventLags } from './event-lags.js';
import { EVENT_TAIL, EventTail } from './event-tail.js';
import { Events } from './events.js';
import { TAKE_EVENT } from './events.jobs.js';
import { EVENTS_METRICS } from './events.metrics.js';
import { EVENTS_CHANNEL, EventsRepository } from './events.repository.js';
import { EventsSetAside } from './events-set-aside.js';
import { type EventsSettings, eventsSettings } from './events.settings.js';

/** How long a process can miss an announcement. */
const LOOK_EVERY_MS = 400;
/** While many events are recorded, one transaction gives the events of this time their positions. */
const REST_MS = 25;

@Module({
  imports: [DatabaseModule, JobsModule, PeriodicModule],
  providers: [
    ...EVENTS_METRICS,
    EventConsumers,
    EventLags,
    EventParts,
    Events,
    EventsRepository,
    EventsSetAside,
    EventTail,
  ],
  exports: [EventConsumers, Events, EventsRepository, EventTail],
})
export class EventsModule {
  constructor(
    periodic: Periodic,
    lock: AdvisoryLocks,
    notifications: Notifications,
    tail: EventTail,
    consumers: EventConsumers,
    lags: EventLags,
    events: EventsRepository,
    jobs: Jobs,
    setAside: EventsSetAside,
    @Inject(eventsSettings.KEY) { CHANGES_RETENTION_DAYS: days }: EventsSettings,
  ) {
    notifications.on(EVENTS_CHANNEL, () => periodic.wake(EVENT_TAIL));
    tail.add({ hear: (heard) => consumers.wakeFor(heard), miss: () => consumers.wakeAll() });
    jobs.handle(TAKE_EVENT, (payload, job) => setAside.take(payload, job));
    periodic.add({
      name: EVENT_TAIL,
      roles: ['api', 'worker'],
      everyMs: LOOK_EVERY_MS,
      restMs: REST_MS,
      atStart: true,
      run: () => tail.run(),
    });
    periodic.add({ name: 'event-lags', roles: ['worker'], everyMs: 30_000, run: () => lags.measure() });
    periodic.add({
      name: 'events-purge',
      roles: ['worker'],
      everyMs: 60_000,
      lock,
      run: purging(() => events.transaction(() => events.deleteOld(days, PURGE_BATCH))),
    });
  }
}
