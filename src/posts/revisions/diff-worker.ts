import { collectGarbage } from '../../platform/memory/collect-garbage.js';
import { lowerPriority } from '../../platform/content/low-priority.js';
import { bodyDiff, type Compared } from './body-diff.js';

lowerPriority();

/** Runs on a worker thread, which does not keep the memory for the next body. */
export default function diffHere(compared: Compared): string {
  const difference = bodyDiff(compared);
  collectGarbage();
  return difference;
}
