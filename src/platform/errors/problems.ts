import {
  BadRequest,
  type FieldFault,
  Forbidden,
  NotFound,
  Problem,
  Unauthorized,
  Unavailable,
} from './problem.js';

/** Problems that any route may return. The problems of one feature are in its folder. */

export class ValidationFailed extends BadRequest {
  static override readonly code = 'validation_failed';
  static override readonly title = 'The request is not valid';
  static readonly advice = 'Correct the parts that `errors` names. Do not repeat the request unchanged.';
  constructor(override readonly errors: FieldFault[]) {
    super(
      errors.length === 1
        ? describe(errors[0] as FieldFault)
        : `${errors.length} parts of the request are not valid. See \`errors\` for each of them.`,
    );
  }
}

/** The message of a fault is the predicate of a sentence about its path. */
const describe = ({ path, message }: FieldFault): string => `${path || 'The request'} ${message}.`;

export class MalformedRequest extends BadRequest {
  static override readonly code = 'malformed_request';
  static override readonly title = 'The request is malformed';
  static readonly advice = 'Correct the request as `detail` describes. Do not repeat it unchanged.';
}

export class InvalidCursor extends BadRequest {
  static override readonly code = 'invalid_cursor';
  static override readonly title = 'The cursor is not valid for this query';
  static readonly advice =
    'Start again without `cursor`. Use a cursor only with the filter, search and sort of the page that returned it.';
}

export class InvalidIfMatch extends BadRequest {
  static override readonly code = 'invalid_if_match';
  static override readonly title = 'The If-Match header is not valid';
  static readonly advice = 'Send the `ETag` of an earlier response, unchanged.';
  constructor() {
    super('If-Match must be the ETag of an earlier response, a version such as "3", or *.');
  }
}

export class NotSignedIn extends Unauthorized {
  static override readonly code = 'not_signed_in';
  static override readonly title = 'Authentication is required';
  static readonly advice = 'Log in, then repeat the request with `Authorization: Bearer <access token>`.';
  constructor() {
    super(
      'This endpoint requires an access token. Log in and send the header Authorization: Bearer <token>.',
    );
  }
}

export class InvalidToken extends Unauthorized {
  static override readonly code = 'invalid_token';
  static override readonly title = 'The access token is not valid';
  static readonly advice =
    'Refresh the access token and repeat the request once. If the refresh fails, log in again. For a public endpoint, you can also omit `Authorization`.';
  override readonly headers: Record<string, string>;

  /** @param isBearer false if the credentials are of another scheme, for which RFC 6750 3 defines no error */
  constructor(
    detail = 'The access token is expired or revoked, or this server did not issue it. Refresh it or log in again.',
    isBearer = true,
  ) {
    super(detail);
    this.headers = { 'www-authenticate': isBearer ? 'Bearer error="invalid_token"' : 'Bearer' };
  }
}

export class NotAllowed extends Forbidden {
  static override readonly code = 'not_allowed';
  static override readonly title = 'The operation is not allowed';
  static readonly advice = 'Do not repeat the request. Ask an administrator for a role that allows it.';
  constructor(detail = 'Your role does not allow this operation.') {
    super(detail);
  }
}

export class RouteNotFound extends NotFound {
  static override readonly code = 'route_not_found';
  static override readonly title = 'Route not found';
  static readonly advice = 'Check the path. If only its spelling is wrong, `detail` names the correct path.';
  constructor(detail = 'No resource matches this URL. Check the path.') {
    super(detail);
  }
}

export class MethodNotAllowed extends Problem {
  static override readonly status = 405;
  static override readonly code = 'method_not_allowed';
  static override readonly title = 'The method is not allowed';
  static readonly advice = 'Use one of the methods in the header `Allow`.';
  override readonly headers: Record<string, string>;
  constructor(method: string, allowed: string[]) {
    super(`This URL does not support the method ${method}. Allowed methods: ${allowed.join(', ')}.`);
    this.headers = { allow: allowed.join(', ') };
  }
}

export class PreconditionFailed extends Problem {
  static override readonly status = 412;
  static override readonly code = 'version_mismatch';
  static override readonly title = 'The resource has changed';
  static readonly advice =
    'Read the resource again, apply your change to it, and repeat the request with the new `ETag`.';
  constructor() {
    super(
      'If-Match does not match the current version of the resource. Read the resource again, then repeat the change with the new ETag.',
    );
  }
}

export class IfNoneMatchFailed extends Problem {
  static override readonly status = 412;
  static override readonly code = 'if_none_match_failed';
  static override readonly title = 'If-None-Match matches the current resource';
  static readonly advice = 'Remove `If-None-Match`, or name only other versions in it.';
  constructor() {
    super(
      'If-None-Match matches the current version, so the change was not made. Remove the header, or name only other versions.',
    );
  }
}

export class BodyTooLarge extends Problem {
  static override readonly status = 413;
  static override readonly code = 'body_too_large';
  static override readonly title = 'The body is too large';
  static readonly advice = 'Send a smaller body, or use an endpoint that accepts files.';
}

export class FileTooLarge extends Problem {
  static override readonly status = 413;
  static override readonly code = 'file_too_large';
  static override readonly title = 'The file is too large';
  static readonly advice =
    'Send a smaller file, or ask the operator to raise UPLOAD_MAX_SIZE. `detail` names another way, if there is one.';
  /** @param otherwise what to do instead, as a sentence */
  constructor(most: number, otherwise: string) {
    super(`The file exceeds the limit of ${most} bytes (UPLOAD_MAX_SIZE). ${otherwise}`);
  }
}

