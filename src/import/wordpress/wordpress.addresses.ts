import { guidKey, isShortKey, keyOfPath, numberKey, undatedKey, withSlug } from '../addresses.js';
import type { PostAddresses } from '../import.model.js';
import { hostOf, type Origin, originOf, siteOf } from '../site.js';
import { decodedSlug, owned } from '../text.js';
import type { WxrElement } from './wxr-element.js';

const MOST_OLD_SLUGS = 20;

/** The addresses at which the channel says that the site is. */
export class WordPressAddresses {
  private readonly roots = new Set<string>();

  /** Adds the address of the site as an element of the channel names it. */
  addRoot(address: string): void {
    const name = siteOf(address)?.name;
    if (name !== undefined) this.roots.add(owned(name));
  }

  /**
   * Returns the addresses of a post.
   * @param site the name of the site in keys
   * @param here the site of the file, whose numbers can be those of other posts at the site in keys
   * @param key the key of the post
   */
  of(item: WxrElement, site: string, here: string, key: string): PostAddresses {
    const link = item.value('link');
    const number = item.value('wp:post_id');
    const origin = originOf(item.value('guid')) ?? permalinkOf(item.value('guid'), number);
    const roots = this.rootsWith(link);
    const addresses: PostAddresses = {
      site: `wordpress ${site}`,
      ...(here === site ? {} : { numbers: `wordpress ${here}` }),
      number,
      roots,
      formerRoots: origin && !roots.includes(origin.site) ? [origin.site] : [],
      base: siteOf(link) ? link : `http://${roots[0] ?? site}/`,
      current: [],
      former: [],
    };
    const path = keyOfPath(link, addresses);
    if (path !== undefined) addPath(addresses, path, item);
    const { numbers = addresses.site } = addresses;
    if (key !== `${numbers} post ${number}` && number !== '')
      addresses.current.push(numberKey(numbers, number));
    if (origin && addresses.formerRoots.length > 0)
      addresses.former.push(guidKey(addresses.site, origin.site, origin.id));
    addresses.current = addresses.current.filter(isShortKey);
    addresses.former = addresses.former.filter(isShortKey);
    return addresses;
  }

  /** Posts can be at another host than the site, which WordPress.com maps to it. */
  private rootsWith(link: string): string[] {
    const roots = [...this.roots];
    const url = URL.parse(link);
    if (!url || !/^https?:$/.test(url.protocol)) return roots;
    const host = hostOf(url);
    const isKnown = roots.some((root) => root === host || root.startsWith(`${host}/`));
    return isKnown ? roots : [...roots, host];
  }
}

/** The number of a post whose GUID is a permalink is the same at its former site, unless it was numbered anew. */
function permalinkOf(guid: string, id: string): Origin | undefined {
  const url = URL.parse(guid);
  return url && /^https?:$/.test(url.protocol) ? { site: hostOf(url), id } : undefined;
}

/** WordPress also finds a post by its slug alone, and by its former slugs. */
function addPath(addresses: PostAddresses, path: string, item: WxrElement): void {
  addresses.current.push(path);
  const isPost = item.value('wp:post_type') !== 'page';
  const undated = isPost ? undatedKey(path) : undefined;
  if (undated !== undefined) addresses.former.push(undated);
  for (const slug of oldSlugs(item)) {
    const old = withSlug(path, slug);
    const undatedOld = isPost ? undatedKey(old) : undefined;
    addresses.former.push(old, ...(undatedOld === undefined ? [] : [undatedOld]));
  }
}

const oldSlugs = (item: WxrElement): string[] =>
  item
    .all('wp:postmeta')
    .filter((entry) => entry.value('wp:meta_key') === '_wp_old_slug')
    .map((entry) => decodedSlug(entry.value('wp:meta_value')) ?? '')
    .filter(Boolean)
    .slice(0, MOST_OLD_SLUGS);
