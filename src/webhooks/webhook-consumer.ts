import { Injectable } from '@nestjs/common';
import { covers } from '../platform/event-views/event-patterns.js';
import type { LoggedEvent } from '../platform/events/event.js';
import type { EventConsumer } from '../platform/events/event-consumer.js';
import { DeliveriesRepository, type Message } from './deliveries.repository.js';
import { DeliveryJobs } from './delivery-jobs.js';
import { WebhookMessages } from './webhook-messages.js';
import { type WebhookRow, WebhooksRepository } from './webhooks.repository.js';

/** The transaction holds the locks of its resources, for which the results of requests wait. */
const MOST_IN_TRANSACTION = 5000;

type Subscriber = Pick<WebhookRow, 'id' | 'events'>;

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

  async take(events: LoggedEvent[]): Promise<LoggedEvent | void> {
    const messages = this.messages.of(events);
    const webhooks = await this.subscribers(messages);
    if (webhooks.length === 0) return;
    const part = messages.slice(0, Math.max(1, Math.floor(MOST_IN_TRANSACTION / webhooks.length)));
    await this.add(part, webhooks);
    if (part.length < messages.length) return events.find(({ id }) => id === part.at(-1)?.id);
  }

  /** Returns the active webhooks that subscribe to some of the messages, and prevents their deletion. */
  private async subscribers(messages: Message[]): Promise<Subscriber[]> {
    if (messages.length === 0) return [];
    const wanting = (await this.webhooks.active()).filter(({ events: patterns }) =>
      messages.some(({ eventType }) => covers(patterns, eventType)),
    );
    if (wanting.length === 0) return [];
    const locked = new Set(await this.webhooks.lockActive(wanting.map(({ id }) => id)));
    return wanting.filter(({ id }) => locked.has(id));
  }

  private async add(messages: Message[], webhooks: Subscriber[]): Promise<void> {
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
