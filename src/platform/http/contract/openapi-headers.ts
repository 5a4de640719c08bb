import type { JsonSchema } from './json-schema.js';

const text = (description: string, example: string, maxLength: number) => ({
  description,
  schema: { type: 'string', maxLength, examples: [example] },
});

/** `components.headers`: what answers carry beside their body. None is required of an answer that a proxy made. */
export const SHARED_HEADERS = {
  'X-Request-Id': text('The id of this request in our log', '6f1f4a0e-6a0c-4a4e-9a49-0f6ac4e0a1c2', 64),
  ETag: text(
    '`"<version>-<hash of this representation>"`, weak (`W/`) where the answer is compressed; of a list the hash alone',
    '"3-Tn9fY0l2m1Qk4v7a"',
    64,
  ),
  Link: text(
    'The next page, and for numbered pages the previous one (RFC 8288)',
    '</api/v1/posts?cursor=WyJoYXNoIl0.bWFj>; rel="next"',
    20_000,
  ),
  Location: text('Where the new resource is', '/api/v1/posts/019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41', 1000),
  RateLimit: text(
    'What is left of the limit, and seconds until it is whole again (draft-ietf-httpapi-ratelimit-headers)',
    '"read";r=299;t=60',
    200,
  ),
  'RateLimit-Policy': text('The limit, and its window in seconds', '"read";q=300;w=60', 200),
  'Idempotency-Replayed': {
    description:
      '`true`: an earlier request with this key did the work; the body is the resource as you may read it now',
    schema: { type: 'string', enum: ['true'] },
  },
  'WWW-Authenticate': text('How to authenticate (RFC 6750)', 'Bearer error="invalid_token"', 200),
  Allow: text('The methods that this URL has', 'DELETE, GET, HEAD, OPTIONS, PATCH', 200),
  'Retry-After': {
    description: 'Seconds to wait before the next try',
    schema: { type: 'integer', format: 'int32', minimum: 0, maximum: 2 ** 31 - 1, examples: [30] },
  },
};

type HeaderName = keyof typeof SHARED_HEADERS;

/** What decides which headers an answer has. */
export interface Answering {
  status: number;
  isApi: boolean;
  isRead: boolean;
  /** It pages by cursor. */
  isList: boolean;
  takesKey: boolean;
}

/** References to the headers of an answer. */
export function headersOf({ status, isApi, isRead, isList, takesKey }: Answering): JsonSchema {
  const succeeds = status < 300;
  const names: [HeaderName, boolean][] = [
    ['X-Request-Id', true],
    ['Location', status === 201],
    ['ETag', isApi && (status === 304 || (succeeds && status !== 204))],
    ['Link', isList && isRead && (status === 200 || status === 304)],
    ['Idempotency-Replayed', takesKey && succeeds],
    ['WWW-Authenticate', status === 401],
    ['Retry-After', isApi && (status === 429 || status === 503 || (status === 409 && takesKey))],
    ['RateLimit', isApi && status < 500],
    ['RateLimit-Policy', isApi && status < 500],
  ];
  return references(names.filter(([, has]) => has).map(([name]) => name));
}

/** Of the answer to whatever an operation does not list. */
export const headersOfOthers = (): JsonSchema =>
  references(['X-Request-Id', 'Allow', 'Retry-After', 'RateLimit', 'RateLimit-Policy']);

const references = (names: HeaderName[]): JsonSchema =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
