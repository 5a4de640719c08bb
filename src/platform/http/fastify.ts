import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../config/config.js';
import type { Problem } from '../errors/problem.js';
import { HeadersTooLarge, MalformedRequest, RequestTimeout } from '../errors/problems.js';
import { requestId } from './request-ids.js';
import { problemOfFastify } from './fastify-problems.js';
import { renderProblem, sendProblem } from './send-problem.js';

const BODY_LIMIT = 1024 * 1024;

/**
 * The HTTP server under Nest. The timeouts close a slow client after about 10 s
 * (measured: without `connectionsCheckingInterval` it was 87 s).
 */
export function createAdapter(config: Config): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    trustProxy: trustProxy(config.TRUST_PROXY),
    genReqId: requestId,
    rewriteUrl: (request: IncomingMessage) => withVersion(request.url ?? '/', config.API_VERSION),
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    skipMiddie: true,
    http: { headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 },
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 200 },
    clientErrorHandler: (error: Error & { code?: string }, socket: Socket) => answerRaw(error, socket),
    frameworkErrors: (error: Error, request: unknown, reply: unknown) =>
      sendProblem(
        reply as FastifyReply,
        request as FastifyRequest,
        problemOfFastify(error) ?? new MalformedRequest('The path is not a valid URL'),
      ),
  });
}

/** A number of hops, or the addresses of proxies; nobody when absent: whoever is believed chooses the caller's address. */
const trustProxy = (trusted: number | string[] | undefined) =>
  typeof trusted === 'number' ? (_address: string, hop: number) => hop <= trusted - 1 : (trusted ?? false);

/** `/api/posts` is `/api/v1/posts`: a path without a version answers as the current one. */
export const withVersion = (url: string, version: string): string =>
  url.replace(/^\/api\/(?!v\d+(?:[/?]|$))/, `/api/${version}/`);

/** Node refuses some requests before there is a request: the problem is written to the socket itself. */
function answerRaw(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const problem = problemOfNode(error.code);
  const body = renderProblem(problem, '', requestId({ headers: {} }));
  socket.end(
    [
      `HTTP/1.1 ${problem.kind.status} ${problem.kind.title}`,
      'Connection: close',
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      '',
      body,
    ].join('\r\n'),
  );
}

function problemOfNode(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new HeadersTooLarge('The request line and headers may have at most 16 KiB');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new RequestTimeout('The request did not arrive within 10 s');
  return new MalformedRequest('This is not a valid HTTP/1.1 request');
}

/**
 * The only body formats: JSON in UTF-8, and merge patches of it. `__proto__`
 * and `constructor.prototype` are refused while parsing.
 */
export function addBodyParsers(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'string' },
    (request, body, done) => {
      const charset = /;\s*charset="?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
      if (charset && charset.toLowerCase() !== 'utf-8') {
        return done(Object.assign(new Error('charset'), { statusCode: 415 }), undefined);
      }
      return parseJson(request, body as string, done);
    },
  );
}
