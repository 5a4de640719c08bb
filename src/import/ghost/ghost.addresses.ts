import { isShortKey } from '../addresses.js';
import type { PostAddresses } from '../import.model.js';
import { siteOf } from '../site.js';
import { text, type Values } from './ghost-columns.js';

/** Stands for the address of a site that the file does not name. */
const UNKNOWN = 'ghost.invalid';

/**
 * Returns the addresses of a post. An export of Ghost contains no address of it, and Ghost shows it at its slug by
 * default.
 */
export function addressesOf(values: Values, address: string): PostAddresses {
  const name = siteOf(address)?.name ?? UNKNOWN;
  const site = `ghost ${name}`;
  const slug = text(values, 'slug').toLowerCase();
  const uuid = text(values, 'uuid').toLowerCase();
  return {
    site,
    number: '',
    roots: [name],
    formerRoots: [],
    base: `http://${name}/`,
    current: [slug && `${site} at /${slug}`, uuid && `${site} at /p/${uuid}`]
      .filter(Boolean)
      .filter(isShortKey),
    former: [],
  };
}
