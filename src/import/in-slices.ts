/** Rows that one statement asks for, and that one turn of the event loop works on. */
const SLICE = 1000;

/** The list in slices, for a caller that waits between them: lists of comments may be long. */
export function* inSlices<T>(list: readonly T[]): Generator<T[], void, void> {
  for (let at = 0; at < list.length; at += SLICE) yield list.slice(at, at + SLICE);
}
