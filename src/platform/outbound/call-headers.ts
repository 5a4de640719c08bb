import { randomBytes } from 'node:crypto';
import { currentRequest, type RequestContext } from '../logging/request-context.js';
import { OutboundFault } from './outbound-fault.js';
import type { Target } from './target.js';

/** The client sets these itself, or they belong to a connection. */
const OWN = new Set([
  ...['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'expect', 'keep-alive', 'te'],
  ...['trailer', 'proxy-authorization', 'x-service-token'],
]);

/**
 * Returns the headers of a call with lowercase names: those of the caller, the trace and the id of the current
 * request, and the token for services of the same deployment.
 * @throws OutboundFault `invalid_request` for a header that the client sets itself
 */
export function callHeaders(
  { addresses }: Target,
  given: Record<string, string>,
  token?: string,
): Record<string, string> {
  const headers = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const own = Object.keys(headers).find((name) => OWN.has(name));
  if (own) throw new OutboundFault('invalid_request', `The header ${own} cannot be set.`);
  return {
    'accept-encoding': 'identity',
    'user-agent': 'Galley',
    ...traceHeaders(currentRequest()),
    ...headers,
    ...(addresses === 'inside' && token && { 'x-service-token': token }),
  };
}

const traceHeaders = (request?: RequestContext): Record<string, string> =>
  request ? { traceparent: traceparentOf(request), 'x-request-id': request.requestId } : {};

/** Galley records no spans, so it sends the span of its caller on (W3C Trace Context, section 3.4). */
const traceparentOf = ({ traceId, traceparent }: RequestContext): string =>
  typeof traceparent === 'string' && traceparent.includes(traceId)
    ? traceparent
    : `00-${traceId}-${randomBytes(8).toString('hex')}-00`;
