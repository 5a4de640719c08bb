import type { ImportedComment } from './import.model.js';

/** Sorts parents before their replies. A reply whose parent is not among the comments starts a thread. */
export function inThreads(comments: ImportedComment[]): ImportedComment[] {
  const kept = new Map(comments.map((comment) => [comment.key, comment]));
  const ordered = new Set<ImportedComment>();
  for (const comment of comments) {
    for (const next of ancestry(comment, kept, ordered)) ordered.add(next);
  }
  return [...ordered];
}

/**
 * Returns the comment after those of its ancestors that are not yet in the result. A cycle is broken where it
 * closes.
 */
function ancestry(
  comment: ImportedComment,
  kept: Map<string, ImportedComment>,
  placed: Set<ImportedComment>,
): ImportedComment[] {
  const path = new Set<ImportedComment>();
  let at: ImportedComment | undefined = comment;
  while (at && !placed.has(at)) {
    path.add(at);
    const parent: ImportedComment | undefined = at.parentKey === null ? undefined : kept.get(at.parentKey);
    if (!parent || path.has(parent)) {
      at.parentKey = null;
      break;
    }
    at = parent;
  }
  return [...path].reverse();
}

/** The note on a post whose comments have no date. */
export const undatedComments = (count: number): string =>
  `comments without a date were imported with the date of the post: ${count}`;
