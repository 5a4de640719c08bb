import type { Target } from './target.js';

export type Method = 'GET' | 'HEAD' | 'PUT' | 'DELETE' | 'POST' | 'PATCH';

/** A call to another service. */
export interface OutboundCall {
  target: Target;
  /** Tells receivers with the same origin apart, so that each has its own circuit breaker and its own share of calls. */
  receiver?: string;
  method: Method;
  /** For a target whose addresses users give: the text as it was given, because its spelling is checked as well. */
  url: string | URL;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** The limit for all of it: waiting, name resolution, redirects, retries and the body. Default: 5000. */
  deadlineMs?: number;
  /** True if a repetition has no other effect. Default: true for GET, HEAD, PUT and DELETE. Only such calls are retried. */
  idempotent?: boolean;
  /** The largest body of the response in bytes. Default: 1 MiB. */
  maxBytes?: number;
  /** If true, the rest of a larger body is not read. Otherwise, the call fails with `too_large`. */
  cut?: boolean;
  /** The number of redirects to follow. Default: 0, which returns the redirect itself. */
  redirects?: number;
  /** Ends the call early. It then fails with `cancelled`. */
  signal?: AbortSignal;
}

export interface OutboundResponse {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** As it was received. Galley asks for no compression and never decompresses. */
  body: Buffer;
  /** True if there was more than `maxBytes`. */
  truncated: boolean;
  /** The URL that responded, after redirects. */
  url: string;
  /** The number of attempts, retries included. */
  attempts: number;
  durationMs: number;
}

export const MOST_BYTES = 1024 * 1024;
export const DEADLINE_MS = 5000;
