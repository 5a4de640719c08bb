import { createRequire } from 'node:module';
import { note } from '../../platform/content/note.js';
import { ImportFileError } from '../import.errors.js';
import { MAX_GROWTH } from '../import.limits.js';
import { type ConvertedDocument, convertParts } from './converted-document.js';
import { parseDocument } from './document.js';
import { referredLengths } from './mobiledoc-size.js';
import { type AtomArgument, CARDS, SOFT_RETURN, type CardArgument } from './mobiledoc-cards.js';

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

/**
 * Renders a Mobiledoc document (Ghost 1 to 5), with a note for each card, atom or section that cannot be converted.
 * @throws Error if the text is not such a document
 */
export function renderMobiledoc(text: string): ConvertedDocument {
  const document = parseDocument(text, isRaw);
  const { cards, markups } = referredLengths(document);
  const most = MOST_REPEATS * text.length;
  if (cards > most || markups > most + MAX_GROWTH) {
    throw new ImportFileError(
      'it repeats its cards or links so often that its HTML would be many times longer',
    );
  }
  const notes = new Set<string>();
  const html = convertParts(
    sectionsOf(document),
    (sections) => render({ ...(document as object), sections }, notes),
    (_section, why) => notes.add(note`a section of its document was not imported: ${why}`),
  );
  return { html, notes: [...notes] };
}

function render(document: object, notes: Set<string>): string {
  const require = createRequire(import.meta.url);
  const Renderer = require('@tryghost/kg-mobiledoc-html-renderer') as MobiledocRendererClass;
  const renderer = new Renderer({
    cards: CARDS,
    atoms: [SOFT_RETURN, ...unknownAtoms(document, notes)],
    unknownCardHandler: ({ env }) => void notes.add(note`the card ${env.name} was not imported`),
  });
  return renderer.render(document);
}

function sectionsOf(document: unknown): unknown[] {
  const { sections } = (document ?? {}) as { sections?: unknown };
  if (!Array.isArray(sections)) throw new Error('it has no sections');
  return sections as unknown[];
}

/** An atom is a word with a behaviour, for example a mention. Only the word remains. */
function unknownAtoms(document: object, notes: Set<string>) {
  const { atoms } = document as { atoms?: unknown };
  const names = new Set((Array.isArray(atoms) ? (atoms as unknown[]) : []).map(nameOf));
  return [...names]
    .filter((name) => name !== '' && name !== SOFT_RETURN.name)
    .map((name) => ({
      name,
      type: 'dom',
      render: ({ env, value }: AtomArgument) => {
        notes.add(note`the atom ${name} is not known; only its text was imported`);
        return env.dom.createTextNode(typeof value === 'string' ? value : '');
      },
    }));
}

const nameOf = (atom: unknown) => (Array.isArray(atom) && typeof atom[0] === 'string' ? atom[0] : '');
