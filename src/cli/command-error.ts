/** A command cannot complete. The message states the reason and what to do. */
export class CommandError extends Error {}
