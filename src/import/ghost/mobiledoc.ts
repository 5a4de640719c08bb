import { createRequire } from 'node:module';
import { ImportFileError } from '../import.errors.js';
import { MAX_GROWTH } from '../import.limits.js';
import { parseDocument } from './document.js';
import { referredLengths } from './mobiledoc-size.js';
import type { ConvertedDocument } from './converted-document.js';
import { CARDS, SOFT_RETURN, type CardArgument } from './mobiledoc-cards.js';

interface MobiledocRenderer {
  render(mobiledoc: unknown): string;
}

type MobiledocRendererClass = new (options: {
  cards: unknown[];
  atoms: unknown[];
  unknownCardHandler: (card: CardArgument) => void;
}) => MobiledocRenderer;

/** An editor refers to each card once. A link can occur in several places. */
const MOST_REPEATS = 2;

/**
 * The cards with raw text are `['html', {html}]` and `['code', {code}]`. All other cards but Markdown are also
 * written unchanged.
 */
const isRaw = (value: object) =>
  Array.isArray(value) && typeof value[0] === 'string' && !MARKDOWN.has(value[0]);
const MARKDOWN: ReadonlySet<string> = new Set(['markdown', 'card-markdown']);

/** Renders a Mobiledoc document (Ghost 1 to 5), and adds a note for each card without HTML. */
export function renderMobiledoc(text: string): ConvertedDocument {
  const document = parseDocument(text, isRaw);
  const { cards, markups } = referredLengths(document);
  const most = MOST_REPEATS * text.length;
  if (cards > most || markups > most + MAX_GROWTH) {
    throw new ImportFileError(
      'it repeats its cards or links so often that its HTML would be many times longer',
    );
  }
  const notes: string[] = [];
  const require = createRequire(import.meta.url);
  const Renderer = require('@tryghost/kg-mobiledoc-html-renderer') as MobiledocRendererClass;
  const renderer = new Renderer({
    cards: CARDS,
    atoms: [SOFT_RETURN],
    unknownCardHandler: ({ env }) => void notes.push(`the card "${env.name}" was not imported`),
  });
  return { html: renderer.render(document), notes };
}
