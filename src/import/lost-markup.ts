import { note } from '../platform/content/note.js';
import { readHtml } from '../platform/content/html-tokens.js';

/** The elements that show or run something without text of their own, with the attribute that names it. */
const CONTENT: ReadonlyMap<string, string> = new Map([
  ...['img', 'iframe', 'video', 'audio', 'source', 'embed', 'script', 'input'].map(
    (name) => [name, 'src'] as const,
  ),
  ...[...['a', 'area'].map((name) => [name, 'href'] as const), ['object', 'data'] as const],
  ...['svg', 'math', 'canvas', 'form', 'textarea', 'select', 'style'].map((name) => [name, ''] as const),
]);

/** An anchor without an address is nothing but its text. */
const NEEDS_ADDRESS: ReadonlySet<string> = new Set(['a', 'area']);

interface Lost {
  element: string;
  address: string;
}

/** Returns the elements that carry content which the plain text of HTML does not show. */
export function lostMarkup(html: string): Lost[] {
  if (!html.includes('<')) return [];
  const lost: Lost[] = [];
  let element = '';
  let address = '';
  readHtml(html, {
    open(name) {
      element = name;
      address = '';
    },
    attribute(name, value) {
      if (address === '' && name === CONTENT.get(element)) address = value.trim();
    },
    opened() {
      if (CONTENT.has(element) && !(address === '' && NEEDS_ADDRESS.has(element)))
        lost.push({ element, address });
    },
    close: () => undefined,
    text: () => undefined,
  });
  return lost;
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ...[['a', 'link'] as const, ['area', 'link'] as const],
  ...[['img', 'image'] as const, ['iframe', 'frame'] as const, ['style', 'style sheet'] as const],
]);

/** Returns a note for a field that became plain text and has lost images, links or other content. */
export function markupNotes(field: string, html: string): string[] {
  const lost = lostMarkup(html).map(({ element, address }) =>
    `${NAMES.get(element) ?? element} ${address}`.trim(),
  );
  return lost.length === 0 ? [] : [`the ${field} became plain text without ${note`${lost}`}`];
}

/** Returns the names under which the lost elements of a field are counted: `wp:tag_description/a`. */
export const markupFields = (field: string, html: string): string[] =>
  lostMarkup(html).map(({ element }) => `${field}/${element}`);
