import type { BodyFile } from '../body-context.js';
import { note } from '../note.js';
import { escapeAttribute, escapeText } from '../attributes.js';
import type { Surroundings } from './embed-html.js';
import type { ShortcodeArguments } from './shortcode-arguments.js';

type Arguments = Pick<ShortcodeArguments, 'named'>;

/** The files that the galleries and playlists of one body show. */
export const MOST_FILES = 1000;

const IMAGE = /\.(?:jpe?g|jpe|jfif|png|gif|webp|avif|bmp|svg|ico|heic|tiff?)$/i;
const AUDIO = /\.(?:mp3|m4a|m4b|aac|ogg|oga|opus|wav|flac|wma)$/i;
const VIDEO = /\.(?:mp4|m4v|webm|ogv|mov|wmv|avi|mpe?g|3gp)$/i;

const isOf = (kind: RegExp, { url }: BodyFile) => kind.test(url.replace(/[?#].*$/s, ''));

/** Returns the images that a `[gallery]` names by their numbers, or those of the post, with their captions. */
export function gallery({ named }: Arguments, around: Surroundings): string {
  const files = filesOf('gallery', IMAGE, named, around);
  const isLinked = named.get('link') !== 'none';
  const columns = /^[1-9]$/.exec(named.get('columns') ?? '')?.[0] ?? '3';
  const images = files.map((file) => {
    const image = `<img src="${escapeAttribute(file.url)}" alt="${escapeAttribute(file.alt ?? '')}" />`;
    const shown = isLinked ? `<a href="${escapeAttribute(file.url)}">${image}</a>` : image;
    const caption = file.caption && `<figcaption class="gallery-caption">${file.caption}</figcaption>`;
    return `<figure class="gallery-item">${shown}${caption ?? ''}</figure>`;
  });
  return images.length > 0 ? `<div class="gallery gallery-columns-${columns}">${images.join('')}</div>` : '';
}

/** Returns the players of the files that a `[playlist]` names by their numbers, or of those of the post. */
export function playlist({ named }: Arguments, around: Surroundings): string {
  const kind = named.get('type') === 'video' ? 'video' : 'audio';
  return filesOf('playlist', kind === 'video' ? VIDEO : AUDIO, named, around)
    .map(({ url, title, caption }) => {
      const text = caption ?? escapeText(title ?? '');
      const player = `<${kind} controls src="${escapeAttribute(url)}"></${kind}>`;
      return `<figure class="wp-block-${kind}">${player}${text && `<figcaption>${text}</figcaption>`}</figure>`;
    })
    .join('');
}

/** Returns the known files, and notes the others. */
function filesOf(
  list: 'gallery' | 'playlist',
  kind: RegExp,
  named: ShortcodeArguments['named'],
  { context, needs, notes, shown }: Surroundings,
): BodyFile[] {
  const given = numbersIn(named.get('ids') || named.get('include') || '');
  const post = /^\d+$/.exec(named.get('id') ?? '')?.[0] ?? '';
  const numbers = given.length > 0 ? given : context.filesOf?.[post];
  if (!numbers) {
    needs.posts.push(post);
    notes.add(nothingOf(list, given));
    return [];
  }
  const excluded = new Set(numbersIn(named.get('exclude') ?? ''));
  const wanted = numbers.filter((number) => !excluded.has(number));
  const unknown = wanted.filter((number) => !context.files?.[number]);
  if (needs.files.length < MOST_FILES) needs.files.push(...unknown);
  const files = wanted
    .map((number) => context.files?.[number])
    .filter((file) => file !== undefined)
    .filter((file) => isOf(kind, file))
    .slice(0, MOST_FILES - shown.files);
  shown.files += files.length;
  if (files.length === 0) notes.add(nothingOf(list, given));
  else if (unknown.length > 0) notes.add(lacking(list, unknown));
  return named.get('order')?.toUpperCase() === 'DESC' && given.length === 0 ? files.reverse() : files;
}

const numbersIn = (list: string): string[] =>
  [...new Set(list.slice(0, 20_000).match(/\d{1,20}/g))].slice(0, MOST_FILES);

const lacking = (list: 'gallery' | 'playlist', unknown: string[]) =>
  `a ${list} lacks ${note`the files ${unknown}, which the export does not contain`}`;

const nothingOf = (list: 'gallery' | 'playlist', given: string[]) =>
  given.length > 0
    ? `a ${list} was left out, ${note`because the export does not contain its files ${given}`}`
    : `a ${list} was left out, because the export contains no such files of the post`;
