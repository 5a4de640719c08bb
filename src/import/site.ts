/** A site whose posts are imported. */
export interface Site {
  /** The name in keys: host and path, without scheme, `www.`, default port, and the dot at the end of a host. */
  name: string;
  /** The address without a slash at its end. */
  url: string;
}

const HAS_SCHEME = /^[a-z][a-z\d+.-]*:\/\//i;

/** Returns the site of an address such as 'https://www.Blog.example/news/' or 'blog.example', or null if it is none. */
export function siteOf(address: string): Site | null {
  const text = address.trim();
  const url = URL.parse(HAS_SCHEME.test(text) ? text : `https://${text}`);
  if (!url || text.startsWith('/') || !/^https?:$/.test(url.protocol) || !/[^.]/.test(url.hostname))
    return null;
  const path = url.pathname.replace(/\/+$/, '');
  return { name: hostOf(url) + path, url: `${url.protocol}//${url.host}${path}` };
}

/** Returns the name of the site. An address that is none is still the same in all exports of the site. */
export const siteName = (address: string): string => siteOf(address)?.name ?? address.replace(/\/+$/, '');

/** A post at the site where it was written, as its GUID names it. */
export interface Origin {
  site: string;
  id: string;
}

/** Returns the origin that a GUID of WordPress names: 'https://blog.example/?p=12'. A permalink names no id. */
export function originOf(guid: string): Origin | null {
  const url = addressOf(guid);
  const id = url?.searchParams.get('p') ?? url?.searchParams.get('page_id');
  return url && id ? { site: hostOf(url) + url.pathname.replace(/\/+$/, ''), id } : null;
}

/** An index of PostgreSQL supports 2,704 bytes. WordPress stores at most 255 characters. */
const LONGEST_GUID = 1000;

/**
 * Returns a GUID in the form in which it is compared: addresses as the names of sites, URNs and tag URIs unchanged.
 * Returns undefined for a text that another site can also have.
 */
export function comparableGuid(guid: string): string | undefined {
  const url = addressOf(guid);
  const text = url ? hostOf(url) + url.pathname + url.search : /^(?:urn|tag):./.test(guid) ? guid : '';
  return text !== '' && Buffer.byteLength(text) <= LONGEST_GUID ? text : undefined;
}

function addressOf(guid: string): URL | null {
  const url = HAS_SCHEME.test(guid) ? URL.parse(guid.replace(/&(?:amp|#0*38);/g, '&')) : null;
  return url && /^https?:$/.test(url.protocol) ? url : null;
}

export function hostOf({ hostname, port }: URL): string {
  const host = hostname.replace(/\.$/, '').replace(/^www\./, '');
  return port === '' || port === '80' || port === '443' ? host : `${host}:${port}`;
}
