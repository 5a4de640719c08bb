import { Injectable } from '@nestjs/common';
import type { FieldFault } from '../platform/errors/problem.js';
import { EventViews, type PublishedEvents } from '../platform/event-views/event-views.js';
import { inShape } from '../platform/event-views/in-shape.js';
import type { LoggedEvent } from '../platform/events/event.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { Message } from './deliveries.repository.js';
import type { EventBody } from './event-body.js';

/** Turns events into what receivers get. */
@Injectable()
export class WebhookMessages {
  constructor(private readonly views: EventViews) {}

  /** The types that webhooks can subscribe to. */
  types(): string[] {
    return this.views.published().flatMap(({ types }) => types);
  }

  /** The message of each event that leaves the deployment. Those of which nobody is notified do not, nor what is secret as a whole. */
  of(events: LoggedEvent[]): Message[] {
    const resources = new Map(
      this.views.published().flatMap((resource) => resource.types.map((type) => [type, resource] as const)),
    );
    return events.flatMap((event) => {
      const resource = resources.get(event.type);
      if (!resource || event.isSilent || event.resource.id === null) return [];
      return resource.leaves?.(event) === false ? [] : messageOf(event, resource);
    });
  }
}

/** The message of a test. It belongs to no event of the log. */
export function pingOf(id: Id, webhook: { id: Id; version: number }, actorId: Id): Message {
  const body: EventBody = {
    id,
    type: PING,
    occurredAt: new Date().toISOString(),
    actorId,
    resource: { type: 'webhook', id: webhook.id, version: webhook.version },
    data: null,
  };
  return { id, eventType: PING, resource: null, body: JSON.stringify(body) };
}

/** The type of tests. */
export const PING = 'ping';

/** The fault of a request that names a type of event which does not exist. */
export const unknownType = (path: string, unknown: string, known: string[]): FieldFault => ({
  path,
  code: 'unknown_type',
  message: `must be a type of event; there is no type ${unknown}, but ${known.toSorted().join(', ')}`,
});

function messageOf(event: LoggedEvent, { data, idOf, publicPart = whole }: PublishedEvents): Message {
  const { id, type, occurredAt, actorId, resource } = event;
  const known = idOf && event.data ? idOf(event) : (resource.id as Id);
  // What only some accounts can read never leaves the deployment. Receivers with an account can request it.
  const readable = event.isPublic && event.data ? publicPart(event.data) : null;
  const body: EventBody = {
    ...{ id, type, occurredAt, actorId },
    resource: { type: resource.type, id: known, version: resource.version as number },
    data: readable && inShape(data)(readable),
  };
  return { id, eventType: type, resource: `${resource.type}:${resource.id}`, body: JSON.stringify(body) };
}

const whole = (data: object): object => data;
