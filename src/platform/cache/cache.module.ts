import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { EventConsumers } from '../events/event-consumers.js';
import { EventTail } from '../events/event-tail.js';
import { EventsModule } from '../events/events.module.js';
import { Periodic } from '../periodic/periodic.js';
import { PeriodicModule } from '../periodic/periodic.module.js';
import { RedisModule } from '../redis/redis.module.js';
import { Cache } from './cache.js';
import { CACHE_INVALIDATED, invalidationsIn, tagsOfOthers } from './cache.events.js';
import { CACHE_METRICS } from './cache.metrics.js';
import { CacheRequests } from './cache-requests.js';
import { EVERYTHING, Generations } from './generations.js';

/** The time in which a process tells Redis about its own commit. */
const APPLIED_WITHIN_MS = 300;
/**
 * The time in which a process that cannot reach Redis leaves an invalidation to those that can. If none of them takes it in this
 * time, Redis learns of it when such a process reaches Redis again. That nothing is taken before if Redis reaches no process costs
 * nothing, because none uses its generations then. Much shorter than the five minutes of the alert EventsWaitTooLong.
 */
const LEFT_TO_OTHERS_MS = 30_000;

/** How often a process tells Redis again what Redis refused or did not hear. */
const RENEWED_EVERY_MS = 500;

@Module({
  imports: [DatabaseModule, EventsModule, PeriodicModule, RedisModule],
  providers: [...CACHE_METRICS, Cache, CacheRequests, Generations],
  exports: [Cache],
})
export class CacheModule {
  constructor(tail: EventTail, consumers: EventConsumers, periodic: Periodic, generations: Generations) {
    tail.add({
      hear: (events) => generations.hear(tagsOfOthers(events)),
      miss: () => generations.distrust([EVERYTHING]),
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
      take: (events) => generations.renewMissed(invalidationsIn(events)),
    });
    periodic.add({
      name: 'cache-renewal',
      roles: ['api', 'worker'],
      everyMs: RENEWED_EVERY_MS,
      run: () => generations.catchUp(),
    });
  }
}
