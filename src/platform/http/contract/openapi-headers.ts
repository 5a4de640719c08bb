import type { ApiExamples } from './api-description.js';
import type { JsonSchema } from './json-schema.js';
import type { Operation } from './openapi-shapes.js';

const text = (description: string, example: string, maxLength: number) => ({
  description,
  schema: { type: 'string', maxLength, examples: [example] },
});

/**
 * `components.headers`: the headers of responses. None of them is required, because a proxy can also create a
 * response.
 */
export const sharedHeaders = ({ list, created }: ApiExamples) => ({
  'X-Request-Id': text(
    'The id of this request in the server log.',
    '6f1f4a0e-6a0c-4a4e-9a49-0f6ac4e0a1c2',
    64,
  ),
  ETag: text(
    'The entity tag of this representation: `"<version>-<hash>"`, or `"<hash>"` for a list. It is weak (`W/`) if the response is compressed.',
    '"3-Tn9fY0l2m1Qk4v7a"',
    64,
  ),
  'Last-Modified': text(
    'The time of the last edit, with a precision of one second. The response also changes without an edit, so that only the `ETag` is a condition: `If-Modified-Since` is ignored.',
    'Wed, 01 Jan 2025 09:00:00 GMT',
    100,
  ),
  Age: {
    description:
      'The number of seconds since this response was read from the database. Present only while the database does not respond and the response comes from the cache (RFC 9111).',
    schema: { type: 'integer', format: 'int32', minimum: 0, maximum: 2 ** 31 - 1, examples: [12] },
  },
  Link: text(
    'Links to the next page and, for numbered pages, to the previous page (RFC 8288).',
    `<${list}?cursor=WyJoYXNoIl0.bWFj>; rel="next"`,
    20_000,
  ),
  Location: text('The URL of the created resource, or the present URL of one that has moved.', created, 1000),
  RateLimit: text(
    'The number of requests that remain (`r`) and the number of seconds until the limit resets (`t`), as in draft-ietf-httpapi-ratelimit-headers.',
    '"read";r=299;t=60',
    200,
  ),
  'RateLimit-Policy': text(
    'The number of requests that are allowed (`q`) in a window of `w` seconds.',
    '"read";q=300;w=60',
    200,
  ),
  'Idempotency-Replayed': {
    description:
      '`true` if an earlier request with this key did the work. The body is the resource as you may read it now, or the problem 404 if you may not read it any more.',
    schema: { type: 'string', enum: ['true'] },
  },
  'WWW-Authenticate': text(
    'The authentication that the request requires (RFC 6750).',
    'Bearer error="invalid_token"',
    200,
  ),
  Accept: text('The formats of a body that this URL accepts.', 'application/json', 200),
  'Accept-Patch': text(
    'The formats of a PATCH that this URL accepts (RFC 5789).',
    'application/merge-patch+json, application/json',
    200,
  ),
  'Accept-Encoding': text('The content codings of a body that this URL accepts.', 'identity', 200),
  Allow: text('The methods that this URL supports.', 'DELETE, GET, HEAD, OPTIONS, PATCH', 200),
  'Retry-After': {
    description: 'The number of seconds to wait before you retry the request.',
    schema: { type: 'integer', format: 'int32', minimum: 0, maximum: 2 ** 31 - 1, examples: [30] },
  },
});

type HeaderName = keyof ReturnType<typeof sharedHeaders>;

/** The facts that determine the headers of a response. */
export interface Answering {
  status: number;
  isApi: boolean;
  isRead: boolean;
  /** True if a response of success has an ETag. */
  isTagged: boolean;
  /** True if the operation uses cursors. */
  isList: boolean;
  takesKey: boolean;
  replay?: Operation['x-replayable'];
  /** True if callers without credentials may read it. */
  isPublic?: boolean;
  /** True if the representation has a time of its last edit. */
  isDated?: boolean;
}

/** Returns references to the headers of a response. */
export function headersOf(answering: Answering): JsonSchema {
  const { status, isApi, isRead, isTagged, isList, takesKey, replay, isPublic, isDated } = answering;
  const succeeds = status < 300;
  const names: [HeaderName, boolean][] = [
    ['X-Request-Id', true],
    ['Location', status === 201 || status === 301],
    ['ETag', isApi && (status === 304 || (succeeds && status !== 204 && isTagged))],
    ['Last-Modified', isDated === true && (status === 200 || status === 304)],
    ['Age', isApi && isRead && isPublic === true && (status === 200 || status === 304)],
    ['Link', isList && isRead && (status === 200 || status === 304)],
    ['Idempotency-Replayed', takesKey && (succeeds || (status === 404 && replay === 'resource'))],
    ['Accept', status === 415],
    ['Accept-Patch', status === 415],
    ['Accept-Encoding', status === 415],
    ['WWW-Authenticate', status === 401],
    ['Retry-After', isApi && (status === 429 || status === 503 || (status === 409 && takesKey))],
    ['RateLimit', isApi && status < 500],
    ['RateLimit-Policy', isApi && status < 500],
  ];
  return references(names.filter(([, has]) => has).map(([name]) => name));
}

/** Returns the headers of all responses that an operation does not list. */
export const headersOfOthers = (): JsonSchema =>
  references(['X-Request-Id', 'Allow', 'Retry-After', 'RateLimit', 'RateLimit-Policy']);

const references = (names: HeaderName[]): JsonSchema =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
