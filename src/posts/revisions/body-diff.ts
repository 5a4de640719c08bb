import { formatPatch, structuredPatch } from 'diff';

/** Texts with more lines or characters in total are not compared. Their lines alone would take more memory than a thread has. */
const MOST_LINES = 100_000;
const MOST_CHARACTERS = 4_000_000;
/** Removed and added lines. Finding more of them takes more than 1.5 s, quadratically. */
const MOST_CHANGES = 4_000;
/** Rare texts take much longer for each change. */
const TIMEOUT_MS = 2_000;
const CONTEXT = 3;
const NO_END = '\\ No newline at end of file\n';

/** Two texts to compare. */
export interface Compared {
  before: string;
  after: string;
  names: [string, string];
}

/**
 * Returns the difference as a unified diff. If the texts have too little in common or are too large, all lines are replaced.
 * This takes seconds, on a worker thread.
 */
export const bodyDiff = (compared: Compared): string =>
  (isComparable(compared) ? foundDiff(compared, MOST_CHANGES) : undefined) ?? replaced(compared);

/** @returns undefined if the texts differ in more lines, or if it takes too long */
export function foundDiff(
  { before, after, names: [old, young] }: Compared,
  mostChanges: number,
): string | undefined {
  const options = { context: CONTEXT, maxEditLength: mostChanges, timeout: TIMEOUT_MS };
  const patch = structuredPatch(old, young, before, after, undefined, undefined, options);
  // The format of `diff -u` has no line of equals signs.
  return patch && formatPatch(patch).replace(/^=+\n/, '');
}

const isComparable = ({ before, after }: Compared): boolean =>
  before.length + after.length <= MOST_CHARACTERS && linesOf(before) + linesOf(after) <= MOST_LINES;

/** Replaces the lines without looking at each of them. */
function replaced({ before, after, names: [old, young] }: Compared): string {
  const range = (lines: number) => `${Math.min(lines, 1)},${lines}`;
  return [
    `--- ${old}\n+++ ${young}\n@@ -${range(linesOf(before))} +${range(linesOf(after))} @@\n`,
    signed(before, '-'),
    signed(after, '+'),
  ].join('');
}

function signed(text: string, sign: string): string {
  if (text === '') return '';
  const hasEnd = text.endsWith('\n');
  const lines = (hasEnd ? text.slice(0, -1) : text).split('\n').join(`\n${sign}`);
  return `${sign}${lines}\n${hasEnd ? '' : NO_END}`;
}

function linesOf(text: string): number {
  let ends = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ends++;
  return text === '' || text.endsWith('\n') ? ends : ends + 1;
}
