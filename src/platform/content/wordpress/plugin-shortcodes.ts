import { isEmbedded, type Surroundings } from './embed-html.js';
import { addressAmong, isWebAddress, shortcodeArguments } from './shortcode-arguments.js';
import type { Pair } from './shortcode-pairs.js';

/** Shortcodes whose argument can be the id of a video. */
const PAGES: Record<string, string> = {
  youtube: 'https://www.youtube.com/watch?v=',
  vimeo: 'https://vimeo.com/',
  dailymotion: 'https://www.dailymotion.com/video/',
  wpvideo: 'https://videopress.com/v/',
  videopress: 'https://videopress.com/v/',
};

/**
 * Tells whether a tag in brackets is a shortcode of a plugin: it has a closing tag, its name contains an underscore,
 * it has arguments and all of them are `name=value`, it ends with `/]`, it names an address that can be embedded, or
 * it stands in a block of shortcodes. Otherwise, such as in `[citation needed]`, it is text.
 */
export function isOfPlugin(tag: Pair, source: string, around: Surroundings): boolean {
  if (tag.closes) return false;
  if (tag.isMarked || tag.closing || tag.name.includes('_') || tag.args.endsWith('/')) return true;
  const { named, others } = shortcodeArguments(tag.args);
  if (named.size > 0 && others.length === 0 && !/[<>]/.test(tag.args)) return true;
  return providerAddress(tag, source, around) !== undefined;
}

/** Returns the address of the video or page that the shortcode of a plugin embeds, or undefined. */
export function providerAddress(tag: Pair, source: string, around: Surroundings): string | undefined {
  const args = shortcodeArguments(tag.args);
  const inner = tag.closing ? source.slice(tag.end, tag.closing.start).trim() : '';
  const address = isWebAddress(inner) ? inner : addressAmong(args, ['url', 'src', 'href', 'link']);
  if (address) return isEmbedded(address, around) ? address : undefined;
  const page = Object.hasOwn(PAGES, tag.name) ? PAGES[tag.name] : undefined;
  const id = args.named.get('id') ?? args.others[0]?.replace(/^=/, '') ?? inner;
  return page && /^[\w-]{5,20}$/.test(id) ? page + id : undefined;
}
