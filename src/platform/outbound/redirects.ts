import type { Answer, Hop } from './exchange.js';
import { AddressRefused } from './outbound-fault.js';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** All other headers can contain secrets, for example signatures and keys of APIs. */
const SENT_TO_OTHERS = new Set([
  ...['accept', 'accept-encoding', 'accept-language', 'content-encoding', 'content-type', 'user-agent'],
  ...['traceparent', 'x-request-id'],
]);
const ABOUT_A_BODY = new Set(['content-type', 'content-encoding', 'content-language']);

/** Returns the address of the redirect, or undefined if the response is not one. */
export function redirectOf({ status, headers }: Pick<Answer, 'status' | 'headers'>): string | undefined {
  const { location } = headers;
  return REDIRECTS.has(status) && typeof location === 'string' ? location : undefined;
}

/**
 * Returns the request that a redirect asks for (Fetch, section 4.4). Another origin receives no headers with secrets.
 * @param url the address of the redirect, already checked
 * @throws AddressRefused if the redirect leads from https to http
 */
export function nextHop(hop: Hop, status: number, url: URL): Hop {
  if (hop.url.protocol === 'https:' && url.protocol !== 'https:') throw new AddressRefused('downgrade');
  const isSame = url.origin === hop.url.origin;
  const dropsBody = becomesGet(hop.method, status);
  const headers = Object.entries(hop.headers).filter(
    ([name]) => (isSame || SENT_TO_OTHERS.has(name)) && !(dropsBody && ABOUT_A_BODY.has(name)),
  );
  return {
    url,
    method: dropsBody ? 'GET' : hop.method,
    headers: Object.fromEntries(headers),
    body: dropsBody ? undefined : hop.body,
  };
}

const becomesGet = (method: string, status: number): boolean =>
  status === 303
    ? method !== 'HEAD' && method !== 'GET'
    : method === 'POST' && (status === 301 || status === 302);
