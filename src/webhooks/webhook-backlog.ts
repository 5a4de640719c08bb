import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';
import { DeliveryQueueRepository } from './delivery-queue.repository.js';

/** Measures what waits. It runs in each worker, not for each scrape. */
@Injectable()
export class WebhookBacklog {
  constructor(
    private readonly queue: DeliveryQueueRepository,
    @InjectMetric('webhook_deliveries_pending') private readonly pending: Gauge,
    @InjectMetric('webhook_delivery_oldest_seconds') private readonly oldest: Gauge,
    @InjectMetric('webhooks_failing') private readonly failing: Gauge,
  ) {}

  async measure(): Promise<void> {
    const { pending, seconds, failing } = await this.queue.backlog();
    this.pending.set(pending);
    this.oldest.set(seconds);
    this.failing.set(failing);
  }
}