export class UnsupportedMediaType extends Problem {
  static override readonly status = 415;
  static override readonly code = 'unsupported_media_type';
  static override readonly title = 'The content type is not supported';
  static readonly advice =
    'Send a format that the response names in `Accept`, `Accept-Patch` or `Accept-Encoding`.';
  override readonly headers: Record<string, string>;

  /** @param accepted the headers that name what is accepted (RFC 9110 15.5.16) */
  constructor(detail: string, accepted: Record<string, string> = {}) {
    super(detail);
    this.headers = accepted;
  }
}

export class RangeNotSatisfiable extends Problem {
  static override readonly status = 416;
  static override readonly code = 'range_not_satisfiable';
  static override readonly title = 'The range is outside the file';
  static readonly advice = 'Request a range within the file, or the whole file.';
}

export class PreconditionRequired extends Problem {
  static override readonly status = 428;
  static override readonly code = 'if_match_required';
  static override readonly title = 'If-Match is required';
  static readonly advice =
    'Repeat the request with `If-Match` and the `ETag` of the version that you change.';
  constructor() {
    super('This deployment requires the If-Match header. Set it to the ETag of the version that you change.');
  }
}

export class TooManyRequests extends Problem {
  static override readonly status = 429;
  static override readonly code = 'too_many_requests';
  static override readonly title = 'Too many requests';
  static readonly advice = 'Wait for the seconds in `Retry-After`, then repeat the request.';
  constructor(override readonly retryAfter: number) {
    super(`The rate limit is exceeded. Retry after ${retryAfter} s.`);
  }
}

export class HeadersTooLarge extends Problem {
  static override readonly status = 431;
  static override readonly code = 'headers_too_large';
  static override readonly title = 'The request headers are too large';
  static readonly advice = 'Send shorter headers or a shorter URL.';
}

export class RequestTimeout extends Problem {
  static override readonly status = 408;
  static override readonly code = 'request_timeout';
  static override readonly title = 'The request took too long to arrive';
  static readonly advice =
    'Repeat the request with a faster connection. Repeat a write with the same `Idempotency-Key`.';
}

export class NoRoomForFile extends Problem {
  static override readonly status = 507;
  static override readonly code = 'no_room_for_file';
  static override readonly title = 'Not enough disk space for the file';
  static readonly advice = 'Try again later, and inform the operator if the problem remains.';
  constructor() {
    super(
      'The disk for uploads is full, so the file was not accepted and nothing was changed. Try again later, or inform the operator.',
    );
  }
}

export class UploadTooSlow extends Problem {
  static override readonly status = 408;
  static override readonly code = 'upload_too_slow';
  static override readonly title = 'The upload is too slow';
  static readonly advice = 'Repeat the request with a faster connection.';
  override readonly headers = { connection: 'close' };
  constructor() {
    super('After the first 10 s, the file must arrive at 32 KiB/s or more. Use a faster connection.');
  }
}

export class ExpectationFailed extends Problem {
  static override readonly status = 417;
  static override readonly code = 'expectation_failed';
  static override readonly title = 'The expectation cannot be met';
  static readonly advice = 'Repeat the request without the header `Expect`.';
  constructor() {
    super('The only supported expectation is 100-continue. Remove the Expect header.');
  }
}

export class MethodNotImplemented extends Problem {
  static override readonly status = 501;
  static override readonly code = 'method_not_implemented';
  static override readonly title = 'The server does not support the method';
  static readonly advice = 'Use a method of HTTP that the endpoint supports.';
}

export class TransferCodingNotImplemented extends Problem {
  static override readonly status = 501;
  static override readonly code = 'transfer_coding_not_implemented';
  static override readonly title = 'The transfer coding is not supported';
  static readonly advice = 'Repeat the request without a transfer coding other than chunked.';
  constructor() {
    super('The only supported transfer coding is chunked. Send the body without another transfer coding.');
  }
}

export class InternalError extends Problem {
  static override readonly status = 500;
  static override readonly code = 'internal_error';
  static override readonly title = 'Internal error';
  static readonly advice =
    'Report the `requestId` to the operator. You can repeat a read. Repeat a write only with the same `Idempotency-Key`.';
  constructor() {
    super(
      'An unexpected error occurred on the server. Report it with the `requestId`, which identifies the request in the log.',
    );
  }
}

export class DatabaseUnavailable extends Unavailable {
  static override readonly code = 'database_unavailable';
  static override readonly title = 'The database is not available';
  static readonly advice =
    'Wait for the seconds in `Retry-After`, then repeat the request. Repeat a write with the same `Idempotency-Key`.';
  constructor() {
    super(
      'The database did not respond in time, so a change in this request may not be saved. Repeat the request in a moment, with the same Idempotency-Key if it has one.',
    );
  }
}

export class Busy extends Unavailable {
  static override readonly code = 'busy';
  static override readonly title = 'The server is busy';
  static readonly advice = 'Wait for the seconds in `Retry-After`, then repeat the request.';
  constructor() {
    super('Too many requests of this kind are waiting. Try again in a moment.');
  }
}

export class SearchTimedOut extends Unavailable {
  static override readonly code = 'search_timed_out';
  static override readonly title = 'The search timed out';
  static readonly advice = 'Search for rarer words, or add a filter.';
  constructor(timeoutMs: number) {
    super(`The search was stopped after ${timeoutMs} ms. Use rarer words, or add a filter.`);
  }
}

export class ReadTimedOut extends Unavailable {
  static override readonly code = 'read_timed_out';
  static override readonly title = 'The read timed out';
  static readonly advice = 'Change the query as `detail` describes.';
  /**
   * @param what a noun with which a sentence can begin
   * @param advice what to do, as a sentence
   */
  constructor(what: string, timeoutMs: number, advice: string) {
    super(`${what} was stopped after ${timeoutMs} ms. ${advice}`);
  }
}
