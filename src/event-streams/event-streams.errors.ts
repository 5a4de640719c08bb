import { Problem, Unavailable } from '../platform/errors/problem.js';

export class EventsGone extends Problem {
  static override readonly status = 410;
  static override readonly code = 'events_gone';
  static override readonly title = 'The events after Last-Event-ID are no longer stored';
  static readonly advice = 'Start over: connect without `Last-Event-ID`, and read again what you show.';
  /** @param reason a sentence */
  constructor(reason: string) {
    super(`${reason} Connect without Last-Event-ID, and read again what you show.`);
  }
}

export class TooManyStreams extends Unavailable {
  static override readonly code = 'too_many_streams';
  static override readonly title = 'Too many streams of events are open';
  static readonly advice =
    'Close a stream that you do not need, or wait for the seconds in `Retry-After` and connect again. Share one stream between the tabs of a browser.';
  override readonly retryAfter = 5;
  /** @param setting the name of the limit */
  constructor(whose: string, most: number, setting: string) {
    super(
      `${whose} has ${most} open streams of events, which is the limit (${setting}). Close one of them, or connect again later.`,
    );
  }
}

export class StreamNotAcceptable extends Problem {
  static override readonly status = 406;
  static override readonly code = 'not_acceptable';
  static override readonly title = 'The response has no format that the client accepts';
  static readonly advice = 'Send `Accept: text/event-stream`. To poll for JSON, use `GET /api/v1/changes`.';
  constructor() {
    super(
      'The response is a stream of the type text/event-stream, which the Accept header does not permit. To poll for JSON, use GET /api/v1/changes.',
    );
  }
}
