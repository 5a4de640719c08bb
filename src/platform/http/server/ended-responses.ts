import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * Calls `record` once for each response that has ended. Fastify's hook does not run if the client leaves during the
 * response, which is how most streams end.
 */
export function whenResponsesEnd(
  server: FastifyInstance,
  record: (request: FastifyRequest, reply: FastifyReply) => void,
): void {
  const recorded = new WeakSet<FastifyReply>();
  const once = (request: FastifyRequest, reply: FastifyReply) => {
    if (!recorded.has(reply)) record(request, reply);
    recorded.add(reply);
  };
  server.addHook('onResponse', (request, reply, done) => {
    once(request, reply);
    done();
  });
  server.addHook('onSend', (request, reply, payload, done) => {
    if (isStream(payload)) reply.raw.once('close', () => once(request, reply));
    done(null, payload);
  });
}

const isStream = (payload: unknown): boolean =>
  typeof payload === 'object' && payload !== null && 'pipe' in payload;
