/** An answer as it is kept and replayed. */
export interface RecordedAnswer {
  status: number;
  /** ETag and Location, lower-case names. */
  headers: Record<string, string>;
  /** JSON text; null: no body. */
  body: string | null;
}

/** Ends a unit of work whose answer is known already; never reaches a client. */
export class AlreadyAnswered extends Error {
  constructor(readonly answer: RecordedAnswer) {
    super('answered before');
  }
}
