import { escapeAttribute } from './attributes.js';
import { decoded } from './links.js';

/** Sanitized HTML contains `<` and `>` only around tags. */
const TAG = /<[a-z][^>]*>/g;
const ADDRESS = / (href|src|poster|cite)="([^"]*)"/g;
const SRCSET = / srcset="([^"]*)"/g;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/** Returns sanitized HTML whose addresses do not depend on the page that shows it, for feeds and messages. */
export function withAbsoluteAddresses(html: string, page: string): string {
  const resolved = (address: string): string =>
    SCHEME.test(address) ? address : (URL.parse(address, page)?.href ?? address);
  const attribute = (_all: string, name: string, value: string) =>
    ` ${name}="${escapeAttribute(resolved(decoded(value)))}"`;
  const candidates = (_all: string, value: string) =>
    ` srcset="${escapeAttribute(
      decoded(value)
        .split(/,\s+/)
        .map((candidate) => candidate.replace(/^\S+/, resolved))
        .join(', '),
    )}"`;
  return html.replace(TAG, (tag) => tag.replace(ADDRESS, attribute).replace(SRCSET, candidates));
}
