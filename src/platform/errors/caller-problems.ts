import { Forbidden, Problem, Unauthorized } from './problem.js';

/** Problems of the caller: who it is, what it may do, and how often. */

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

export class TooManyRequests extends Problem {
  static override readonly status = 429;
  static override readonly code = 'too_many_requests';
  static override readonly title = 'Too many requests';
  static readonly advice = 'Wait for the seconds in `Retry-After`, then repeat the request.';
  constructor(
    override readonly retryAfter: number,
    detail = `The rate limit is exceeded. Retry after ${retryAfter} s.`,
  ) {
    super(detail);
  }
}
