/** The stored part of a response, from which Replays creates the replay. */
export interface RecordedAnswer {
  status: number;
  /** Location, if the response had one. */
  headers: Record<string, string>;
  /** The id of the resource in the response, without its content, or null if it was none. */
  resource: string | null;
  resourceId: string | null;
  /** The JSON of a response that was not a resource, or null if it had no body. */
  body: string | null;
}

/** Ends a unit of work whose response is already known. It never reaches a client. */
export class AlreadyAnswered extends Error {
  constructor(readonly answer: RecordedAnswer) {
    super('answered before');
  }
}
