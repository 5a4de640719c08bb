import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../logging/logger.js';

/**
 * Writes one line per request. It contains the template of the route and never the URL, whose query can contain
 * private data.
 */
export function addRequestLog(server: FastifyInstance, logger: Logger): void {
  server.addHook('onResponse', (request, reply, done) => {
    logger.request({
      requestId: request.id,
      traceId: request.traceId,
      method: request.method,
      url: request.routeOptions.url ?? 'unmatched',
      status: reply.statusCode,
      duration: Math.round(reply.elapsedTime * 10) / 10,
      ip: request.ip,
      userId: request.caller?.principal?.id,
      userAgent: request.headers['user-agent']?.slice(0, 200),
    });
    done();
  });
}
