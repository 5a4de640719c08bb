import { BadRequest, Problem, Unavailable } from '../../platform/errors/problem.js';

const number = new Intl.NumberFormat('en');

export class BulkTooLarge extends BadRequest {
  static override readonly code = 'bulk_too_large';
  static override readonly title = 'The bodies of the request are too large together';
  static readonly advice = 'Send the remaining operations in further requests.';
  constructor(most: number) {
    super(
      `The bodies of the operations up to this one have more than ${number.format(most)} characters together, including their HTML. Send this operation and the following ones in further requests.`,
    );
  }
}

export class BulkTimedOut extends Unavailable {
  static override readonly code = 'bulk_timed_out';
  static override readonly title = 'The operations took too long together';
  static readonly advice = 'Send fewer operations in one request, or try again in a moment.';
  constructor(seconds: number) {
    super(
      `The operations were stopped after ${seconds} s, and nothing was changed. Send fewer operations in one request, or try again in a moment.`,
    );
  }
}

/** One of several operations that are performed together has failed. The response is its problem. */
export class OperationFailed extends Problem {
  constructor(
    override readonly operation: number,
    override readonly cause: Problem,
  ) {
    super(`Operation ${operation} of the request failed, so nothing was changed. ${cause.message}`);
    Object.assign(this, { retryAfter: cause.retryAfter, errors: cause.errors, headers: cause.headers });
  }

  override get kind() {
    return this.cause.kind;
  }
}
