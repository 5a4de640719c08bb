/** A migration cannot go on; the message says which, why, and what is left of it. */
export class MigrationError extends Error {
  constructor(
    message: string,
    override readonly cause?: unknown,
  ) {
    super(message);
  }
}
