import { Parser } from 'htmlparser2';

/** What a reader of a page sees. */
export interface Shown {
  /** The text of each block of the page. */
  paragraphs: string[];
  links: string[];
  images: string[];
  /** The addresses of frames, films and sounds. */
  media: string[];
}

const BLOCKS = new Set(
  (
    'address article aside blockquote br caption center dd details div dl dt fieldset figcaption figure footer form ' +
    'h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul'
  ).split(' '),
);
const MEDIA = new Set(['iframe', 'embed', 'object', 'audio', 'video', 'source']);
const SILENT = new Set('script style textarea iframe noembed noframes title'.split(' '));

/** Returns the visible paragraphs, links and images of HTML, with plain signs in place of typographic ones. */
export function shownBy(html: string): Shown {
  const shown: Shown = { paragraphs: [], links: [], images: [], media: [] };
  let text = '';
  let silent = 0;
  const parser = new Parser({
    onopentag(name, { href, src, data }) {
      const isMedium = MEDIA.has(name) && silent === 0;
      if (isMedium && (src ?? data)?.trim()) shown.media.push(address(src ?? data ?? ''));
      if (SILENT.has(name)) silent += 1;
      if (silent > 0) return;
      if (BLOCKS.has(name)) text += '\n';
      if (name === 'a' && href?.trim()) shown.links.push(address(href));
      if (name === 'img' && src?.trim()) shown.images.push(address(src));
    },
    onclosetag(name) {
      if (SILENT.has(name)) silent -= 1;
      else if (silent === 0 && BLOCKS.has(name)) text += '\n';
    },
    ontext(piece) {
      if (silent === 0) text += piece.replaceAll('\n', ' ');
    },
  });
  parser.end(html);
  shown.paragraphs = text.split('\n').map(plainSigns).filter(Boolean);
  return shown;
}

/** Sanitizing gives every id of a page a prefix. */
const address = (url: string) => url.trim().replace(/^#user-content-/, '#');

export const plainSigns = (text: string) =>
  text
    .normalize('NFKC')
    .replace(/[\u2018\u2019\u201a\u2032\u2035`´]/g, "'")
    .replace(/[\u201c\u201d\u201e\u2033«»]|''/g, '"')
    .replace(/[-\u2010-\u2015\u2212]+/g, '-')
    .replace(/\bWordpress\b/g, 'WordPress')
    .replaceAll('http://www.', 'www.')
    .replaceAll('×', 'x')
    .replaceAll('…', '...')
    .replace(/\s+/g, ' ')
    .trim();

/** What only one of two pages shows. Media are compared only as what may replace a text or a link. */
export interface Difference {
  kind: keyof Shown;
  lost: string[];
  added: string[];
}

export function differences(before: Shown, after: Shown): Difference[] {
  return (['paragraphs', 'links', 'images'] as const)
    .map((kind) => ({ kind, ...apart(before[kind], after[kind]) }))
    .filter(({ lost, added }) => lost.length + added.length > 0);
}

/** Returns what is in only one of two lists, which can contain a text several times. */
function apart(before: string[], after: string[]): { lost: string[]; added: string[] } {
  const rest = new Map<string, number>();
  for (const text of after) rest.set(text, (rest.get(text) ?? 0) + 1);
  const lost = before.filter((text) => {
    const count = rest.get(text) ?? 0;
    if (count > 0) rest.set(text, count - 1);
    return count === 0;
  });
  return { lost, added: [...rest].flatMap(([text, count]) => Array<string>(count).fill(text)) };
}
