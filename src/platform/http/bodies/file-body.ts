import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { UnsupportedMediaType } from '../../errors/problems.js';
import { RouteFacts } from '../routes/route-config.js';
import type { SpooledFile } from './spooled-file.js';

export interface FileBodyOptions {
  /** Media types that are taken. */
  types: string[];
  /** What to do with a file that is too large: a sentence for the client. */
  otherwise: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    file?: FileBodyOptions;
  }
}

/** What every body of a file route is to Fastify, whatever its sender calls it. */
const RAW = 'application/octet-stream';

/** The body of the route is a file of up to UPLOAD_MAX_SIZE bytes: not parsed, and read only after the guards. */
export const FileBody = (options: FileBodyOptions) =>
  applyDecorators(
    RouteFacts({ file: options }),
    ApiConsumes(...options.types),
    ApiBody({
      schema: { type: 'string', format: 'binary' },
      description: 'The unchanged file. It must have at most UPLOAD_MAX_SIZE bytes.',
    }),
  );

/** The file that the request brought. */
export const UploadedFile = createParamDecorator(
  (_data: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<FastifyRequest>().body as SpooledFile,
);

/**
 * Lets the bodies of file routes through as streams. A file of JSON must not meet the parser of JSON, which
 * reads 1 MiB into memory: on these routes, and on no other, the type is replaced once it is known to be fit.
 */
export function addFileBodies(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    const file = route.config?.file;
    if (!file) return;
    const check = (request: FastifyRequest, _reply: unknown, done: (error?: Error) => void) => {
      const refusal = hasBody(request) ? whyUnfit(request, file.types) : undefined;
      request.headers = { 'content-type': RAW };
      done(refusal);
    };
    route.onRequest = [...[route.onRequest ?? []].flat(), check];
  });
  server.addContentTypeParser(RAW, (request, payload, done) =>
    request.routeOptions.config.file
      ? done(null, payload)
      : done(
          new UnsupportedMediaType('This endpoint does not accept files. Send the body as application/json.'),
        ),
  );
}

/** None is a file without bytes: what it lacks is for its reader to say. */
const hasBody = ({ headers }: FastifyRequest) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function whyUnfit({ headers }: FastifyRequest, types: string[]): Error | undefined {
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!types.includes(type)) {
    return new UnsupportedMediaType(
      `The request body must be the file itself, with the Content-Type ${oneOf(types)}.`,
    );
  }
  if ((headers['content-encoding'] ?? 'identity') === 'identity') return undefined;
  return new UnsupportedMediaType(
    'The request body must not be compressed. Send the file without Content-Encoding.',
  );
}

const oneOf = (types: string[]) => `${types.slice(0, -1).join(', ')} or ${types.at(-1) ?? ''}`;
