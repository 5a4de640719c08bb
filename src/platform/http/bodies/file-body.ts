import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { mayHaveBody, refuseBytes } from './absent-bodies.js';
import { compressedBody, isCompressed, unsupportedType } from './media-types.js';
import { RouteFacts } from '../routes/route-config.js';
import type { SpooledFile } from './spooled-file.js';

export interface FileBodyOptions {
  /** The accepted media types. */
  types: string[];
  /** What to do with a file that is too large, as a sentence for the client. */
  otherwise: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    file?: FileBodyOptions;
  }
}

/** The internal content type of all bodies of file routes. */
const RAW = 'application/octet-stream';

/** The body of the route is a file of up to UPLOAD_MAX_SIZE bytes. It is not parsed, and read only after the guards. */
export const FileBody = (options: FileBodyOptions) =>
  applyDecorators(
    RouteFacts({ file: options }),
    ApiConsumes(...options.types),
    ApiBody({
      schema: { type: 'string', format: 'binary' },
      description: 'The unchanged file. It must have at most UPLOAD_MAX_SIZE bytes.',
    }),
  );

/** The file of the request. */
export const UploadedFile = createParamDecorator(
  (_data: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<FastifyRequest>().body as SpooledFile,
);

/**
 * Passes the bodies of file routes through as streams. Fastify's JSON parser would read 1 MiB of a JSON file into
 * memory. On these routes only, the content type is therefore replaced after it was checked.
 */
export function addFileBodies(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    const file = route.config?.file;
    if (!file) return;
    const check = (request: FastifyRequest, _reply: unknown, done: (error?: Error) => void) => {
      const refusal = mayHaveBody(request) ? whyUnfit(request, file.types) : undefined;
      request.headers = { 'content-type': RAW };
      done(refusal);
    };
    route.onRequest = [...[route.onRequest ?? []].flat(), check];
  });
  server.addContentTypeParser(RAW, (request, payload, done) =>
    request.routeOptions.config.file ? done(null, payload) : refuseBytes(request, payload, done),
  );
}

function whyUnfit(request: FastifyRequest, types: string[]): Error | undefined {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!types.includes(type)) {
    return unsupportedType(
      request,
      `The request body must be the file itself, with the Content-Type ${oneOf(types)}.`,
    );
  }
  return isCompressed(request.headers['content-encoding'])
    ? compressedBody('The request body must not be compressed. Send the file without Content-Encoding.')
    : undefined;
}

const oneOf = (types: string[]) => `${types.slice(0, -1).join(', ')} or ${types.at(-1) ?? ''}`;
