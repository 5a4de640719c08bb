import type { ImportedPost } from '../import.model.js';
import { comparableGuid, originOf } from '../site.js';

export const keyOf = (site: string, kind: 'author' | 'post' | 'comment', id: string): string =>
  `wordpress ${site} ${kind} ${id}`;

export type PostNames = Pick<ImportedPost, 'key' | 'localKey' | 'traces'>;

/**
 * Returns the names of a post. Its number is that of the site of the file. If the caller says that the posts belong to
 * another site, only the GUID can tell the number that the post had there.
 * @param id the number of the post in the file
 * @param site the site of the file, or '' if the file names none
 * @param named the site that the caller names
 */
export function namesOf(guid: string, id: string, site: string, named: string | undefined): PostNames {
  const here = site || (named ?? '');
  const home = named ?? here;
  const origin = originOf(guid);
  const isMoved = home !== here;
  const isRenumbered = origin?.site === home && origin.id !== id;
  const localKey = keyOf(here, 'post', id);
  const keys = [keyOf(home, 'post', id), localKey];
  if (isRenumbered) keys.splice(isMoved ? 0 : 1, 0, keyOf(home, 'post', origin.id));
  const [key = localKey, ...otherKeys] = new Set(keys);
  return {
    key,
    localKey,
    traces: {
      ...{ site: here, namedSite: named, guid: comparableGuid(guid), otherKeys },
      isUnsure: isMoved || isRenumbered,
      origin:
        named === undefined && origin && origin.site !== here
          ? { site: origin.site, key: keyOf(origin.site, 'post', origin.id) }
          : undefined,
    },
  };
}
