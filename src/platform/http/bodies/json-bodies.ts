import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { UnsupportedMediaType } from '../../errors/body-problems.js';
import { MalformedRequest } from '../../errors/request-problems.js';
import { refuseBoundless } from './body-limit.js';
import {
  compressedBody,
  isCompressed,
  isUtf8Type,
  JSON_TYPE,
  MERGE_PATCH_TYPE,
  unsupportedType,
} from './media-types.js';

const NOT_UTF8 = 'The body must be valid UTF-8.';
const NOT_JSON = 'The body is not valid JSON, or contains the key __proto__ or constructor.prototype.';

/**
 * Accepts uncompressed JSON in UTF-8, and JSON merge patches. `__proto__` and `constructor.prototype` are rejected
 * while parsing.
 */
export function addJsonBodies(server: FastifyInstance): void {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser(
    [JSON_TYPE, MERGE_PATCH_TYPE],
    { parseAs: 'buffer' },
    (request, bytes, done) => {
      if (bytes.length === 0) return done(null, undefined);
      const unfit = whyUnfit(request);
      if (unfit) return done(unfit, undefined);
      if (!isUtf8(bytes as Buffer)) return done(new MalformedRequest(NOT_UTF8), undefined);
      const body = bytes.toString();
      try {
        refuseBoundless(body, request.routeOptions.config.mostFields);
      } catch (error) {
        return done(error as Error, undefined);
      }
      return parseJson(request, body, (error, value) => done(error && new MalformedRequest(NOT_JSON), value));
    },
  );
}

function whyUnfit(request: FastifyRequest): UnsupportedMediaType | undefined {
  const { headers, mediaType, method } = request;
  if (!isUtf8Type(headers['content-type'] ?? ''))
    return unsupportedType(request, 'The body must be encoded in UTF-8.');
  if (isCompressed(headers['content-encoding']))
    return compressedBody('The body must not be compressed. Send it without Content-Encoding.');
  if (mediaType === MERGE_PATCH_TYPE && method !== 'PATCH')
    return unsupportedType(
      request,
      'Only PATCH accepts application/merge-patch+json. Send this body as application/json.',
    );
  return undefined;
}
