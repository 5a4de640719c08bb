import type { FieldFault, Problem, ProblemCode } from './openapi.ts';
import type { Reply } from './reply.ts';

/** An error of a call. It is a `ProblemError` if the server has answered, otherwise a `ConnectionError`. */
export abstract class GalleyError extends Error {
  /**
   * The Idempotency-Key of the write that failed. Pass it as `idempotencyKey` to repeat the write later without a
   * second effect.
   */
  idempotencyKey: string | undefined;
}

/** The server refused the call. `code` states the reason and never changes its meaning. */
export class ProblemError extends GalleyError {
  override readonly name = 'ProblemError';
  /** The HTTP status. */
  readonly status: number;
  /** The reason, for programs. `unknown` if a proxy and not Galley has answered. */
  readonly code: ProblemCode;
  /** The faults of the request, by field. Empty if the problem is not about fields. */
  readonly errors: FieldFault[];
  /** The id of the request in the log of the server. */
  readonly requestId: string | undefined;
  /** Seconds after which a repetition can succeed. */
  readonly retryAfter: number | undefined;
  /** The whole problem document. */
  readonly problem: Partial<Problem>;

  constructor({ status, headers, body }: Reply) {
    const problem: Partial<Problem> = typeof body === 'object' && body !== null ? body : {};
    super(problem.detail ?? `The server returned the status ${status} without a problem document.`);
    this.status = status;
    this.code = problem.code ?? 'unknown';
    this.errors = problem.errors ?? [];
    this.requestId = headers.get('x-request-id') ?? problem.requestId;
    this.retryAfter = secondsOf(headers.get('retry-after'));
    this.problem = problem;
  }
}

/** No response arrived. A write can have had its effect: repeat it with the same `idempotencyKey`. */
export class ConnectionError extends GalleyError {
  override readonly name = 'ConnectionError';

  /** @param cause what `fetch` reported */
  constructor(cause: unknown) {
    super('No response arrived from the server. Check the connection and the URL.', { cause });
  }
}

/** Retry-After is a number of seconds or a date. */
function secondsOf(retryAfter: string | null): number | undefined {
  if (!retryAfter) return undefined;
  const seconds = Number(retryAfter);
  const until = Number.isNaN(seconds) ? (Date.parse(retryAfter) - Date.now()) / 1000 : seconds;
  return Number.isNaN(until) ? undefined : Math.max(0, until);
}
