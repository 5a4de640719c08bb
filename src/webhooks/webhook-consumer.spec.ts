import { describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { LoggedEvent } from '../platform/events/event.js';
import type { DeliveriesRepository, Message, NewDelivery } from './deliveries.repository.js';
import type { DeliveryJobs } from './delivery-jobs.js';
import { WebhookConsumer } from './webhook-consumer.js';
import type { WebhookMessages } from './webhook-messages.js';
import type { WebhooksRepository } from './webhooks.repository.js';

/** A consumer for webhooks that subscribe to everything, and what it has inserted. */
function consumerFor(webhooks: number) {
  const active = Array.from({ length: webhooks }, () => ({ id: uuidv7(), events: ['*'] }));
  const inserted: NewDelivery[] = [];
  const messages = {
    of: (events: LoggedEvent[]) =>
      events.map(({ id, type }): Message => ({ id, eventType: type, resource: `post:${id}`, body: '{}' })),
  };
  const deliveries = {
    insertMessages: () => Promise.resolve(),
    insert: (rows: NewDelivery[]) => Promise.resolve(void inserted.push(...rows)),
  };
  const consumer = new WebhookConsumer(
    messages as unknown as WebhookMessages,
    {
      active: () => Promise.resolve(active),
      lockActive: (ids: string[]) => Promise.resolve(ids),
    } as unknown as WebhooksRepository,
    deliveries as unknown as DeliveriesRepository,
    { add: () => Promise.resolve() } as unknown as DeliveryJobs,
  );
  return { consumer, inserted };
}

const events = Array.from({ length: 200 }, () => ({ id: uuidv7(), type: 'post.published' }) as LoggedEvent);

describe('the events of one transaction', () => {
  it('are all of them while their deliveries are few', async () => {
    const { consumer, inserted } = consumerFor(25);
    expect(await consumer.take(events)).toBeUndefined();
    expect(inserted).toHaveLength(5000);
  });

  it('are the first ones if many webhooks subscribe to them, and at least one', async () => {
    const many = consumerFor(1000);
    expect(await many.consumer.take(events)).toBe(events[4]);
    expect(many.inserted).toHaveLength(5000);
    const more = consumerFor(6000);
    expect(await more.consumer.take(events)).toBe(events[0]);
    expect(more.inserted).toHaveLength(6000);
  });

  it('are skipped if no webhook subscribes to them', async () => {
    const { consumer, inserted } = consumerFor(0);
    expect(await consumer.take(events)).toBeUndefined();
    expect(inserted).toEqual([]);
  });
});
