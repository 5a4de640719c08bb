import { z } from 'zod';
import { EventPattern } from '../platform/event-views/event-patterns.js';
import { listQuery } from '../platform/lists/list-query.js';
import { withFieldHints } from '../platform/schemas/field-hints.js';
import {
  atMost,
  csv,
  Count,
  EXAMPLE_TIME,
  Id,
  page,
  queryFlag,
  text,
  Timestamp,
  Version,
} from '../platform/schemas/schemas.js';
import { DELIVERY_STATES } from './webhook-delivery.entity.js';
import { DISABLED_REASONS } from './webhook.entity.js';

/** Checked by `GivenAddresses`, which explains what is wrong with an address. */
const ReceiverUrl = atMost(z.string().min(1), 2000)
  .describe(
    'The URL that receives the events by POST. It must lead to a public address. The path and the query can contain a secret: only administrators see them.',
  )
  .meta({ examples: ['https://hooks.example.com/galley'] });

const Patterns = z
  .array(EventPattern)
  .min(1)
  .max(50)
  .describe(
    'The types of the events. `post.*` stands for all types of posts, and `*` for all types. Their order has no meaning, and duplicates are left out.',
  )
  .meta({ examples: [['post.published', 'post.updated', 'post.unpublished', 'post.deleted']] });

const Description = text(0, 500)
  .nullable()
  .optional()
  .describe('What the webhook is for.')
  .meta({ examples: ['Rebuilds the site'] });

const Active = z
  .boolean()
  .optional()
  .describe(
    'If false, nothing is sent. Deliveries that were pending wait, and events of this time are not delivered later unless you replay them.',
  )
  .meta({ examples: [true] });

const EXAMPLE_URL = 'https://hooks.example.com/galley';

/** What other systems call the fields of a webhook. */
const OTHER_NAMES = {
  enabled: 'is not a known field; to switch a webhook on or off, send active',
  secret: 'is created by the server; to replace it, use POST /api/v1/webhooks/{id}/rotate-secret',
};

export const CreateWebhook = withFieldHints(
  z.strictObject({ url: ReceiverUrl, events: Patterns, description: Description, active: Active }).meta({
    id: 'CreateWebhook',
    examples: [{ url: EXAMPLE_URL, events: ['post.*'], description: 'Rebuilds the site' }],
  }),
  OTHER_NAMES,
);
export type CreateWebhook = z.infer<typeof CreateWebhook>;

export const UpdateWebhook = withFieldHints(
  z
    .strictObject({
      url: ReceiverUrl.optional(),
      events: Patterns.optional(),
      description: Description,
      active: Active,
    })
    .meta({ id: 'UpdateWebhook', examples: [{ events: ['post.published'], active: true }] }),
  OTHER_NAMES,
);
export type UpdateWebhook = z.infer<typeof UpdateWebhook>;

