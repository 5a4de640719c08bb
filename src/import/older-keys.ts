import { domainToUnicode } from 'node:url';
import { raw } from 'sql-template-tag';

/**
 * Converts a key of an earlier release to its current form, for example to 'wordpress blog.example post 1' from
 * 'wordpress http://www.Blog.example post 1'. It is the expression of the index import_keys_old_site_idx.
 */
export const CURRENT_FORM = raw(String.raw`('wordpress '
  || regexp_replace(lower(substring(key from '^wordpress https?://([^/ ]*)')), '^www\.|\.?(?::80|:443)?$', '', 'g')
  || substring(key from '^wordpress https?://[^/ ]*(.*)$'))`);

/**
 * Returns what CURRENT_FORM makes of the keys that earlier releases gave to the same item. They contain the letters of a
 * host and a path, where the current form contains punycode and percent signs.
 */
export function olderForms(key: string): string[] {
  const [, host, rest = ''] = /^wordpress ([^/: ]+)(.*)$/s.exec(key) ?? [];
  if (host === undefined) return [key];
  const hosts = host.includes('xn--') ? [host, domainToUnicode(host) || host] : [host];
  const rests = rest.startsWith('/') && rest.includes('%') ? [rest, decodedPath(rest)] : [rest];
  return [...new Set(hosts.flatMap((name) => rests.map((after) => `wordpress ${name}${after}`)))];
}

/** The path ends at the first space. What follows it is the id of the item. */
function decodedPath(text: string): string {
  const end = text.indexOf(' ');
  try {
    return decodeURI(text.slice(0, end)) + text.slice(end);
  } catch {
    return text;
  }
}
