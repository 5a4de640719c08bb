import type { EventViews } from '../platform/event-views/event-views.js';
import type { WebhookDocument } from '../platform/http/contract/openapi-webhooks.js';
import { eventSchema } from './event-body.js';
import { PING } from './webhook-messages.js';

const RESPONSE =
  'Return a status of 2xx within 10 seconds, or the request is repeated. The body of your response is stored for administrators, up to 4 KiB.';

/** Describes what receivers get, one document for each type of event. */
export const webhookDocuments = (views: EventViews): WebhookDocument[] => [
  ...views.published().flatMap((resource) =>
    resource.types.map((type) => ({
      name: type,
      summary: `The event ${type}`,
      description: RESPONSE,
      body: eventSchema(type, resource),
    })),
  ),
  {
    name: PING,
    summary: 'A test of the webhook',
    description: `\`POST /api/v1/webhooks/{id}/test\` sends it. ${RESPONSE}`,
    body: eventSchema(PING, { type: 'webhook' }),
  },
];
