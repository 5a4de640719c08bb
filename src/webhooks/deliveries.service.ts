import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { AuditLog } from '../platform/audit/audit-log.js';
import { ValidationFailed } from '../platform/errors/request-problems.js';
import { covers } from '../platform/event-views/event-patterns.js';
import type { Principal } from '../platform/http/access/principal.js';
import { Cursors } from '../platform/lists/cursors.js';
import { Tails } from '../platform/lists/tails.js';
import type { Id, Page } from '../platform/schemas/schemas.js';
import { DELIVERY_SORT_KEYS, DeliveriesRepository, type NewDelivery } from './deliveries.repository.js';
import { DeliveryJobs } from './delivery-jobs.js';
import { ReplayedEvents } from './replayed-events.js';
import { PING, pingOf, unknownType, WebhookMessages } from './webhook-messages.js';
import { deliveryReplayed, webhookReplayed, webhookTested } from './webhooks.audit.js';
import { DeliveryNotFound, WebhookNotFound } from './webhooks.errors.js';
import { type WebhookRow, WebhooksRepository } from './webhooks.repository.js';
import type { DeliveryView, ListDeliveriesQuery, ReplayView, ReplayWebhook } from './webhooks.schemas.js';

/** Shows what was sent to webhooks, and sends it again. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly webhooks: WebhooksRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly messages: WebhookMessages,
    private readonly events: ReplayedEvents,
    private readonly jobs: DeliveryJobs,
    private readonly audit: AuditLog,
    private readonly cursors: Cursors,
    private readonly tails: Tails,
  ) {}

  /** @throws ValidationFailed, WebhookNotFound */
  async list(webhookId: Id, query: ListDeliveriesQuery): Promise<Page<DeliveryView>> {
    this.checkTypes(query.filter.eventType ?? []);
    const list = `deliveries:${webhookId}`;
    const start = this.cursors.start(list, query);
    if (!(await this.webhooks.find(webhookId))) throw new WebhookNotFound(webhookId);
    const asked = { query, key: DELIVERY_SORT_KEYS[query.sort.key], start };
    const { rows, last } = await this.tails.rows(asked, (before) =>
      this.deliveries.list(webhookId, query, start, before),
    );
    return this.cursors.page(list, query, rows, last);
  }

  /** @throws ValidationFailed if no event can have one of the types */
  private checkTypes(types: string[]): void {
    const known = [PING, ...this.messages.types()];
    const unknown = types.find((type) => !known.includes(type));
    if (unknown !== undefined) throw new ValidationFailed([unknownType('filter[eventType]', unknown, known)]);
  }

  /** @throws DeliveryNotFound */
  async get(id: Id): Promise<DeliveryView> {
    const delivery = await this.deliveries.find(id);
    if (!delivery) throw new DeliveryNotFound(id);
    const { resource: _resource, ...view } = delivery;
    return view;
  }

  /** Sends a `ping` to the webhook, also if it is not active. @throws WebhookNotFound */
  test(webhookId: Id, by: Principal): Promise<DeliveryView> {
    return this.webhooks.transaction(async () => {
      const webhook = await this.locked(webhookId);
      const message = pingOf(uuidv7(), webhook, by.id);
      await this.deliveries.insertMessages([message]);
      const [id] = await this.deliveries.insert([{ webhookId, message }]);
      await this.jobs.add([webhookId]);
      await this.audit.record(webhookTested(webhookId));
      return this.get(id as Id);
    });
  }

  /**
   * Sends the message of a delivery again, after what is pending of the same resource. A pending delivery becomes due.
   * @throws DeliveryNotFound
   */
  replay(id: Id): Promise<DeliveryView> {
    return this.webhooks.transaction(async () => {
      const { webhookId } = await this.get(id);
      await this.locked(webhookId);
      const isStored = await this.deliveries.renewMessage(id);
      const delivery = isStored && (await this.deliveries.find(id));
      if (!delivery) throw new DeliveryNotFound(id);
      const { state, eventId, resource } = delivery;
      const isPending = state === 'pending';
      if (isPending) await this.deliveries.hurry(id);
      const message = { id: eventId, resource };
      const [added = id] = isPending ? [] : await this.deliveries.insert([{ webhookId, message }]);
      await this.jobs.add([webhookId]);
      await this.audit.record(deliveryReplayed(webhookId, id));
      return this.get(added);
    });
  }

  /**
   * Sends the events of a time again, also those that were never sent because the webhook did not exist or was not active.
   * @throws WebhookNotFound, ReplayTooLarge, ValidationFailed
   */
  replaySpan(webhookId: Id, span: ReplayWebhook): Promise<ReplayView> {
    return this.webhooks.transaction(async () => {
      const { events } = await this.locked(webhookId);
      const replayed = await this.events.between(span, (type) => covers(events, type));
      const added: NewDelivery[] = [];
      for await (const messages of this.events.messagesOf(replayed)) {
        await this.deliveries.insertMessages(messages);
        added.push(...messages.map(({ id, resource }) => ({ webhookId, message: { id, resource } })));
      }
      if (added.length > 0) {
        await this.deliveries.insert(added);
        await this.jobs.add([webhookId]);
      }
      const { since, until } = replayed;
      const deliveries = added.length;
      await this.audit.record(webhookReplayed(webhookId, { since, until, deliveries }));
      return { deliveries };
    });
  }

  private async locked(id: Id): Promise<WebhookRow> {
    const webhook = await this.webhooks.lock(id);
    if (!webhook) throw new WebhookNotFound(id);
    return webhook;
  }
}
