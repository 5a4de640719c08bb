import type { BodyKind, Rendered, Rendering } from '../../platform/content/render.js';

/** Renders each body once, because sample posts share their bodies. */
export function remembered(rendering: Rendering): Rendering {
  const made = new Map<BodyKind, Map<string, Rendered>>();
  return {
    async render(kind, body, format) {
      const ofKind = made.get(kind) ?? new Map<string, Rendered>();
      made.set(kind, ofKind);
      const key = `${format} ${body}`;
      const rendered = ofKind.get(key) ?? (await rendering.render(kind, body, format));
      ofKind.set(key, rendered);
      return rendered;
    },
  };
}
