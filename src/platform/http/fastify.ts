import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../config/config.js';
import type { Problem } from '../errors/problem.js';
import {
  HeadersTooLarge,
  MalformedRequest,
  RequestTimeout,
  UnsupportedMediaType,
} from '../errors/problems.js';
import { addBodyDeadline } from './body-deadline.js';
import { addFileBodies } from './file-body.js';
import { GRACE_MS, LEAST_BYTES_PER_SECOND } from './least-rate.js';
import { trustOf } from './client-address.js';
import { requestId } from './request-ids.js';
import { MOST_PARAM_CHARACTERS } from './route-table.js';
import { problemOfFastify } from './fastify-problems.js';
import { renderProblem, sendProblem } from './send-problem.js';

const BODY_LIMIT = 1024 * 1024;

/** What hooks add to every answer, for the few that are given before any hook runs. */
const BARE_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'strict-origin',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** As long as the largest file may take. */
const longestRequestMs = ({ UPLOAD_MAX_SIZE }: Config) =>
  GRACE_MS + Math.ceil(UPLOAD_MAX_SIZE / LEAST_BYTES_PER_SECOND) * 1000;

/**
 * The HTTP server under Nest. Slow headers are cut off after 5 s (measured: without
 * `connectionsCheckingInterval` after 87 s), a slow body after 10 s (body-deadline.ts).
 */
export function createAdapter(config: Config): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    trustProxy: trustOf(config.TRUST_PROXY),
    genReqId: requestId,
    rewriteUrl: (request: IncomingMessage) => withVersion(request.url ?? '/', config.API_VERSION),
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    skipMiddie: true,
    http: {
      headersTimeout: 5000,
      requestTimeout: longestRequestMs(config),
      connectionsCheckingInterval: 1000,
      requireHostHeader: false, // Node's refusal is no problem document: requireHost is ours
    },
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: MOST_PARAM_CHARACTERS },
    clientErrorHandler: (error: Error & { code?: string }, socket: Socket) => answerRaw(error, socket),
    frameworkErrors: (error: Error, request: unknown, reply: unknown) =>
      answerBare(error, request as FastifyRequest, reply as FastifyReply),
  });
}

/** Fastify's router refuses some paths before there is a route. */
function answerBare(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ ...BARE_HEADERS, 'x-request-id': request.id });
  sendProblem(reply, request, problemOfFastify(error) ?? new MalformedRequest('The path is not a valid URL'));
}

/** `/api/posts` is `/api/v1/posts`: a path without a version answers as the current one. */
export const withVersion = (url: string, version: string): string =>
  url.replace(/^\/api\/(?!v\d+(?:[/?]|$))/, `/api/${version}/`);

/** Node refuses some requests before there is a request: the problem is written to the socket itself. */
function answerRaw(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const problem = problemOfNode(error.code);
  const id = requestId({ headers: {} });
  const body = renderProblem(problem, '', id);
  socket.end(
    [
      `HTTP/1.1 ${problem.kind.status} ${problem.kind.title}`,
      'Connection: close',
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${id}`,
      ...Object.entries(BARE_HEADERS).map(([name, value]) => `${name}: ${value}`),
      '',
      body,
    ].join('\r\n'),
  );
}

function problemOfNode(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new HeadersTooLarge('The request line and headers may have at most 16 KiB');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new RequestTimeout('The request did not arrive in time: headers within 5 s, a body within 10 s');
  return new MalformedRequest('This is not a valid HTTP/1.1 request');
}

/** A slow body holds its connection for 10 s at most. */
export const addTimeouts = (server: Server): void =>
  addBodyDeadline(server, (socket) => {
    answerRaw(Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
    socket.destroySoon();
  });

/** RFC 9112 3.2: HTTP/1.1 without Host is 400. */
export function requireHost(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (request.raw.httpVersion !== '1.1' || request.raw.headers.host !== undefined) return done();
    reply.header('connection', 'close');
    done(new MalformedRequest('HTTP/1.1 wants a Host header'));
  });
}

const NOT_JSON = 'The body is not valid JSON, or names __proto__ or constructor.prototype';

/**
 * The only body formats: files where a route takes one, else JSON in UTF-8, and merge patches of it, not
 * compressed. `__proto__` and `constructor.prototype` are refused while
 * parsing. No bytes are no body, whatever the content type: many clients name
 * one for an action that has none.
 */
export function addBodyParsers(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  addFileBodies(server);
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'string' },
    (request, body, done) => {
      const charset = /;\s*charset="?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
      if (charset && charset.toLowerCase() !== 'utf-8')
        return done(new UnsupportedMediaType('The body must be in UTF-8'), undefined);
      if ((request.headers['content-encoding'] ?? 'identity') !== 'identity')
        return done(new UnsupportedMediaType('The body must not be compressed'), undefined);
      if (
        request.method !== 'PATCH' &&
        /^application\/merge-patch/i.test(request.headers['content-type'] ?? '')
      )
        return done(
          new UnsupportedMediaType('A merge patch is for PATCH: this body must be application/json'),
          undefined,
        );
      if (body === '') return done(null, undefined);
      return parseJson(request, body as string, (error, value) =>
        done(error && new MalformedRequest(NOT_JSON), value),
      );
    },
  );
}
