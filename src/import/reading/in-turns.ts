import { setImmediate as otherWork } from 'node:timers/promises';
import type { Rendering } from '../../platform/content/render.js';

/** Lets requests in after each body: those of a batch, each rendered on the spot, are long together. */
export const inTurns = (rendering: Rendering): Rendering => ({
  async render(kind, body, format) {
    const rendered = await rendering.render(kind, body, format);
    await otherWork();
    return rendered;
  },
});
