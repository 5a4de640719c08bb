import { init, mdToHtml, type Options } from 'md4w';
import { BodyTooComplex, LIMITS } from './body-too-complex.js';
import { mostBrackets, shapeOf } from './markdown-shape.js';

/** CommonMark with the tables and the strike-through of GitHub; addresses in text become links later. */
const OPTIONS: Options = { parseFlags: ['TABLES', 'STRIKETHROUGH'] };

/** Reads the WebAssembly module; again, it gives back the memory that a large body took. */
export const startMarkdown = (): Promise<void> => init('fast');
await startMarkdown();

/** The least HTML that a marker or a cell makes: `<td></td>` and a line break. */
const PIECE_CHARACTERS = 10;

/** It ends each heading with a link to itself, which no body asked for. */
const ANCHOR = / ?<a class="anchor" aria-hidden="true" id="[^"]*" href="#[^"]*"><\/a>(?=<\/h)/g;

/**
 * HTML of Markdown as the body means it: sanitize it before anybody sees it.
 * @throws BodyTooComplex
 */
export function markdownToHtml(markdown: string): string {
  if (markdown === '') return ''; // md4w cannot hold it
  const { depth, pieces } = shapeOf(markdown);
  if (depth > LIMITS.depth) throw new BodyTooComplex({ limit: 'depth', found: depth });
  // Only a long body can have so many.
  const brackets = markdown.length > LIMITS.brackets ? mostBrackets(markdown) : 0;
  if (brackets > LIMITS.brackets) throw new BodyTooComplex({ limit: 'brackets', found: brackets });
  checkLength(pieces * PIECE_CHARACTERS);
  const html = mdToHtml(markdown, OPTIONS).replace(ANCHOR, '');
  checkLength(html.length);
  return html;
}

function checkLength(found: number): void {
  if (found > LIMITS.html) throw new BodyTooComplex({ limit: 'html', found });
}
