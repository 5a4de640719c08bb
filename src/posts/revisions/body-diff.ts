import { formatPatch, structuredPatch } from 'diff';

/** Most edits of a text of a megabyte are compared within it. The event loop waits for it. */
const AT_ONCE_MS = 20;
/** A comparison in small steps between other work. */
const IN_STEPS_MS = 2000;
const CONTEXT = 3;

type Patch = ReturnType<typeof structuredPatch>;

/** Returns the difference of two texts as a unified diff, or an empty text if they are equal. */
export async function bodyDiff(before: string, after: string, names: [string, string]): Promise<string> {
  if (before === after) return '';
  const patch =
    structuredPatch(...names, before, after, undefined, undefined, {
      context: CONTEXT,
      timeout: AT_ONCE_MS,
    }) ??
    (await inSteps(before, after, names)) ??
    replaced(before, after, names);
  return unified(patch);
}

const inSteps = (before: string, after: string, names: [string, string]): Promise<Patch | undefined> =>
  new Promise((resolve) => {
    structuredPatch(...names, before, after, undefined, undefined, {
      context: CONTEXT,
      timeout: IN_STEPS_MS,
      callback: resolve,
    });
  });

/** Texts that have too little in common: all lines are replaced. */
function replaced(before: string, after: string, names: [string, string]): Patch {
  const [old, young] = [linesOf(before, '-'), linesOf(after, '+')];
  const [oldLines, newLines] = [count(old), count(young)];
  return {
    ...{
      oldFileName: names[0],
      newFileName: names[1],
      oldHeader: undefined,
      newHeader: undefined,
      index: undefined,
    },
    hunks: [
      {
        ...{ oldStart: oldLines > 0 ? 1 : 0, oldLines, newStart: newLines > 0 ? 1 : 0, newLines },
        lines: [...old, ...young],
      },
    ],
  };
}

const NO_END = '\\ No newline at end of file';

function linesOf(text: string, sign: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  const hasEnd = lines.at(-1) === '';
  if (hasEnd) lines.pop();
  return [...lines.map((line) => sign + line), ...(hasEnd ? [] : [NO_END])];
}

const count = (lines: string[]) => lines.filter((line) => line !== NO_END).length;

/** The format of `diff -u` without the line of equals signs that other tools add. */
const unified = (patch: Patch): string => formatPatch(patch).replace(/^=+\n/, '');
