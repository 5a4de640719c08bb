import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from '../../logging/logger.js';
import { RouteFacts } from '../routes/route-config.js';
import { whenResponsesEnd } from './ended-responses.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    isProbe?: boolean;
  }
}

/** Probes and scrapers call the route every few seconds. Its line has the level debug, unless the request fails. */
export const Probed = () => RouteFacts({ isProbe: true });

/**
 * Writes one line per request. It contains the template of the route, or the path that no route matches, and never
 * the query, which can contain private data.
 */
export function addRequestLog(server: FastifyInstance, logger: Logger): void {
  whenResponsesEnd(server, (request, reply) => {
    const { url, config } = request.routeOptions;
    const level = config.isProbe && reply.statusCode < 400 ? 'debug' : 'info';
    logger.request(level, {
      requestId: request.id,
      traceId: request.traceId,
      method: request.method,
      url: url ?? 'unmatched',
      path: url === undefined ? unmatchedPath(request) : undefined,
      status: reply.statusCode,
      duration: Math.round(reply.elapsedTime * 10) / 10,
      ip: request.ip,
      userId: request.caller?.principal?.id,
      userAgent: visible(request.headers['user-agent']?.slice(0, MOST_CHARACTERS)),
    });
  });
}

const MOST_CHARACTERS = 200;

/** Returns what the client sent, without its origin and query. */
const unmatchedPath = ({ originalUrl }: Pick<FastifyRequest, 'originalUrl'>) =>
  visible(
    (originalUrl.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0] as string).slice(
      0,
      MOST_CHARACTERS,
    ),
  );

/** Escapes everything but visible ASCII characters and spaces: a terminal obeys U+009B and others in a log. */
const visible = (text: string | undefined) =>
  text?.replace(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
