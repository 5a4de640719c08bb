import { collectGarbage } from '../memory/collect-garbage.js';
import type { Excess } from './body-too-complex.js';
import { lowerPriority } from './low-priority.js';
import { startMarkdown } from './markdown.js';
import { type RenderedWithNotes, type RenderTask, tryToRender } from './render.js';

/**
 * The garbage of a larger body is collected immediately, because the next body could otherwise have only a quarter
 * of the memory.
 */
const LARGE_CHARACTERS = 200_000;

lowerPriority();

/** Runs on a worker thread. */
export default function renderHere(task: RenderTask): RenderedWithNotes | Excess {
  const rendered = tryToRender(task);
  if (task.body.length > LARGE_CHARACTERS) {
    startMarkdown(); // The memory of a WebAssembly module grows but never shrinks.
    collectGarbage();
  }
  return rendered;
}
