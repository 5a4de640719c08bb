import { z } from 'zod';
import { NotificationView } from '../notifications/notifications.service.js';
import { resourceWith, TypeOfEvent } from '../platform/event-views/event-fields.js';
import { csv, Id, Timestamp } from '../platform/schemas/schemas.js';

const EventType = z
  .string()
  .max(60)
  .regex(/^(?:\*|[a-z]+|[a-z]+\.(?:\*|[a-z]+))$/, 'must be a type such as post.published, post.* or *')
  .meta({ examples: ['post.*'] });

/** The type of notifications in the stream. */
export const NOTIFICATION = 'notification';

export const EventsQuery = z.strictObject({
  types: csv(EventType)
    .optional()
    .describe(
      'The types of the events, such as `post.published`. `post.*` stands for all types of posts, and `notification` for your notifications. Default: all types.',
    ),
});
export type EventsQuery = z.output<typeof EventsQuery>;

export const EventView = z
  .object({
    id: Id.describe('The id of the event. It is the same for every receiver.'),
    type: TypeOfEvent,
    occurredAt: Timestamp.describe('The time of the event.'),
    actorId: Id.nullable()
      .optional()
      .describe(
        'The account that caused the event, null for the system. Only owners of the resource and callers who can see all resources of the type receive it.',
      ),
    resource: resourceWith('The version after the event.').meta({ id: 'ResourceOfEvent' }),
    data: z
      .looseObject({})
      .optional()
      .describe(
        'The resource at this version as lists show it: a Post without `body` and `html`, a Comment without `html`, a Tag without `postCount`, or the public fields of a User. Absent if you cannot read it any more, or if it has a newer version, whose event follows.',
      )
      .meta({ examples: [{}] }),
  })
  .meta({ id: 'Event' });
export type EventView = z.infer<typeof EventView>;

/** The data of one message of the stream. */
export const StreamedView = z.union([EventView, NotificationView.meta({ id: 'StreamedNotification' })]);
