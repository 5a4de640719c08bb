import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { EventConsumers } from '../events/event-consumers.js';
import { EventTail } from '../events/event-tail.js';
import { EventsModule } from '../events/events.module.js';
import { Periodic } from '../periodic/periodic.js';
import { PeriodicModule } from '../periodic/periodic.module.js';
import { RedisModule } from '../redis/redis.module.js';
import { Cache } from './cache.js';
import { AppliedInvalidations } from './applied-invalidations.js';
import { CACHE_INVALIDATED, invalidationsIn, tagsOfOthers } from './cache.events.js';
import { CACHE_METRICS } from './cache.metrics.js';
import { CacheRequests } from './cache-requests.js';
import { Generations } from './generations.js';

/** The time in which a process tells Redis about its own commit. */
const APPLIED_WITHIN_MS = 300;
/**
 * The time in which a process that cannot reach Redis leaves an invalidation to those that can. After it, the consumer moves on,
 * so that EventsWaitTooLong does not report an outage of Redis, and the place of Redis in the log says what it has missed.
 */
const LEFT_TO_OTHERS_MS = 30_000;

/** How often a process tells Redis again what Redis refused or did not hear. */
const RENEWED_EVERY_MS = 500;

@Module({
  imports: [DatabaseModule, EventsModule, PeriodicModule, RedisModule],
  providers: [...CACHE_METRICS, AppliedInvalidations, Cache, CacheRequests, Generations],
  exports: [Cache],
})
export class CacheModule {
  constructor(tail: EventTail, consumers: EventConsumers, periodic: Periodic, generations: Generations) {
    tail.add({
      hear: (events) => {
        const invalidations = invalidationsIn(events);
        const last = invalidations.at(-1);
        if (last) generations.hear(tagsOfOthers(invalidations), last.position);
      },
      miss: (head) => generations.miss(head),
    });
    consumers.add({
      name: 'cache',
      types: [CACHE_INVALIDATED],
      // The process that ended can have been the only worker, and readers do not wait until it starts again.
      roles: ['api', 'worker'],
      get delayMs() {
        return generations.isCutOff ? LEFT_TO_OTHERS_MS : APPLIED_WITHIN_MS;
      },
      isRepeatable: true, // It waits for Redis.
      take: (events) => generations.apply(Math.max(...events.map(({ position }) => position))),
    });
    periodic.add({
      name: 'cache-renewal',
      roles: ['api', 'worker'],
      everyMs: RENEWED_EVERY_MS,
      run: () => generations.catchUp(),
    });
  }
}
