/** One fault of a request, as in `errors[]` of a problem document. */
export interface FieldFault {
  /** The place of the fault: `title`, `tags.2`, `filter[status]`, or '' for the whole input. */
  path: string;
  code: string;
  message: string;
}

export interface ProblemClass {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  /** What a client does about it, as sentences with names in backticks. /docs/problems shows it. */
  readonly advice: string;
}

/**
 * An error that the caller can act on, as an RFC 9457 problem document.
 * `code` is public API and never changes. `detail` is a message for people.
 */
export abstract class Problem extends Error {
  static readonly status: number = 500;
  static readonly code: string = 'internal_error';
  static readonly title: string = 'Internal error';
  /** If true, the transaction is committed and not rolled back, because the rejection itself must be recorded. */
  readonly commits: boolean = false;
  /** The seconds of `Retry-After`. */
  readonly retryAfter?: number;
  readonly errors?: FieldFault[];
  readonly headers: Record<string, string> = {};
  /** The place of the failed part in a request with several operations, from 0. */
  readonly operation?: number;

  constructor(detail: string) {
    super(detail);
    this.name = new.target.name;
  }

  get kind(): ProblemClass {
    return this.constructor as unknown as ProblemClass;
  }
}

export abstract class BadRequest extends Problem {
  static override readonly status: number = 400;
}
export abstract class Unauthorized extends Problem {
  static override readonly status: number = 401;
  override readonly headers: Record<string, string> = { 'www-authenticate': 'Bearer' };
}
export abstract class Forbidden extends Problem {
  static override readonly status: number = 403;
}
export abstract class NotFound extends Problem {
  static override readonly status: number = 404;
}
export abstract class Conflict extends Problem {
  static override readonly status: number = 409;
}
export abstract class Unavailable extends Problem {
  static override readonly status: number = 503;
  override readonly retryAfter: number = 1;
}
