import type { BodyKind, RenderedWithNotes, Rendering } from '../../platform/content/render.js';

/** Renders each body once, because sample posts share their bodies. */
export function remembered(rendering: Rendering): Rendering {
  const made = new Map<BodyKind, Map<string, RenderedWithNotes>>();
  return {
    async render(kind, source) {
      const ofKind = made.get(kind) ?? new Map<string, RenderedWithNotes>();
      made.set(kind, ofKind);
      const key = `${source.format} ${source.body}`;
      const rendered = ofKind.get(key) ?? (await rendering.render(kind, source));
      ofKind.set(key, rendered);
      return rendered;
    },
  };
}
