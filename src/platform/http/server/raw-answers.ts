import { type IncomingMessage, METHODS, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpSettings } from '../settings/http.settings.js';
import type { Problem } from '../../errors/problem.js';
import {
  HeadersTooLarge,
  MalformedRequest,
  MethodNotImplemented,
  RequestTimeout,
} from '../../errors/request-problems.js';
import { addBodyDeadline } from '../bodies/body-deadline.js';
import { corsHeaders } from './cors.js';
import { myTurn, unfinishedRequest, watchExchanges } from './exchanges.js';
import { originIn, type RefusedBytes } from './raw-origin.js';
import { requestId } from './request-ids.js';
import { renderProblem } from '../problems/send-problem.js';

/** The headers that hooks add to every response, for the few responses that are sent before any hook runs. */
export const BARE_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'strict-origin',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** How long a rejected client can take to read the reason. */
const LINGER_MS = 1000;

/** The error of Node's parser. */
export interface ParserError extends Error, RefusedBytes {
  code?: string;
}

/**
 * Answers requests that Node's parser rejects. Node provides no headers of a malformed request, so the origin is
 * read from the last received bytes. It is unknown if it was in an earlier part.
 */
export function answerParserError(error: ParserError, socket: Socket, config: HttpSettings): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const inBodyOf = unfinishedRequest(socket);
  const origin = inBodyOf ? inBodyOf.headers.origin : originIn(error);
  void answerRaw(problemOfParser(error), socket, { headers: {} }, corsHeaders(origin, config));
}

/**
 * Answers requests that never reach Fastify: a slow body, whose connection is open for 10 s at most, and CONNECT,
 * which is for proxies.
 */
export function answerLostRequests(server: Server, config: HttpSettings): void {
  const cors = ({ headers }: IncomingMessage) => corsHeaders(headers.origin, config);
  addBodyDeadline(server, (request) => void answerRaw(TOO_SLOW(), request.socket, request, cors(request)));
  watchExchanges(server);
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    socket.on('error', () => socket.destroy());
    const problem = new MethodNotImplemented('This server is not a proxy and does not support CONNECT.');
    void answerRaw(problem, socket, request, cors(request));
  });
}

async function answerRaw(
  problem: Problem,
  socket: Socket,
  request: Pick<IncomingMessage, 'headers' | 'url'>,
  more: Record<string, string> = {},
): Promise<void> {
  if (!(await myTurn(socket))) return void socket.destroy();
  const id = requestId(request);
  const body = renderProblem(problem, request.url ?? '', id);
  const headers = {
    connection: 'close',
    date: new Date().toUTCString(),
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-request-id': id,
    ...BARE_HEADERS,
    ...more,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const { status, title } = problem.kind;
  socket.end([`HTTP/1.1 ${status} ${title}`, ...lines, '', body].join('\r\n'));
  linger(socket);
}

/** If bytes are unread when a connection closes, the kernel resets it, and the response may be lost. */
function linger(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.resume();
}

const TOO_SLOW = () =>
  new RequestTimeout(
    'The request did not arrive in time. Headers must arrive within 5 s and a body within 10 s.',
  );

function problemOfParser({ code, rawPacket }: ParserError): Problem {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new HeadersTooLarge('The request line and headers exceed the limit of 16 KiB.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return TOO_SLOW();
  const method =
    code === 'HPE_INVALID_METHOD' && Buffer.isBuffer(rawPacket) ? methodOf(rawPacket) : undefined;
  if (method !== undefined)
    return new MethodNotImplemented(`This server does not support the method ${method}.`);
  return new MalformedRequest('The message is not a valid HTTP/1.1 request.');
}

/** Returns the method of a valid request line with an unknown method, or undefined for anything else. */
function methodOf(packet: Buffer): string | undefined {
  const line = packet.toString('latin1', 0, 200);
  const method = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}) [\x21-\x7e]+ HTTP\/1\.[01]\r\n/.exec(line)?.[1];
  return method !== undefined && !METHODS.includes(method) ? method : undefined;
}
