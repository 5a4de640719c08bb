/** A command cannot do what it was asked to; the message says why and what would be right. */
export class CommandError extends Error {}
