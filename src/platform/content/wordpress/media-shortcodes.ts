import { escapeAttribute } from '../attributes.js';
import type { Embed } from '../embeds.js';
import { embedFigure, type Surroundings } from './embed-html.js';
import { linkedProvider } from './linked-providers.js';
import { addressAmong, isWebAddress, type ShortcodeArguments } from './shortcode-arguments.js';

/** Creates the HTML of a shortcode. `inner` is the source between its tags, or '' without a closing tag. */
export type Shortcode = (args: ShortcodeArguments, inner: string, around: Surroundings) => string;

const AUDIO = ['src', 'mp3', 'm4a', 'ogg', 'wav', 'flac', 'wma', 'url'];
const VIDEO = ['src', 'mp4', 'm4v', 'webm', 'ogv', 'flv', 'mov', 'wmv', 'url'];

export function audio(args: ShortcodeArguments, inner: string, around: Surroundings): string {
  const address = mediaAddress(args, AUDIO, inner);
  if (!address) return missing('an [audio] shortcode without an address was left out', around);
  const loop = isOn(args, 'loop') ? ' loop' : '';
  return `<figure class="wp-block-audio"><audio controls src="${escapeAttribute(address)}"${loop}></audio></figure>`;
}

export function video(args: ShortcodeArguments, inner: string, around: Surroundings): string {
  const address = mediaAddress(args, VIDEO, inner);
  if (!address) return missing('a [video] shortcode without an address was left out', around);
  if (linkedProvider(address)) return embedFigure({ address, ...sizeOf(args) }, around);
  const poster = addressAmong({ named: args.named, others: [] }, ['poster']);
  const shown = [['src', address], ['poster', poster], ...Object.entries(sizeOf(args))]
    .flatMap(([name, value]) => (value ? [` ${name}="${escapeAttribute(value)}"`] : []))
    .join('');
  return `<figure class="wp-block-video"><video controls${shown}${isOn(args, 'loop') ? ' loop' : ''}></video></figure>`;
}

export function embed(args: ShortcodeArguments, inner: string, around: Surroundings): string {
  const within = inner.replace(/<[^<>]*>/g, '').trim();
  const address = isWebAddress(within) ? within.replaceAll('&amp;', '&') : addressAmong(args, ['src', 'url']);
  if (!address) return missing('an [embed] shortcode without an address was left out', around);
  return embedFigure({ address, ...sizeOf(args) }, around);
}

const sizeOf = ({ named }: ShortcodeArguments): Pick<Embed, 'width' | 'height'> => ({
  width: named.get('width'),
  height: named.get('height'),
});

/** Old plugins wrote `[audio http://site/a.mp3|titles=…]`. */
function mediaAddress(args: ShortcodeArguments, names: readonly string[], inner: string): string | undefined {
  const others = args.others.map((other) => other.split('|')[0] as string);
  return addressAmong({ named: args.named, others: [...others, inner.trim()] }, names);
}

const isOn = ({ named }: ShortcodeArguments, name: string) =>
  ['on', 'true', '1'].includes(named.get(name) ?? '');

function missing(note: string, { notes }: Surroundings): string {
  notes.add(note);
  return '';
}
