import type { Operation } from './operations.js';

/** Operations that are performed together: one, or the creation of several posts. */
export type Step<T> = T[];

interface Item {
  operation: Operation;
  rendered?: { post: { body: string; html: string } };
}

/** A statement with several new posts is shorter than that of one large post, so that it takes no longer. */
const MOST_CHARACTERS = 1_000_000;

const isNew = (item: Item | undefined): boolean => item?.operation.op === 'create';

const charactersOf = ({ rendered }: Item): number =>
  rendered ? rendered.post.body.length + rendered.post.html.length : 0;

/** Divides operations into steps. Creations that follow each other are one step, unless their texts are too long together. */
export function stepsOf<T extends Item>(items: T[]): Step<T>[] {
  const steps: Step<T>[] = [];
  let characters = 0;
  for (const item of items) {
    const last = steps.at(-1);
    characters += charactersOf(item);
    if (last && isNew(item) && isNew(last[0]) && characters <= MOST_CHARACTERS) last.push(item);
    else {
      steps.push([item]);
      characters = charactersOf(item);
    }
  }
  return steps;
}
