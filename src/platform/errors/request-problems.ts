import { BadRequest, type FieldFault, NotFound, Problem } from './problem.js';

/** Problems of the form of a request. */

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

export class ExpectationFailed extends Problem {
  static override readonly status = 417;
  static override readonly code = 'expectation_failed';
  static override readonly title = 'The expectation cannot be met';
  static readonly advice = 'Repeat the request without the header `Expect`.';
  constructor() {
    super('The only supported expectation is 100-continue. Remove the Expect header.');
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
