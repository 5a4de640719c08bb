import { HttpException } from '@nestjs/common';
import type { Problem } from '../../errors/problem.js';
import { BodyTooLarge, RangeNotSatisfiable, UnsupportedMediaType } from '../../errors/body-problems.js';
import { PreconditionFailed } from '../../errors/condition-problems.js';
import {
  HeadersTooLarge,
  RouteNotFound,
  MalformedRequest,
  RequestTimeout,
} from '../../errors/request-problems.js';

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown }).statusCode;
  return typeof status === 'number' ? status : undefined;
}

/** Returns the problem for an error of Fastify, its parsers or Nest, or undefined for any other error. */
export function problemOfFastify(error: unknown): Problem | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = (error as { code?: string }).code ?? '';
  switch (statusOf(error) ?? 0) {
    case 400:
      return new MalformedRequest(
        code === 'FST_ERR_CTP_EMPTY_JSON_BODY'
          ? 'The body is empty. This endpoint requires a JSON body.'
          : readable(error, code),
      );
    case 408:
      return new RequestTimeout('The request body did not arrive in time.');
    case 413:
      return new BodyTooLarge('The JSON body exceeds the limit of 1 MiB (1,048,576 bytes).');
    case 414:
      return new MalformedRequest('A segment of the path is too long.');
    case 415:
      return new UnsupportedMediaType(
        'The body must be application/json in UTF-8. PATCH also accepts application/merge-patch+json.',
      );
    case 431:
      return new HeadersTooLarge('The request line and headers exceed the limit of 16 KiB.');
    case 403:
    case 404:
      return new RouteNotFound('The requested file does not exist.');
    case 412:
      return new PreconditionFailed();
    case 416:
      return new RangeNotSatisfiable('The requested range starts after the end of the file.');
    default:
      return undefined;
  }
}

function readable(error: Error, code: string): string {
  if (error.name === 'SyntaxError')
    return `The body is not valid JSON: ${error.message.slice(0, 200).replace(/\.+$/, '')}.`;
  if (code === 'FST_ERR_BAD_URL') return 'The path of the request is not a valid URL.';
  return 'The server cannot read the request because its headers do not match its body.';
}
