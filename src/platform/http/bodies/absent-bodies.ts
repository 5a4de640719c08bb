import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest, preParsingHookHandler } from 'fastify';
import { discardBody } from './body-deadline.js';
import './ignores-body.decorator.js';
import { JSON_TYPE, MERGE_PATCH_TYPE, unsupportedType } from './media-types.js';

type Done = (error: Error | null, body?: undefined) => void;

const PARSED: (string | undefined)[] = [JSON_TYPE, MERGE_PATCH_TYPE];
const WITHOUT_BODY = ['GET', 'HEAD', 'OPTIONS'];
const OTHER_TYPE =
  'The body must be application/json in UTF-8. PATCH also accepts application/merge-patch+json.';

/** Its parser is `refuseBytes`, which knows that the route ignores the body. */
const ANY_TYPE = 'application/octet-stream';

const ignoresBody = ({ routeOptions }: FastifyRequest) => routeOptions.config.ignoresBody === true;

const hasLength = ({ headers }: Pick<FastifyRequest, 'headers'>): boolean =>
  Number(headers['content-length'] ?? 0) > 0;

/** Tells whether a message has a body, or can have one: the end of a chunked body is not known in advance. */
export const mayHaveBody = (request: Pick<FastifyRequest, 'headers'>): boolean =>
  request.headers['transfer-encoding'] !== undefined || hasLength(request);

/**
 * A body of no bytes is no body, whatever its Content-Type says: `curl -d ''` and many clients send a type with an
 * action. Only a body that exists is rejected because of its type, and before it is read if its length is known.
 */
export function addAbsentBodies(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    // A file route checks the type of its body itself and replaces it.
    if (route.config?.file || WITHOUT_BODY.includes(String(route.method))) return;
    route.preParsing = [ignoreTypeOfNothing, ...[route.preParsing ?? []].flat()];
  });
  server.addContentTypeParser('*', refuseBytes);
}

function ignoreTypeOfNothing(...[request, _reply, payload, done]: Parameters<preParsingHookHandler>): void {
  if (ignoresBody(request)) {
    if (mayHaveBody(request)) request.raw.headers['content-type'] = ANY_TYPE;
    else delete request.raw.headers['content-type'];
    return done(null, payload);
  }
  const { mediaType } = request;
  if (hasLength(request) && !PARSED.includes(mediaType)) return done(unsupportedType(request, OTHER_TYPE));
  // Fastify would reject a type that is not valid before it knows whether there is a body.
  if (!mayHaveBody(request) || mediaType === undefined) delete request.raw.headers['content-type'];
  done(null, payload);
}

/** The parser of a chunked body of another type: waits for its end, and rejects it at its first byte. */
export function refuseBytes(request: FastifyRequest, payload: IncomingMessage, done: Done): void {
  if (ignoresBody(request)) return skipBytes(payload, done);
  const settle = (error: Error | null) => {
    payload.off('data', refuse).off('end', end).off('error', settle);
    done(error, undefined);
  };
  const end = () => settle(null);
  const refuse = () => {
    discardBody(payload);
    settle(unsupportedType(request, OTHER_TYPE));
  };
  payload.on('data', refuse).on('end', end).on('error', settle);
}

/** Waits for the end of a body that the route ignores. `addBodyDeadline` limits the time. */
function skipBytes(payload: IncomingMessage, done: Done): void {
  payload
    .once('end', () => done(null, undefined))
    .once('error', (error) => done(error, undefined))
    .resume();
}
