import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { withinRequest } from '../../logging/request-context.js';

/**
 * The headers in which clients send a request id, in order of priority. The response uses the header of the
 * request.
 */
const NAMES = ['x-request-id', 'x-correlation-id', 'x-trace-id'] as const;
const ACCEPTED = /^[A-Za-z0-9-]{1,64}$/;
/** W3C Trace Context. A version above 00 can contain more data after another hyphen. */
const TRACEPARENT =
  /^(?:00-(?=.{52}$)|(?!00|ff)[0-9a-f]{2}-(?=.{52}(?:$|-)))(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}/;

declare module 'fastify' {
  interface FastifyRequest {
    /** 32 hex digits: the trace id of `traceparent` (W3C Trace Context), or a new one. */
    traceId: string;
  }
}

function sent(headers: IncomingMessage['headers'], name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && ACCEPTED.test(value) ? value : undefined;
}

/** Returns the id of the client if it is safe to log, or a new one. */
export function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  for (const name of NAMES) {
    const value = sent(request.headers, name);
    if (value) return value;
  }
  return randomUUID();
}

function traceId(request: FastifyRequest): string {
  const header = request.headers.traceparent;
  const match = typeof header === 'string' ? TRACEPARENT.exec(header) : null;
  return match?.[1] ?? randomUUID().replaceAll('-', ''); // Node keeps a pool of random bytes for it.
}

export function addRequestIds(server: FastifyInstance): void {
  server.decorateRequest('traceId', '');
  server.addHook('onRequest', (request, reply, done) => {
    request.traceId = traceId(request);
    reply.header('x-request-id', request.id);
    for (const name of NAMES.slice(1)) {
      const value = sent(request.headers, name);
      if (value) reply.header(name, value);
    }
    done();
  });
  // Only handlers call services, so a request that is rejected before needs no context.
  server.addHook('preHandler', ({ id: requestId, traceId, headers }, _reply, done) =>
    withinRequest({ requestId, traceId, traceparent: headers.traceparent }, done),
  );
  // A preflight is answered before the hooks of requests run.
  server.addHook('onSend', (request, reply, payload, done) => {
    if (!reply.hasHeader('x-request-id')) reply.header('x-request-id', request.id);
    done(null, payload);
  });
}
