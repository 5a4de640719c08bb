import { setPriority } from 'node:os';
import { collectGarbage } from '../memory/collect-garbage.js';
import type { Excess } from './body-too-complex.js';
import { startMarkdown } from './markdown.js';
import { type Rendered, type RenderTask, tryToRender } from './render.js';

const NICE = 10;
/** What a larger body leaves behind is collected at once: it could be four times as much as the next one finds. */
const LARGE_CHARACTERS = 200_000;

// Requests come first where cores are few: on Linux this is the priority of this thread alone.
if (process.platform === 'linux') setPriority(NICE);

/** Runs on a worker thread. */
export default async function renderHere(task: RenderTask): Promise<Rendered | Excess> {
  const rendered = tryToRender(task);
  if (task.body.length > LARGE_CHARACTERS) {
    await startMarkdown(); // the memory of a WebAssembly module grows and never shrinks
    collectGarbage();
  }
  return rendered;
}
