import { isSafeAddress } from './addresses.js';
import { escapeAttribute } from './attributes.js';
import { RICH_POLICY } from './policy.js';

/** Sanitized HTML contains `<` and `>` only around tags. */
const LINK = /<a [^>]*>/g;
const HREF = / href="([^"]*)"/;

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
]);
export const decoded = (value: string) =>
  value.replace(/&(?:amp|lt|gt|quot);/g, (entity) => ENTITIES.get(entity) ?? entity);

/** Returns the addresses of the links in sanitized HTML, each one once. */
export function linksOf(html: string): Set<string> {
  const links = new Set<string>();
  for (const [tag] of html.matchAll(LINK)) {
    const href = HREF.exec(tag)?.[1];
    if (href) links.add(decoded(href));
  }
  return links;
}

/** Returns sanitized HTML in which the links to the addresses in `links` lead to their new addresses. */
export function relinked(html: string, links: Readonly<Record<string, string>> | undefined): string {
  if (!links) return html;
  return html.replace(LINK, (tag) =>
    tag.replace(HREF, (attribute, href: string) => {
      const old = decoded(href);
      const to = Object.hasOwn(links, old) ? links[old] : undefined;
      return to && isSafeAddress(to, RICH_POLICY.schemes) ? ` href="${escapeAttribute(to)}"` : attribute;
    }),
  );
}
