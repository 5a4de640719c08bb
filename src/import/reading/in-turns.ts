import { setImmediate as otherWork } from 'node:timers/promises';
import type { Rendering } from '../../platform/content/render.js';

/** Lets requests in after each comment: those of a batch, each rendered on the spot, are long together. */
export const inTurns = (rendering: Rendering): Rendering => ({
  post: (body, format) => rendering.post(body, format),
  async comment(body, format) {
    const html = await rendering.comment(body, format);
    await otherWork();
    return html;
  },
});
