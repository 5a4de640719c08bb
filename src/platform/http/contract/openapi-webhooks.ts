import type { z } from 'zod';
import type { JsonSchema } from './json-schema.js';

/** A request that the server sends to receivers that users chose. */
export interface WebhookDocument {
  /** The key in `webhooks`. */
  name: string;
  summary: string;
  description: string;
  body: z.ZodType;
}

/** The headers of Standard Webhooks. */
const HEADERS: [name: string, description: string, example: string][] = [
  [
    'webhook-id',
    'The id of the event. A repeated request has the same one.',
    '019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41',
  ],
  [
    'webhook-timestamp',
    'The time of the request in seconds since 1970. Reject requests that are older than 5 minutes.',
    '1795200672',
  ],
  [
    'webhook-signature',
    'The signatures, separated by spaces: `v1,` and the base64 of the HMAC-SHA-256 of `<webhook-id>.<webhook-timestamp>.<body>`. One of them must be valid.',
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  ],
];

const parameters = HEADERS.map(([name, description, example]) => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string', maxLength: 1000, examples: [example] },
}));

/** Returns the object `webhooks` of the document. `convert` moves the schemas to the components. */
export const webhooksOf = (
  documents: WebhookDocument[],
  convert: (schema: z.ZodType) => JsonSchema,
): Record<string, object> =>
  Object.fromEntries(
    documents.map(({ name, summary, description, body }) => [
      name,
      {
        post: {
          operationId: `on${name.replaceAll(/(?:^|[._])([a-z])/g, (_all, letter: string) => letter.toUpperCase())}`,
          summary,
          description,
          tags: ['webhooks'],
          security: [], // The signature authenticates the request.
          parameters,
          requestBody: {
            required: true,
            description: 'The event.',
            content: { 'application/json': { schema: convert(body) } },
          },
          responses: { '2XX': { description: 'The receiver has accepted the event.' } },
        },
      },
    ]),
  );
