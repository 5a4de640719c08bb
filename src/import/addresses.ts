import { RICH_POLICY } from '../platform/content/policy.js';
import type { PostAddresses } from './import.model.js';
import { hostOf } from './site.js';
import { storable } from './text.js';

/** Longer addresses are not those of posts. */
const LONGEST_ADDRESS = 2000;
const MOST_KEY_BYTES = 2000;

/** Other forms of the address of a post: its feeds, its comments by page, and the forms for phones and frames. */
const SUFFIX =
  /\/(?:feed(?:\/(?:rss2?|atom|rdf))?|rss|trackback|amp|embed|comment-page-\d+|index\.(?:php|html?))$/;
const EXTENSION = /\.(?:html?|php|aspx?)$/;
const NUMBERED = /^\/archives\/(\d{1,20})$/;
const DIGITS = /^\d+$/;
/** The first parts of paths that are no posts of Ghost. */
const NO_POST_OF_GHOST = /^\/(?:tag|author|page|content|assets|public|members|ghost|p)\//;

/**
 * Returns the keys of the post to which a link can lead, the most probable one first. Returns undefined if the link
 * does not lead to the site.
 */
export function keysOfLink(href: string, from: PostAddresses): string[] | undefined {
  const url = urlOf(href, from);
  if (!url) return undefined;
  const place = placeOf(url, from.roots);
  if (place) return keysAt(place.path, numberIn(url, place.path), from, numbersAt(place.root, from));
  const former = placeOf(url, from.formerRoots);
  if (!former) return undefined;
  const number = numberIn(url, former.path);
  return number === undefined
    ? keysAt(former.path, undefined, from)
    : [guidKey(from.site, former.root, number)];
}

/** Returns the key of the path of an address of the site, or undefined if it has none. */
export function keyOfPath(address: string, from: PostAddresses): string | undefined {
  const url = urlOf(address, from);
  const place = url && placeOf(url, from.roots);
  return place && numberIn(url, place.path) === undefined ? `${from.site} at ${place.path}` : undefined;
}

/** Returns the key of the undated form of a path, such as `/hello` for `/2010/01/hello`, or undefined. */
export function undatedKey(key: string): string | undefined {
  const at = key.indexOf(' at /');
  const path = undated(key.slice(at + 4));
  return at > 0 && path ? `${key.slice(0, at)} at ${path}` : undefined;
}

/** Returns the key of the same path with another last part. */
export const withSlug = (key: string, slug: string): string =>
  key.slice(0, key.lastIndexOf('/') + 1) + normalized(slug);

export const numberKey = (site: string, number: string): string => `${site} at ?p=${number}`;

export const guidKey = (site: string, root: string, number: string): string =>
  `${site} at //${root}?p=${number}`;

export const isShortKey = (key: string): boolean => Buffer.byteLength(key) <= MOST_KEY_BYTES;

function urlOf(href: string, { base }: PostAddresses): URL | undefined {
  const address = href.trim().replace(/^__GHOST_URL__\/?/, '/');
  if (address === '' || address.startsWith('#') || address.length > LONGEST_ADDRESS) return undefined;
  const url = URL.parse(address, base);
  return url && /^https?:$/.test(url.protocol) ? url : undefined;
}

/** Returns the path below the first root that contains the address, without differences that have no meaning. */
function placeOf(url: URL, roots: string[]): { root: string; path: string } | undefined {
  const whole = hostOf(url) + url.pathname.replace(/\/{2,}/g, '/');
  for (const root of roots) {
    const rest = whole.slice(root.length);
    if (whole.startsWith(root) && (rest === '' || rest.startsWith('/'))) return { root, path: pathOf(rest) };
  }
  return undefined;
}

function pathOf(rest: string): string {
  let path = normalized(decoded(rest))
    .replace(/^\/index\.php(?=\/|$)/, '')
    .replace(/\/$/, '');
  path = path.replace(SUFFIX, '');
  return path === '' ? '/' : path;
}

