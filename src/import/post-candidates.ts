import type { Likeness } from '../posts/posts.service.js';
import type { StoredKey } from './import-keys.repository.js';
import type { ImportedPost, Traces } from './import.model.js';
import { siteName } from './site.js';

/** What must be equal besides the number or the GUID, so that a stored post is the post of the file. */
type Proof = 'nothing' | 'date' | 'date or slug';

export interface Candidate {
  row: StoredKey;
  proof: Proof;
}

/** Stored posts that the posts of a file can be, by key and by GUID. */
export interface StoredPosts {
  byKey: ReadonlyMap<string, StoredKey>;
  byGuid: ReadonlyMap<string, StoredKey[]>;
}

/** Returns the site of a key of WordPress, which earlier releases stored as its export spelled it. */
export const siteOfKey = (key: string): string => siteName(/^wordpress (\S*) /.exec(key)?.[1] ?? '');

/** True if the caller says that the site of the file has moved. */
export const hasMoved = ({ site, namedSite }: Traces): boolean =>
  namedSite !== undefined && namedSite !== site;

/** A site that has moved can have come from several places. Otherwise, a post of another site is another post. */
export const accepts = (traces: Traces, site: string): boolean => hasMoved(traces) || site === traces.site;

/** Returns the stored posts that a post of the file can be, the most certain one first. */
export function candidatesOf({ key, traces }: ImportedPost, { byKey, byGuid }: StoredPosts): Candidate[] {
  const own = byKey.get(key);
  if (!traces) return own ? [{ row: own, proof: 'nothing' }] : [];
  if (own && traces.guid !== undefined && own.guid === traces.guid) return [{ row: own, proof: 'nothing' }];
  const copies = copiesOf(traces, byGuid).filter(({ key }) => accepts(traces, siteOfKey(key)));
  const preference = [traces.site, traces.namedSite];
  const rank = ({ key }: StoredKey) => preference.indexOf(siteOfKey(key));
  copies.sort((a, b) => rank(b) - rank(a));
  const others = traces.otherKeys.flatMap((other) => byKey.get(other) ?? []);
  return [
    ...copies.map((row): Candidate => ({ row, proof: 'date or slug' })),
    ...(own ? [{ row: own, proof: proofOf(own, traces, traces.isUnsure) }] : []),
    ...others.map((row) => ({ row, proof: proofOf(row, traces, true) })),
  ];
}

/** Returns the posts of other sites that the post can be, if its site has moved without the caller saying so. */
export function formerOf({ traces }: ImportedPost, { byKey, byGuid }: StoredPosts): Candidate[] {
  if (!traces || traces.namedSite !== undefined) return [];
  const copies = copiesOf(traces, byGuid).filter(({ key }) => !accepts(traces, siteOfKey(key)));
  const origin = traces.origin && byKey.get(traces.origin.key);
  return [
    ...copies.map((row): Candidate => ({ row, proof: 'date or slug' })),
    ...(origin && !origin.isFresh ? [{ row: origin, proof: certain(proofOf(origin, traces, true)) }] : []),
  ];
}

/** A post that was deleted here stays deleted, unless its number is certainly that of another post. */
export function isProven(proof: Proof, likeness: Likeness | undefined): boolean {
  if (proof === 'nothing') return true;
  if (!likeness) return proof === 'date or slug';
  return likeness.sameDate || (proof === 'date or slug' && likeness.sameSlug);
}

const copiesOf = ({ guid }: Traces, byGuid: StoredPosts['byGuid']) => (guid && byGuid.get(guid)) || [];

/** Posts of sites that never had an address of their own, such as localhost, have the same GUIDs. */
const certain = (proof: Proof): Proof => (proof === 'nothing' ? 'date or slug' : proof);

/**
 * Two GUIDs are usually two posts, but tools that move a site can replace its address in GUIDs, too. If the caller says
 * that the site has moved, the slug is enough, because a post without a date has another time in each import.
 */
function proofOf(row: StoredKey, traces: Traces, isUnsure: boolean): Proof {
  const { guid } = traces;
  if (row.guid === null || guid === undefined || row.guid === guid) {
    return isUnsure && row.guid !== guid ? 'date or slug' : 'nothing';
  }
  return hasMoved(traces) && withoutHost(row.guid) === withoutHost(guid) ? 'date or slug' : 'date';
}

const withoutHost = (guid: string): string => guid.slice(guid.search(/[/?]|$/));
