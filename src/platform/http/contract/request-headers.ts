import type { Parameter } from './openapi-shapes.js';

/**
 * The maximum number of characters of If-Match and If-None-Match, which is sufficient for more than 200 ETags of
 * Galley.
 */
export const MOST_CONDITION_CHARACTERS = 8000;

const ENTITY_TAG = '(?:W/)?"[\\x21\\x23-\\x7e]*"';

/** What If-Match may contain: `*`, or entity tags of RFC 9110 8.8.3 in ASCII that are separated by commas. */
export const IF_MATCH_SCHEMA = {
  type: 'string',
  maxLength: MOST_CONDITION_CHARACTERS,
  pattern: `^(?:\\*|${ENTITY_TAG}(?:\\s*,\\s*${ENTITY_TAG})*)$`,
};

/** It has no example, because Swagger UI would send it. */
export const IF_NONE_MATCH: Parameter = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description:
    'One or more ETags of earlier responses, or `*`. If one of them is current, the request returns 304 without a body.',
  schema: { type: 'string', maxLength: MOST_CONDITION_CHARACTERS },
};

/** The value of Idempotency-Key: a string of RFC 9651 (group 1), or the bare form that many clients send (group 2). */
export const IDEMPOTENCY_KEY = /^(?:"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255}))$/;

export const IDEMPOTENCY_KEY_PARAMETER: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'A unique key of your choice, such as a UUID. Within one session, the server runs the same request with the same key ' +
    'only once. For 24 hours, a repeated request returns the same status code and the resource as you may read it now. ' +
    'A repeated request may have a different If-Match.',
  schema: {
    type: 'string',
    minLength: 1,
    maxLength: 257,
    pattern: IDEMPOTENCY_KEY.source,
    examples: ['"0f4a6d4e-6a0c-4a4e-9a49-0f6ac4e0a1c2"'],
  },
};
