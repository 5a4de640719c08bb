import { Injectable } from '@nestjs/common';
import { covers } from '../platform/event-views/event-patterns.js';
import type { LoggedEvent } from '../platform/events/event.js';
import type { EventConsumer } from '../platform/events/event-consumers.js';
import { DeliveriesRepository, type Message } from './deliveries.repository.js';
import { DeliveryJobs } from './delivery-jobs.js';
import { WebhookMessages } from './webhook-messages.js';
import { WebhooksRepository } from './webhooks.repository.js';

/** Adds a delivery for each event and each active webhook that subscribes to it, in the order of the log. */
@Injectable()
export class WebhookConsumer implements EventConsumer {
  readonly name = 'webhooks';

  constructor(
    private readonly messages: WebhookMessages,
    private readonly webhooks: WebhooksRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly jobs: DeliveryJobs,
  ) {}

  get types(): string[] {
    return this.messages.types();
  }

  async take(events: LoggedEvent[]): Promise<void> {
    const messages = this.messages.of(events);
    if (messages.length === 0) return;
    const active = await this.webhooks.active();
    const wanting = active.filter(({ events: patterns }) =>
      messages.some(({ eventType }) => covers(patterns, eventType)),
    );
    const locked = new Set(await this.webhooks.lockActive(wanting.map(({ id }) => id)));
    await this.add(
      messages,
      wanting.filter(({ id }) => locked.has(id)),
    );
  }

  private async add(messages: Message[], webhooks: { id: string; events: string[] }[]): Promise<void> {
    const wanted = messages.filter(({ eventType }) =>
      webhooks.some(({ events }) => covers(events, eventType)),
    );
    if (wanted.length === 0) return;
    await this.deliveries.insertMessages(wanted);
    await this.deliveries.insert(
      wanted.flatMap((message) =>
        webhooks
          .filter(({ events }) => covers(events, message.eventType))
          .map(({ id: webhookId }) => ({ webhookId, message })),
      ),
    );
    await this.jobs.add(webhooks.map(({ id }) => id));
  }
}
