import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter } from 'prom-client';
import type { Id } from '../platform/schemas/schemas.js';
import { type DueDelivery, DeliveryQueueRepository } from './delivery-queue.repository.js';
import { GONE, type Sent } from './delivery-requests.js';
import { pauseAfter } from './retry-table.js';
import { WebhookDisabling } from './webhook-disabling.js';

/** A webhook whose attempts all failed for this long is disabled. */
const FAILING_DAYS = 5;
const RESULTS = ['delivered', 'failed', 'not_signed'];

/** Records what an attempt found out, and decides what follows. */
@Injectable()
export class DeliveryOutcomes {
  constructor(
    private readonly queue: DeliveryQueueRepository,
    private readonly disabling: WebhookDisabling,
    @InjectMetric('webhook_attempts_total') private readonly attempts: Counter,
  ) {
    // An alert cannot see the increase of a series that begins with its first attempt.
    for (const result of RESULTS) attempts.inc({ result }, 0);
  }

  /**
   * Records nothing if the delivery has ended: a process that was frozen can learn of its request after another one has
   * sent it again for the same job.
   * @throws Error if another job has taken over the webhook, and then records nothing
   */
  async record(delivery: DueDelivery, sent: Sent, jobId: Id): Promise<void> {
    await this.queue.transaction(async () => {
      const webhook = await this.queue.hold(delivery.webhookId, jobId, FAILING_DAYS);
      if (!webhook) throw new Error('Another process sends to the webhook');
      if (!(await this.queue.recordAttempt(delivery.id, sent))) return;
      if (sent.error === null) await this.succeeded(delivery);
      else await this.failed(delivery, sent, webhook.isFailingFor);
    });
    this.attempts.inc({ result: sent.error === null ? 'delivered' : 'failed' });
  }

  private async succeeded(delivery: DueDelivery): Promise<void> {
    await this.queue.end(delivery, 'delivered');
    if (!isTest(delivery)) await this.queue.note(delivery.webhookId, false);
  }

  /** A test is sent once, and says nothing about the webhook. */
  private async failed(delivery: DueDelivery, sent: Sent, isFailingFor: boolean): Promise<void> {
    if (isTest(delivery)) return this.queue.end(delivery, 'failed');
    await this.queue.note(delivery.webhookId, true);
    const isGone = sent.status === GONE;
    const pause = isGone ? undefined : pauseAfter(delivery.attempts + 1, sent.afterSeconds);
    if (pause === undefined) await this.queue.end(delivery, 'failed');
    else await this.queue.postpone(delivery.id, pause);
    if (isGone || isFailingFor) await this.disabling.disable(delivery.webhookId, isGone ? 'gone' : 'failing');
  }
}

const isTest = ({ resource }: DueDelivery): boolean => resource === null;
