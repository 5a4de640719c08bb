import type { FieldFault, Problem, ProblemCode } from './openapi.ts';
import type { Reply } from './reply.ts';

/**
 * An error of a call: a `ProblemError` if the server has answered, a `ConnectionError` if no response arrived, and a
 * `SessionChangedError` if a write would have been sent in another session.
 */
export abstract class GalleyError extends Error {
  /**
   * The Idempotency-Key of the write that failed. Pass it as `idempotencyKey` to repeat the write within 24 hours
   * without a second effect. The key belongs to the session: in another one, the client refuses it with a
   * `SessionChangedError`.
   */
  idempotencyKey: string | undefined;
}

/** The server refused the call. `code` states the reason and never changes its meaning. */
export class ProblemError extends GalleyError {
  override readonly name = 'ProblemError';
  /** The HTTP status. 0 if a browser hides it, because the server redirects. */
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
    super(problem.detail ?? withoutDocument(status));
    this.status = status;
    this.code = problem.code ?? 'unknown';
    this.errors = problem.errors ?? [];
    this.requestId = headers.get('x-request-id') ?? problem.requestId;
    this.retryAfter = secondsOf(headers.get('retry-after'));
    this.problem = problem;
  }
}

/** No response arrived. A write can have had its effect: repeat it in the same session with the same `idempotencyKey`. */
export class ConnectionError extends GalleyError {
  override readonly name = 'ConnectionError';

  /** @param cause what `fetch` reported */
  constructor(cause: unknown) {
    super('No response arrived from the server. Check the connection and the URL.', { cause });
  }
}

/**
 * A login or a logout has replaced the session since the write began. The write is not sent in the new session, because
 * it could have its effect twice, or as somebody else. Read whether it had its effect, then write again without a key.
 */
export class SessionChangedError extends GalleyError {
  override readonly name = 'SessionChangedError';

  constructor() {
    super(
      'Another login has replaced the session, so this was not sent. Check whether it was saved before, and send it again if it was not.',
    );
  }
}

const withoutDocument = (status: number): string =>
  status < 400
    ? 'The server redirects to another address, and the client does not follow. Create the client with the final address.'
    : `The server returned the status ${status} without a problem document.`;

/** Retry-After is a number of seconds or a date. */
function secondsOf(retryAfter: string | null): number | undefined {
  if (!retryAfter) return undefined;
  const seconds = Number(retryAfter);
  const until = Number.isNaN(seconds) ? (Date.parse(retryAfter) - Date.now()) / 1000 : seconds;
  return Number.isNaN(until) ? undefined : Math.max(0, until);
}
