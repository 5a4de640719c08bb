/** What is kept of an answer, and shown again by Replays. */
export interface RecordedAnswer {
  status: number;
  /** Location, if it had one. */
  headers: Record<string, string>;
  /** The resource that it was: which one, and not what it said of it. Null: none. */
  resource: string | null;
  resourceId: string | null;
  /** JSON text of an answer that was no resource; null: no body. */
  body: string | null;
}

/** Ends a unit of work whose answer is known already; never reaches a client. */
export class AlreadyAnswered extends Error {
  constructor(readonly answer: RecordedAnswer) {
    super('answered before');
  }
}
