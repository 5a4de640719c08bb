import { readFileSync } from 'node:fs';
import { initSync, mdToHtml, type Options } from 'md4w';
import { BodyTooComplex, LIMITS } from './body-too-complex.js';
import { mostBrackets, shapeOf } from './markdown-shape.js';

/** CommonMark with the tables and the strikethrough of GitHub. The sanitizer turns addresses in text into links. */
const OPTIONS: Options = { parseFlags: ['TABLES', 'STRIKETHROUGH'] };

/** TypeScript declares WebAssembly for browsers only. */
const { Module } = (globalThis as unknown as { WebAssembly: { Module: new (wasm: Uint8Array) => object } })
  .WebAssembly;
const PARSER = new Module(readFileSync(new URL('md4w-fast.wasm', import.meta.resolve('md4w'))));

/** Starts the parser. Starting it again releases the memory that a large body required. */
export const startMarkdown = (): void => initSync(PARSER);
startMarkdown();

/** The minimum length of HTML for a marker or a cell: `<td></td>` and a line break. */
const PIECE_CHARACTERS = 10;

/** The parser adds a link to itself at the end of each heading, which must be removed. */
const ANCHOR = / ?<a class="anchor" aria-hidden="true" id="[^"]*" href="#[^"]*"><\/a>(?=<\/h)/g;

/**
 * Converts Markdown to unsanitized HTML. The caller must sanitize it.
 * @throws BodyTooComplex
 */
export function markdownToHtml(markdown: string): string {
  if (markdown === '') return ''; // md4w does not support empty text.
  const { depth, pieces } = shapeOf(markdown);
  if (depth > LIMITS.depth) throw new BodyTooComplex({ limit: 'depth', found: depth });
  // Only a long body can contain so many brackets.
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
