/** A migration failed. The message states which one, why, and what remains of it. */
export class MigrationError extends Error {
  constructor(
    message: string,
    override readonly cause?: unknown,
  ) {
    super(message);
  }
}
