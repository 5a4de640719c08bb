import type { FormerBody } from './former-system.ts';
import { squeezed } from './same.ts';
import { type Difference, plainSigns, type Shown } from './shown.ts';

/** What a report says about content that is not shown as before. */
const CONTENT = /left out|leaves out|replaced|shown as plain text|only its text/;

/** A tag whose name contains a sign, as in code that is not escaped: `for (i=0;i<length;i++)`. Browsers guess there. */
const MALFORMED = /<[a-z][a-z\d]*[^a-z\d\s>/:-]/i;

/**
 * Returns why two pages differ, or undefined if nothing explains it: the report says so, players stand where the
 * addresses of films and sounds stood, an address became a link, a gallery shows files of the export, or the words are the
 * same and the markup is broken or is the layout of a comment, of which only paragraphs are kept.
 */
export function explanation(
  { body, kind: role }: FormerBody,
  differences: Difference[],
  [before, after]: [Shown, Shown],
  reasons: string[],
  files: ReadonlySet<string>,
): string | undefined {
  const isComment = role === 'comment';
  if (reasons.some((reason) => CONTENT.test(reason))) return 'reported';
  const rest = withoutPlayed(differences, after);
  if (rest.length === 0) return 'player';
  if (rest.every((one) => isLinked(one, before, after))) return 'link';
  if (/\[gallery/.test(body) && rest.every((one) => isFile(one, files))) return 'gallery';
  if (body.includes('wp:footnotes') && rest.every(({ lost }) => lost.length === 0)) return 'footnotes';
  if (!sameWords(before, after)) return undefined;
  if (MALFORMED.test(body)) return 'broken markup';
  return isComment && differences.every(({ kind }) => kind === 'paragraphs') ? 'layout' : undefined;
}

/**
 * Returns the differences without the addresses in whose places players stand. A player explains one paragraph that is its
 * address, and the link of that paragraph.
 */
function withoutPlayed(differences: Difference[], { media }: Shown): Difference[] {
  const lines = [...(differences.find(({ kind }) => kind === 'paragraphs')?.lost ?? [])];
  const played: Record<Difference['kind'], string[]> = { paragraphs: [], links: [], images: [], media: [] };
  for (const address of media) {
    const at = lines.findIndex((text) => isPlayerOf(text, address));
    if (at < 0) continue;
    played.paragraphs.push(...lines.splice(at, 1));
    played.links.push(address);
  }
  return differences
    .map(({ kind, lost, added }) => ({ kind, lost: without(lost, played[kind]), added }))
    .filter(({ lost, added }) => lost.length + added.length > 0);
}

function isPlayerOf(text: string, address: string): boolean {
  const video = videoOf(text);
  return text === plainSigns(address) || (video !== '' && address.includes(video));
}

/** Takes each text away once. */
function without(texts: string[], taken: string[]): string[] {
  const rest = [...taken];
  return texts.filter((text) => {
    const at = rest.indexOf(text);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

/** Returns the id of a film in an address or a shortcode, or '' if the text is none. */
const videoOf = (text: string) =>
  /^\S*(?:v=|youtu\.be\/|vimeo\.com\/)([\w-]{6,})\S*$/.exec(text)?.[1] ??
  /^\[\w+ ([\w-]{6,})[^[\]]*\]$/.exec(text)?.[1] ??
  '';

/** A link around several blocks becomes one link in each of them. */
function isLinked({ kind, lost, added }: Difference, before: Shown, { paragraphs }: Shown): boolean {
  const text = paragraphs.join(' ');
  const isShown = (link: string) => text.includes(link.replace(/^https?:\/\//, '').replace(/\/$/, ''));
  return (
    kind === 'links' &&
    lost.length === 0 &&
    added.every((link) => before.links.includes(link) || isShown(link))
  );
}

/** The former system is asked without its files, so it shows no gallery. */
const isFile = ({ kind, lost, added }: Difference, files: ReadonlySet<string>) =>
  lost.length === 0 && (kind !== 'images' || added.every((image) => files.has(image)));

const sameWords = (before: Shown, after: Shown) =>
  squeezed(before.paragraphs.join('')) === squeezed(after.paragraphs.join(''));
