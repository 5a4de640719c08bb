/** How many positions of the log one query reads, so that its cost does not depend on how rare its events are. */
export const SPAN = 10_000;

/**
 * How many readers of one kind a process serves from the log at the same time, so that a crowd of them leaves
 * connections for requests.
 */
export const READING_AT_ONCE = 4;
