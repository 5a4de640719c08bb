import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Problem } from '../../errors/problem.js';
import {
  ExpectationFailed,
  MalformedRequest,
  TransferCodingNotImplemented,
} from '../../errors/request-problems.js';
import { MOST_CONDITION_CHARACTERS } from '../contract/request-headers.js';

/** A rule that every message must follow. Returns undefined if it does. */
type Rule = (request: IncomingMessage) => Problem | undefined;

/**
 * Headers that identify the caller or the resource. If one occurs twice, Node keeps one or joins both, and a proxy
 * may have used the other one. Duplicates are therefore rejected even if they are equal. Node's parser already
 * rejects a duplicate Content-Length.
 */
const SINGLE = new Set(['host', 'content-type', 'authorization', 'idempotency-key']);

function singleHeaders({ rawHeaders }: IncomingMessage): Problem | undefined {
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] as string).toLowerCase();
    if (!SINGLE.has(name)) continue;
    if (seen.has(name))
      return new MalformedRequest(`The request has more than one ${name} header. Send it once.`);
    seen.add(name);
  }
  return undefined;
}

/** RFC 3986 3.2.2 and 3.2.3: a name or an address, and an optional port. */
const HOST = /^(?:\[([^\]]*)\]|(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::\d{0,5})?$/;

/** RFC 9112 3.2: HTTP/1.1 requires Host, which can be empty. */
function validHost({ httpVersion, headers: { host } }: IncomingMessage): Problem | undefined {
  if (host === undefined)
    return httpVersion === '1.1' ? new MalformedRequest('HTTP/1.1 requires a Host header.') : undefined;
  const match = HOST.exec(host);
  const valid = match !== null && (match[1] === undefined || isIPv6(match[1]));
  return valid
    ? undefined
    : new MalformedRequest('The Host header must be a host name or an IP address, with an optional port.');
}

/** RFC 9112 3.2: a fragment (`#`) must not be sent to the server. */
const noFragment: Rule = ({ url = '' }) =>
  url.includes('#') ? new MalformedRequest('The request target must not contain a fragment (#).') : undefined;

/** RFC 9112 6.1: the only supported transfer coding is chunked, which HTTP/1.0 does not have. */
function knownTransferCoding({ httpVersion, headers }: IncomingMessage): Problem | undefined {
  const coding = headers['transfer-encoding'];
  if (coding === undefined) return undefined;
  if (httpVersion === '1.0')
    return new MalformedRequest(
      'HTTP/1.0 does not support Transfer-Encoding. Use Content-Length or HTTP/1.1.',
    );
  return coding.toLowerCase() === 'chunked' ? undefined : new TransferCodingNotImplemented();
}

/** RFC 9110 10.1.1: the only expectation is 100-continue, which HTTP/1.0 does not have. */
const knownExpectation: Rule = ({ httpVersion, headers: { expect } }) =>
  expect === undefined || httpVersion === '1.0' || expect.toLowerCase() === '100-continue'
    ? undefined
    : new ExpectationFailed();

function boundedConditions({ headers }: IncomingMessage): Problem | undefined {
  const tooLong = ['If-Match', 'If-None-Match'].find(
    (name) => (headers[name.toLowerCase()]?.length ?? 0) > MOST_CONDITION_CHARACTERS,
  );
  return tooLong === undefined
    ? undefined
    : new MalformedRequest(`${tooLong} must have at most ${MOST_CONDITION_CHARACTERS} characters.`);
}

const RULES: Rule[] = [
  singleHeaders,
  validHost,
  noFragment,
  knownTransferCoding,
  knownExpectation,
  boundedConditions,
];

/**
 * Rejects messages that violate HTTP although Node accepts them, and closes their connections, because their end is
 * ambiguous.
 */
export function addMessageRules(server: FastifyInstance): void {
  // Node itself would answer other expectations without a problem document.
  server.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
    server.server.emit('request', request, response),
  );
  server.addHook('onRequest', (request, reply, done) => {
    for (const rule of RULES) {
      const problem = rule(request.raw);
      if (!problem) continue;
      reply.header('connection', 'close');
      return done(problem);
    }
    done();
  });
}
