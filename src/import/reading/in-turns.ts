import { setImmediate as otherWork } from 'node:timers/promises';
import type { Rendering } from '../../platform/content/render.js';

/**
 * Lets the event loop process requests after each body, because rendering a whole batch would block it for a long
 * time.
 */
export const inTurns = (rendering: Rendering): Rendering => ({
  async render(kind, source) {
    const rendered = await rendering.render(kind, source);
    await otherWork();
    return rendered;
  },
});