function decoded(path: string): string {
  try {
    return storable(decodeURIComponent(path));
  } catch {
    return path;
  }
}

const normalized = (path: string) => path.normalize('NFC').toLowerCase();

/** Returns the number of a post in an address such as `/?p=12`. */
function numberIn({ searchParams }: URL, path: string): string | undefined {
  const number = searchParams.get('p') ?? searchParams.get('page_id');
  return path === '/' && number !== null && /^\d{1,20}$/.test(number) ? number : undefined;
}

/** A site that has moved can have given its posts new numbers. */
const numbersAt = (root: string, { site, numbers = site }: PostAddresses) =>
  site === `wordpress ${root}` ? site : numbers;

function keysAt(path: string, number: string | undefined, { site }: PostAddresses, numbers = site): string[] {
  if (number !== undefined) return [`${numbers} post ${number}`, numberKey(numbers, number)];
  const numbered = NUMBERED.exec(path)?.[1];
  const paths = formsOf(path, site.startsWith('ghost'));
  const keys = paths.map((form) => `${site} at ${form}`).filter(isShortKey);
  return numbered === undefined
    ? keys
    : [...keys, `${numbers} post ${numbered}`, numberKey(numbers, numbered)];
}

/** WordPress finds a post by the last part of its former path, and Ghost has posts at paths that its export lacks. */
function formsOf(path: string, isGhost: boolean): string[] {
  const forms = new Set([path]);
  const page = withoutPage(path);
  if (page !== undefined) forms.add(page);
  for (const form of [...forms]) forms.add(form.replace(EXTENSION, ''));
  for (const form of [...forms]) forms.add(undated(form) ?? form);
  if (isGhost && !NO_POST_OF_GHOST.test(path)) forms.add(path.slice(path.lastIndexOf('/')));
  return [...forms];
}

/** Returns `/hello` for `/2010/01/hello`. */
function undated(path: string): string | undefined {
  const [, ...parts] = path.split('/');
  const last = parts.pop() ?? '';
  const isDated = parts.length > 0 && parts.every((part) => DIGITS.test(part));
  return isDated && last !== '' && !DIGITS.test(last) ? `/${last}` : undefined;
}

/** Returns `/hello` for `/hello/2`, its second page. */
function withoutPage(path: string): string | undefined {
  const [, ...parts] = path.split('/');
  const last = parts.pop() ?? '';
  const isPage = last.length < 5 && DIGITS.test(last) && parts.length > 0 && !DIGITS.test(parts.at(-1) ?? '');
  return isPage ? `/${parts.join('/')}` : undefined;
}

/** Fragments that name places of the page around the post. */
const OF_THE_PAGE = /^#(?:$|top$|comments?(?:$|-)|respond$|disqus_thread$|more-\d+$|:~:)/i;
/** Parameters that name the post or a state of its form. */
const OF_THE_OLD_SITE = ['p', 'page_id', 'post_type', 'preview', 'preview_id', 'preview_nonce', 'replytocom'];

/** Returns the address of a post in a front end, with the query and the fragment of a link to its former address. */
export function newAddress(
  template: string,
  { id, slug }: { id: string; slug: string },
  href: string,
): string {
  const address = template.replaceAll('{slug}', encodeURIComponent(slug)).replaceAll('{id}', id);
  if (address.includes('#')) return address;
  const [, given = '', fragment = ''] = /^[^?#]*(\?[^#]*)?(#.*)?$/s.exec(href.trim()) ?? [];
  const query = new URLSearchParams(given);
  for (const name of OF_THE_OLD_SITE) query.delete(name);
  const parameters = query.toString();
  const separator = parameters === '' ? '' : address.includes('?') ? '&' : '?';
  return address + separator + parameters + ownFragment(fragment);
}

/** Names in bodies have a prefix. */
const ownFragment = (fragment: string) =>
  fragment === '' || OF_THE_PAGE.test(fragment) ? fragment : `#${RICH_POLICY.namespace}${fragment.slice(1)}`;
