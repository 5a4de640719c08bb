/** The maximum number of rows that one statement requests and that one turn of the event loop processes. */
const SLICE = 1000;

/** Yields slices of the list, so that the caller can wait between them. Lists of comments can be long. */
export function* inSlices<T>(list: readonly T[]): Generator<T[], void, void> {
  for (let at = 0; at < list.length; at += SLICE) yield list.slice(at, at + SLICE);
}
