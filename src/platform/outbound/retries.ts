import type { OutboundCall, OutboundResponse } from './outbound-call.js';
import { OutboundFault } from './outbound-fault.js';

const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);
/** The receiver did not process the request, or it may succeed when it is repeated. */
const TEMPORARY = new Set([408, 429, 502, 503, 504]);
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1000;

/** Date.parse accepts almost everything. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

export const MOST_ATTEMPTS = 3;

export const isRepeatable = ({ idempotent, method }: Pick<OutboundCall, 'idempotent' | 'method'>): boolean =>
  idempotent ?? IDEMPOTENT.has(method);

export const isTemporary = (result: Pick<OutboundResponse, 'status'> | OutboundFault): boolean =>
  result instanceof OutboundFault
    ? result.kind === 'connection' || result.kind === 'timeout'
    : TEMPORARY.has(result.status);

/**
 * Returns the pause before the next attempt in milliseconds: what Retry-After asks for, or a random part of 100 ms
 * that doubles with each attempt.
 */
export const pauseBefore = (attempt: number, retryAfterMs = 0): number =>
  Math.max(retryAfterMs, Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1)));

/** Returns the time that Retry-After names (RFC 9110, section 10.2.3), or undefined if there is none. */
export function retryAfterMs(headers: OutboundResponse['headers'], now = Date.now()): number | undefined {
  const value = headers['retry-after'];
  if (typeof value !== 'string') return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  return HTTP_DATE.test(value) ? Math.max(0, Date.parse(value) - now) : undefined;
}
