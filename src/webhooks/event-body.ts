import { z } from 'zod';
import type { PublishedEvents } from '../platform/event-views/event-views.js';
import { Id, Timestamp, Version } from '../platform/schemas/schemas.js';

export interface EventBody {
  id: Id;
  type: string;
  occurredAt: string;
  actorId: Id | null;
  resource: { type: string; id: string; version: number };
  data: Record<string, unknown> | null;
}

/** Returns the name of the schema: `PostPublishedEvent`. */
const nameOf = (type: string) =>
  `${type.replaceAll(/(?:^|[._])([a-z])/g, (_all, letter: string) => letter.toUpperCase())}Event`;

const WITHOUT_DATA = z.null().describe('This event has no data.');

/** Returns the schema of the body of one type of event. The resource names it, and its data. */
export const eventSchema = (type: string, resource: { type: string; data?: PublishedEvents['data'] }) =>
  z
    .object({
      id: Id.describe(
        'The id of the event, which is also the header `webhook-id`. A repeated delivery and a replay have the same one.',
      ),
      type: z
        .literal(type)
        .describe('What has happened.')
        .meta({ examples: [type] }),
      occurredAt: Timestamp.describe('The time of the event.'),
      actorId: Id.nullable().describe(
        'The account that caused the event. Null for the server, for example when it publishes a scheduled post.',
      ),
      resource: z
        .object({
          type: z.literal(resource.type).meta({ examples: [resource.type] }),
          id: z
            .string()
            .max(200)
            .describe('The id of the resource. For a tag, its slug.')
            .meta({ examples: ['019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41'] }),
          version: Version.describe(
            'The version of the resource after the event. It orders the events of a resource.',
          ),
        })
        .describe('The resource that the event is about.'),
      data: resource.data
        ? resource.data
            .nullable()
            .describe(
              'The resource at that version. Null if the event is not public, for example for a draft: use the API to read the resource with an account that may.',
            )
        : WITHOUT_DATA,
    })
    .meta({ id: nameOf(type) });
