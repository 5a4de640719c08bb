import { escapeAttribute } from '../attributes.js';
import type { Footnote } from '../body-context.js';
import type { Surroundings } from './embed-html.js';
import { gallery } from './file-lists.js';

const ATTRIBUTES = /\{.*\}/s;
const LONGEST_ATTRIBUTES = 20_000;

/**
 * Returns the HTML of a block without HTML that the context of the body fills, or undefined for every other block.
 * @param comment the delimiter of the block
 */
export function filledBlock(name: string, comment: string, around: Surroundings): string | undefined {
  const { footnotes } = around.context;
  if (name === 'footnotes' && footnotes) return footnoteList(footnotes);
  if (name !== 'gallery') return undefined;
  const { ids, columns, linkTo } = attributesOf(comment);
  if (!Array.isArray(ids) || ids.length === 0) return undefined;
  const named = new Map([
    ['ids', ids.join(',')],
    ['columns', String(columns)],
    ['link', typeof linkTo === 'string' ? linkTo : 'none'],
  ]);
  return gallery({ named }, around);
}

/** Each number in the text links to its footnote, which links back to it. */
const footnoteList = (footnotes: readonly Footnote[]): string =>
  `<ol class="wp-block-footnotes">${footnotes
    .map(({ id, content }) => {
      const name = escapeAttribute(id);
      return `<li id="${name}">${content} <a href="#${name}-link">↩︎</a></li>`;
    })
    .join('')}</ol>`;

function attributesOf(comment: string): { ids?: unknown; columns?: unknown; linkTo?: unknown } {
  const text = ATTRIBUTES.exec(comment.slice(0, LONGEST_ATTRIBUTES))?.[0];
  try {
    return text === undefined ? {} : (JSON.parse(text) as object);
  } catch {
    return {};
  }
}
