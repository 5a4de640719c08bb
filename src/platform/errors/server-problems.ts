import { Problem, Unavailable } from './problem.js';

/** Problems of the server, not of the request. */

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

  /** @param cause the error of PostgreSQL or of the network, for logs and health checks */
  constructor(override readonly cause?: unknown) {
    super(
      'The database is not available or did not respond in time, so a change in this request may not be saved. Repeat the request in a moment, with the same Idempotency-Key if it has one.',
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
