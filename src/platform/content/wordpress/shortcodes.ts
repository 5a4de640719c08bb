import { captionHtml } from './caption.js';
import { embedFigure, type Surroundings } from './embed-html.js';
import { gallery, playlist } from './file-lists.js';
import { audio, embed, type Shortcode, video } from './media-shortcodes.js';
import { isOfPlugin, providerAddress } from './plugin-shortcodes.js';
import { type ShortcodeArguments, shortcodeArguments } from './shortcode-arguments.js';
import { isEscaped, type Pair, pairTags } from './shortcode-pairs.js';
import { shortcodeTags } from './shortcode-tags.js';

/** What replaces a part of the source. */
export interface Replacement {
  start: number;
  end: number;
  html: string;
  /** If true, the HTML ends the paragraph before it. */
  isBlock: boolean;
}

/** The shortcodes of WordPress. Undefined keeps the text between the tags. */
const CORE = new Map<string, (...of: Parameters<Shortcode>) => string | undefined>([
  ['audio', audio],
  ['video', video],
  ['embed', embed],
  ['caption', caption],
  ['wp_caption', caption],
  ['gallery', (args, _inner, around) => gallery(args, around)],
  ['playlist', (args, _inner, around) => playlist(args, around)],
]);

/** Returns the replacements of the shortcodes in a part of the source, in order. Everything else is text. */
export function shortcodes(source: string, from: number, to: number, around: Surroundings): Replacement[] {
  const tags = pairTags(shortcodeTags(source, from, to));
  const mayBeOfPlugin = (tag: Pair) => !CORE.has(tag.name) && isOfPlugin(tag, source, around);
  const plugins = new Set(tags.filter((tag) => !tag.isQuoted && mayBeOfPlugin(tag)).map(({ name }) => name));
  const isKnown = (tag: Pair) =>
    CORE.has(tag.name) || plugins.has(tag.name) || (tag.isQuoted && mayBeOfPlugin(tag));
  const found: Replacement[] = [];
  let done = from;
  for (const tag of tags) {
    const replacement = tag.start >= done && isKnown(tag) ? replace(tag, source, around) : undefined;
    if (!replacement) continue;
    found.push(replacement);
    done = replacement.end;
  }
  return found;
}

function replace(tag: Pair, source: string, around: Surroundings): Replacement | undefined {
  if (isEscaped(tag, source)) return unescaped(tag, source);
  if (tag.isQuoted) return asText(tag);
  if (tag.closes) return dropped(tag);
  const end = tag.closing?.end ?? tag.end;
  const html = htmlOf(tag, source, around);
  return html === undefined ? dropped(tag) : { start: tag.start, end, html, isBlock: true };
}

function htmlOf(tag: Pair, source: string, around: Surroundings): string | undefined {
  const core = CORE.get(tag.name);
  const inner = tag.closing ? source.slice(tag.end, tag.closing.start) : '';
  if (core === caption && isPlainText(tag)) return undefined;
  if (core) return core(shortcodeArguments(tag.args), inner, around);
  const address = providerAddress(tag, source, around);
  if (address) return embedFigure({ address }, around);
  around.unknown.add(tag.name);
  return undefined;
}

/**
 * Tells whether a caption has neither an image nor a text of its own, without a look at its content: captions in each
 * other would read it once for each level.
 */
const isPlainText = ({ args, imagesBefore, closing }: Pair): boolean =>
  !shortcodeArguments(args).named.has('caption') && imagesBefore === (closing?.imagesBefore ?? imagesBefore);

/** The caption is formatted on its own. A caption in a caption stays text, so that the time is linear. */
function caption(args: ShortcodeArguments, inner: string, around: Surroundings): string | undefined {
  return captionHtml(args, inner.includes('caption') ? inner : replaced(inner, around));
}

function replaced(source: string, around: Surroundings): string {
  let html = '';
  let at = 0;
  for (const replacement of shortcodes(source, 0, source.length, around)) {
    html += source.slice(at, replacement.start) + replacement.html;
    at = replacement.end;
  }
  return html + source.slice(at);
}

const dropped = ({ start, end }: Pair): Replacement => ({ start, end, html: '', isBlock: false });

/** The entity of the bracket prevents that the text becomes a shortcode when it is formatted again. */
const BRACKET = '&#91;';

const asText = ({ start }: Pair): Replacement => ({ start, end: start + 1, html: BRACKET, isBlock: false });

function unescaped({ start, end, opening, closing }: Pair, source: string): Replacement {
  return {
    start: opening ? start : start - 1,
    end: closing ? end : end + 1,
    html: `${BRACKET}${source.slice(start + 1, end)}`,
    isBlock: false,
  };
}
