import { escapeAttribute } from '../attributes.js';
import { formatLine } from './format-line.js';
import type { ShortcodeArguments } from './shortcode-arguments.js';
import { readTokens } from './source-tokens.js';

const ALIGNMENT = /^align(?:left|right|center|none)$/;

/** Returns an image with its caption, or undefined if there is neither an image nor a caption. */
export function captionHtml({ named }: ShortcodeArguments, inner: string): string | undefined {
  const given = named.get('caption');
  const image = given === undefined ? endOfImage(inner) : 0;
  if (image === 0 && given === undefined) return undefined;
  const shown = given === undefined ? inner.slice(0, image) : inner;
  const caption = formatLine(given ?? inner.slice(image));
  const id = named.get('id');
  const align = ALIGNMENT.exec(named.get('align') ?? '')?.[0];
  const attributes = `class="wp-caption${align ? ` ${align}` : ''}"${id ? ` id="${escapeAttribute(id)}"` : ''}`;
  const text = caption && `<figcaption class="wp-caption-text">${caption}</figcaption>`;
  return `<figure ${attributes}>${shown.trim()}${text}</figure>`;
}

/** Returns the end of the first image, including the link around it, or 0 without an image. */
function endOfImage(inner: string): number {
  let end = 0;
  let isLinked = false;
  let hasEnded = false;
  readTokens(inner, {
    open(name, _start, tagEnd) {
      if (end > 0) hasEnded = true;
      else if (name === 'a') isLinked = true;
      else if (name === 'img') end = tagEnd;
    },
    close(name, _start, tagEnd) {
      if (name !== 'a') return;
      if (end > 0 && !hasEnded && isLinked) end = tagEnd;
      isLinked = false;
    },
    text(start, textEnd) {
      if (end > 0 && inner.slice(start, textEnd).trim()) hasEnded = true;
    },
  });
  return end;
}
