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

/** A post at the site where it was written, as its GUID names it. */
export interface Origin {
  site: string;
  id: string;
}

/**
 * Returns the origin that a GUID of WordPress names: 'https://blog.example/?p=12' contains the id, and a permalink only
 * the host.
 */
export function originOf(guid: string, postId: string): Origin | null {
  const url = HAS_SCHEME.test(guid) ? URL.parse(guid.replace(/&(?:amp|#0*38);/g, '&')) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  const id = url.searchParams.get('p') ?? url.searchParams.get('page_id');
  if (id === null) return { site: hostOf(url), id: postId };
  return { site: hostOf(url) + url.pathname.replace(/\/+$/, ''), id };
}

function hostOf({ hostname, port }: URL): string {
  const host = hostname.replace(/\.$/, '').replace(/^www\./, '');
  return port === '' || port === '80' || port === '443' ? host : `${host}:${port}`;
}
