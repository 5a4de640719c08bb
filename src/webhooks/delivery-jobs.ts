import { Injectable } from '@nestjs/common';
import { Jobs } from '../platform/jobs/jobs.js';
import type { Id } from '../platform/schemas/schemas.js';
import { DeliveryQueueRepository } from './delivery-queue.repository.js';
import { DELIVER } from './webhooks.jobs.js';

/** Adds the jobs that send what is due. */
@Injectable()
export class DeliveryJobs {
  constructor(
    private readonly jobs: Jobs,
    private readonly queue: DeliveryQueueRepository,
  ) {}

  /** @throws OutsideTransaction */
  async add(webhookIds: Iterable<Id>): Promise<void> {
    const jobs = [...new Set(webhookIds)].map((webhookId) => ({
      payload: { webhookId },
      uniqueKey: webhookId,
    }));
    await this.jobs.addMany(DELIVER, jobs);
  }

  /** Adds jobs for deliveries whose time has come, and for those whose process ended. */
  async look(): Promise<void> {
    const neglected = await this.queue.neglected();
    if (neglected.length > 0) await this.queue.transaction(() => this.add(neglected));
  }
}
