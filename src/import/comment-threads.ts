import { note } from '../platform/content/note.js';
import type { ImportedComment } from './import.model.js';

/** Sorts parents before their replies. A reply whose parent is not among the comments starts a thread, and has a note. */
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
      detach(at, parent);
      break;
    }
    at = parent;
  }
  return [...path].reverse();
}

function detach(comment: ImportedComment, parent: ImportedComment | undefined): void {
  const { parentKey } = comment;
  if (parentKey === null) return;
  (comment.notes ??= []).push(parent ? CIRCLE : lostParent(parentKey));
  comment.parentKey = null;
}

const CIRCLE = 'replies to one of its own replies; it starts a thread instead';

/** The note on a reply whose parent is not here. */
export const lostParent = (key: string): string =>
  note`the comment ${key.slice(key.lastIndexOf(' ') + 1)} to which it replies was not imported; it starts a thread instead`;

/** The note on a post whose comments have no date. */
export const undatedComments = (count: number): string =>
  `comments without a date were imported with the date of the post: ${count}`;
