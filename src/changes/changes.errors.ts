import { Problem, Unavailable } from '../platform/errors/problem.js';

export class ChangesGone extends Problem {
  static override readonly status = 410;
  static override readonly code = 'changes_gone';
  static override readonly title = 'The changes after this cursor are no longer stored';
  static readonly advice =
    'Start over: request `/api/v1/changes` without `cursor`, read the lists again, and follow the changes from the new cursor.';
  /** @param reason a sentence */
  constructor(reason: string) {
    super(
      `${reason} Start over: request /api/v1/changes without a cursor, read the lists again, and follow the changes from the new cursor.`,
    );
  }
}

export class TooManyWaiting extends Unavailable {
  static override readonly code = 'too_many_waiting';
  static override readonly title = 'Too many requests are waiting for changes';
  static readonly advice =
    'Wait for the seconds in `Retry-After`, then repeat the request, or omit `wait`. Use one request at a time for each mirror.';
  override readonly retryAfter = 5;
  /**
   * @param holder the beginning of a sentence, for instance `The caller has`
   * @param setting the name of the limit
   */
  constructor(holder: string, most: number, setting: string) {
    super(
      `${holder} ${most} requests that wait for changes, which is the limit (${setting}). End one of them, repeat the request later, or omit wait.`,
    );
  }
}