export const WebhookView = z
  .object({
    id: Id,
    url: z
      .string()
      .describe('The URL that receives the events.')
      .meta({ examples: [EXAMPLE_URL] }),
    events: z
      .array(z.string())
      .max(50)
      .describe('The types of the events, or patterns of types.')
      .meta({ examples: [['post.*']] }),
    description: z
      .string()
      .nullable()
      .meta({ examples: ['Rebuilds the site'] }),
    active: z
      .boolean()
      .describe('If false, nothing is sent.')
      .meta({ examples: [true] }),
    disabledReason: z
      .enum(DISABLED_REASONS)
      .nullable()
      .describe(
        'Why the server disabled the webhook: `failing` if all attempts of five days failed, `gone` if the receiver returned 410. Null if it is active or an administrator disabled it. `PATCH` with `active: true` enables it again.',
      )
      .meta({ examples: [null] }),
    failingSince: Timestamp.nullable()
      .describe('The time of the first failed attempt after the last successful one.')
      .meta({ examples: [null] }),
    ownerId: Id.nullable()
      .describe(
        'The administrator who created the webhook, and who receives a mail if the server disables it.',
      )
      .meta({ examples: ['019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41'] }),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    version: Version,
    secret: z
      .string()
      .optional()
      .describe(
        'The secret that verifies signatures. The response contains it only once: when the webhook is created, and when the secret is rotated. A response that is replayed for an Idempotency-Key does not contain it.',
      )
      .meta({ examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo='] }),
  })
  .meta({ id: 'Webhook' });
export type WebhookView = z.infer<typeof WebhookView>;

export const ListWebhooksQuery = listQuery({
  sort: ['createdAt'],
  defaultSort: '-createdAt',
  fields: [
    ...(['id', 'url', 'events', 'description', 'active', 'disabledReason', 'failingSince'] as const),
    ...(['ownerId', 'createdAt', 'updatedAt', 'version'] as const),
  ],
  filters: { active: queryFlag().describe('Returns only active webhooks if true, only others if false.') },
  hints: { active: ['filter[active]=false', 'enabled', 'disabled', 'status', 'state'] },
});
export type ListWebhooksQuery = z.output<typeof ListWebhooksQuery>;

export const WebhookPage = page(
  'WebhookPage',
  WebhookView.omit({ secret: true }).partial().required({ id: true }).meta({ id: 'WebhookItem' }),
);

const State = z.enum(DELIVERY_STATES).meta({ id: 'DeliveryState', examples: ['pending'] });

const AttemptView = z
  .object({
    at: Timestamp.describe('The time of the request.'),
    status: z
      .int()
      .min(100)
      .max(999)
      .nullable()
      .describe('The status of the response, or null if there was none.')
      .meta({ examples: [204] }),
    durationMs: Count.describe('How long the attempt took in milliseconds.').meta({ examples: [84] }),
    error: z
      .string()
      .nullable()
      .describe('Why the attempt failed.')
      .meta({ examples: [null] }),
    responseBody: z
      .string()
      .nullable()
      .optional()
      .describe('The first 4 KiB of the response. Lists do not contain it.')
      .meta({ examples: [''] }),
  })
  .meta({ id: 'DeliveryAttempt' });
export type AttemptView = z.infer<typeof AttemptView>;

export const DeliveryView = z
  .object({
    id: Id,
    webhookId: Id.describe('The id of the webhook.'),
    eventId: Id.describe(
      'The id of the event, which the receiver gets as `webhook-id`. A replay has the same one.',
    ),
    eventType: z
      .string()
      .describe('The type of the event.')
      .meta({ examples: ['ping'] }),
    state: State.describe(
      '`pending` before its first or its next attempt, `delivered` after a response of 2xx, or `failed` after its last attempt.',
    ),
    attempts: z
      .array(AttemptView)
      .max(100)
      .describe('The attempts, the oldest one first.')
      .meta({ examples: [[]] }),
    nextAttemptAt: Timestamp.nullable().describe(
      'The earliest time of the next attempt. Null if there is none, or if the delivery waits for an earlier one of the same resource.',
    ),
    createdAt: Timestamp,
    body: z
      .string()
      .optional()
      .describe('The body of the request. Lists do not contain it.')
      .meta({
        examples: [
          `{"id":"019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41","type":"ping","occurredAt":"${EXAMPLE_TIME}","actorId":null,"resource":{"type":"webhook","id":"019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41","version":1},"data":null}`,
        ],
      }),
  })
  .meta({ id: 'Delivery' });
export type DeliveryView = z.infer<typeof DeliveryView>;

export const ListDeliveriesQuery = listQuery({
  sort: ['createdAt'],
  defaultSort: '-createdAt',
  fields: ['id', 'webhookId', 'eventId', 'eventType', 'state', 'attempts', 'nextAttemptAt', 'createdAt'],
  filters: {
    state: csv(State),
    eventType: csv(text(1, 60)).describe(
      'Returns the deliveries of events of these types, such as `post.published`. Patterns such as `post.*` are not supported.',
    ),
    eventId: csv(Id).describe('Returns the deliveries of these events.'),
  },
  hints: {
    state: ['filter[state]=failed', 'status'],
    eventType: ['filter[eventType]=post.published', 'type', 'event'],
    eventId: ['filter[eventId]=<id of the event>', 'event_id', 'message'],
  },
});
export type ListDeliveriesQuery = z.output<typeof ListDeliveriesQuery>;

export const DeliveryPage = page(
  'DeliveryPage',
  DeliveryView.omit({ body: true }).partial().required({ id: true }).meta({ id: 'DeliveryItem' }),
);

export const ReplayWebhook = z
  .strictObject({
    since: Timestamp.describe('The time of the first event.').meta({ examples: [EXAMPLE_TIME] }),
    until: Timestamp.optional().describe('The time after the last event. Default: now.'),
  })
  .meta({ id: 'ReplayWebhook', examples: [{ since: '2026-11-20T18:00:00Z' }] });
export type ReplayWebhook = z.infer<typeof ReplayWebhook>;

export const ReplayView = z
  .object({
    deliveries: Count.describe('The number of deliveries that were added.').meta({ examples: [0] }),
  })
  .meta({ id: 'WebhookReplay' });
export type ReplayView = z.infer<typeof ReplayView>;
