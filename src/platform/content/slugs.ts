import anyAscii from 'any-ascii';

const LONGEST = 80;
/** Sufficient for the longest slug even if each syllable has three characters. */
const MOST_READ = 400;
/** A path segment has at most 200 characters, and a slug that exists already gets a suffix. */
const LONGEST_KEPT = 190;
/** Letters, digits and signs of any script that mean nothing in a URL. Words of some scripts contain U+200C or U+200D. */
const SAFE_SHAPE = /^(?:[\p{L}\p{M}\p{N}\p{So}._~-]|\u200c|\u200d)+$/u;
const HAS_NAME = /[\p{L}\p{N}\p{So}]/u;
const UUID_SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Returns a slug for a name in any script: transliterated to ASCII, in lower case, words joined by hyphens, at most
 * 80 characters, cut between words. `fallback` replaces a name without letters and digits, and precedes a name that
 * looks like an id. The rest of a long name is not read, because NFC requires time quadratic in a run of combining
 * marks.
 */
export function slugify(name: string, fallback: string): string {
  const words = anyAscii(name.slice(0, MOST_READ).normalize('NFC'))
    .toLowerCase()
    .replace(/['’]/g, '')
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  const slug = cut(words.join('-'));
  if (slug === '') return fallback;
  return UUID_SHAPE.test(slug) ? `${fallback}-${slug}` : slug;
}

/**
 * Returns a slug of another system unchanged if it is safe in a path, so that its links continue to work, and
 * otherwise one that is created from it.
 */
export const keptSlug = (slug: string, fallback: string): string =>
  slug.length <= LONGEST_KEPT && SAFE_SHAPE.test(slug) && HAS_NAME.test(slug) && !UUID_SHAPE.test(slug)
    ? slug
    : slugify(slug, fallback);

function cut(slug: string): string {
  if (slug.length <= LONGEST) return slug;
  const end = slug.lastIndexOf('-', LONGEST);
  return slug.slice(0, end > LONGEST / 2 ? end : LONGEST);
}
