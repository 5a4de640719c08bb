import { createRequire } from 'node:module';
import { Rendered } from './rendered.js';
import { CARDS, SOFT_RETURN, CardArgument } from './mobiledoc-cards.js';

interface Renderer {
  render(mobiledoc: unknown): string;
}

type RendererClass = new (options: {
  cards: unknown[];
  atoms: unknown[];
  unknownCardHandler: (card: CardArgument) => void;
}) => Renderer;

/** Renders a Mobiledoc document (Ghost 1 to 5). A card that has no HTML of its own here is noted. */
export function renderMobiledoc(document: string): Rendered {
  const notes: string[] = [];
  const require = createRequire(import.meta.url);
  const Renderer = require('@tryghost/kg-mobiledoc-html-renderer') as RendererClass;
  const renderer = new Renderer({
    cards: CARDS,
    atoms: [SOFT_RETURN],
    unknownCardHandler: ({ env }) => void notes.push(`card "${env.name}": left out`),
  });
  return { html: renderer.render(JSON.parse(document)), notes };
}
