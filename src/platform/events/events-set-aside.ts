import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { GiveUp } from '../jobs/job.errors.js';
import type { RunningJob } from '../jobs/job.js';
import { EventConsumers } from './event-consumers.js';
import type { TAKE_EVENT } from './events.jobs.js';
import { EventsRepository } from './events.repository.js';

/** Gives consumers the events that they could not take in their turn. */
@Injectable()
export class EventsSetAside {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly events: EventsRepository,
  ) {}

  async take(
    { consumer: name, eventId }: z.output<(typeof TAKE_EVENT)['payload']>,
    job: RunningJob,
  ): Promise<void> {
    const consumer = this.consumers.named(name);
    if (!consumer) throw new Error(`This release has no consumer ${name}.`);
    const event = await this.events.find(eventId);
    if (!event) throw new GiveUp('The event was deleted because of its age (CHANGES_RETENTION_DAYS).');
    const take = async () => void (await consumer.take([event]));
    await (consumer.isRepeatable ? take() : job.transaction(take));
  }
}
