import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HttpSettings } from '../settings/http.settings.js';
import { MalformedRequest } from '../../errors/request-problems.js';
import { BODY_LIMIT } from '../bodies/body-limit.js';
import { discardBody } from '../bodies/body-deadline.js';
import { corsHeaders } from './cors.js';
import { problemOfFastify } from '../problems/fastify-problems.js';
import { addAbsentBodies } from '../bodies/absent-bodies.js';
import { addFileBodies } from '../bodies/file-body.js';
import { addJsonBodies } from '../bodies/json-bodies.js';
import { GRACE_MS, LEAST_BYTES_PER_SECOND } from '../bodies/least-rate.js';
import { trustOf } from './client-address.js';
import { answerParserError, BARE_HEADERS, type ParserError } from './raw-answers.js';
import { requestId } from './request-ids.js';
import { MOST_PARAM_CHARACTERS } from '../routes/route-table.js';
import { sendProblem } from '../problems/send-problem.js';

/** The maximum time for the largest file. */
const longestRequestMs = ({ UPLOAD_MAX_SIZE }: HttpSettings) =>
  GRACE_MS + Math.ceil(UPLOAD_MAX_SIZE / LEAST_BYTES_PER_SECOND) * 1000;

/**
 * The HTTP server below Nest. Slow headers end after 5 s (measured: after 87 s without
 * `connectionsCheckingInterval`), and a slow body ends after 10 s (body-deadline.ts).
 */
export function createAdapter(config: HttpSettings): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    trustProxy: trustOf(config.TRUST_PROXY),
    genReqId: requestId,
    rewriteUrl: (request: Pick<IncomingMessage, 'method' | 'url'>) => routed(request, config),
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    skipMiddie: true,
    http: {
      headersTimeout: 5000,
      requestTimeout: longestRequestMs(config),
      connectionsCheckingInterval: 1000,
      requireHostHeader: false, // Node's response is not a problem document, so message-rules.ts sends one.
    },
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: MOST_PARAM_CHARACTERS },
    clientErrorHandler: (error: ParserError, socket: Socket) => answerParserError(error, socket, config),
    frameworkErrors: (error: Error, request: unknown, reply: unknown) =>
      answerBare(error, request as FastifyRequest, reply as FastifyReply, config),
  });
}

/** Answers the paths that Fastify's router rejects before it selects a route. */
function answerBare(error: Error, request: FastifyRequest, reply: FastifyReply, config: HttpSettings): void {
  reply.headers({
    ...BARE_HEADERS,
    ...corsHeaders(request.headers.origin, config),
    'x-request-id': request.id,
  });
  sendProblem(
    reply,
    request,
    problemOfFastify(error) ?? new MalformedRequest('The path of the request is not a valid URL.'),
  );
}

/**
 * Returns the URL for the router. `OPTIONS *` concerns the whole server, so any path is correct. For other methods, the
 * router would read `*` as the root.
 */
function routed(
  { method, url = '/' }: Pick<IncomingMessage, 'method' | 'url'>,
  config: HttpSettings,
): string {
  if (url === '*') return method === 'OPTIONS' ? '/' : '/*';
  return withVersion(url, config.API_VERSION);
}

/** A path without a version uses the current one: `/api/posts` is `/api/v1/posts`, and `/api` is `/api/v1`. */
const withVersion = (url: string, version: string): string =>
  url.replace(/^\/api(?=[/?]|$)(?!\/v\d+(?:[/?]|$))/, `/api/${version}`);

/** The rest of a rejected body is read up to this length. Above it, a new connection is cheaper. */
const MOST_DISCARDED_BYTES = 16 * 1024 * 1024;

/**
 * Fastify closes the connection of a body that is too large while the client is still sending it, and many clients
 * then see a broken connection instead of the response (measured: 15 of 15 with 8 MB). The rest of a body that
 * declares its length is read and discarded, for 10 s at most. A body without a length may never end.
 */
function readRefusedBodies(server: FastifyInstance): void {
  server.addHook('onSend', (request, reply, payload, done) => {
    const declared = Number(request.headers['content-length']);
    if (reply.statusCode === 413 && !request.raw.complete && declared <= MOST_DISCARDED_BYTES) {
      reply.removeHeader('connection');
      discardBody(request.raw);
    }
    done(null, payload);
  });
}

/** Accepts files on routes with `@FileBody`, JSON on all others, and no body with any type. */
export function addBodyParsers(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  addFileBodies(server);
  addAbsentBodies(server);
  addJsonBodies(server);
  readRefusedBodies(server);
}
