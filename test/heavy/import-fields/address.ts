import type { Imported, Post } from './imported.ts';
import { decoded } from './same.ts';

/**
 * Tells whether the result contains every part of the former address of a post: its id, its slug, its date, its
 * author, a tag or a page above it. A front end can then compute the address.
 */
export function hasAddress(address: string, id: string, post: Post, found: Imported): boolean {
  const url = URL.parse(address.trim(), 'http://site.invalid');
  if (!url) return false;
  const known = partsOf(id, post, found);
  const path = url.pathname.split('/').filter(Boolean).map(decoded);
  const last = path
    .at(-1)
    ?.replace(/\.html?$|\.php$/, '')
    .toLowerCase();
  const isNumbered = [...url.searchParams.values()].includes(id);
  return isNumbered || (last !== undefined && known.has(last));
}

function partsOf(id: string, post: Post, found: Imported): ReadonlySet<string> {
  const former = (post.meta['oldSlugs'] ?? '').split(',');
  const parent = post.parentId ? found.posts.get(post.parentId)?.slug : undefined;
  return new Set([id, post.slug, ...former, parent ?? ''].filter(Boolean).map((part) => part.toLowerCase()));
}
