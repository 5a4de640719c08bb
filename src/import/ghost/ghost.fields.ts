import type { ImportedPost } from '../import.model.js';
import { FEATURED_IMAGE, MetaBuilder } from '../meta-builder.js';
import { owned } from '../text.js';
import { address, flag, text, type Values } from './ghost-columns.js';
import type { GhostUrls } from './ghost.urls.js';

/** The columns of a post that are kept in `meta`. Ghost 3 moved most of them to the table posts_meta. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['feature_image_alt', 'featuredImageAlt'],
  ['feature_image_caption', 'featuredImageCaption'],
  ['meta_title', 'metaTitle'],
  ['meta_description', 'metaDescription'],
]);

const CODE = ['codeinjection_head', 'codeinjection_foot'];

/** No URL that a browser uses is longer. */
const LONGEST_URL = 2000;

/** Returns the columns of a row of posts_meta that are kept. */
export function keptMeta(values: Values): Values {
  return Object.fromEntries([...NAMES.keys()].map((column) => [column, owned(text(values, column))]));
}

/** Returns what a post has beside its texts, its dates and its state. */
export function readFields(
  values: Values,
  more: Values,
  urls: GhostUrls,
): Required<Pick<ImportedPost, 'featured' | 'meta' | 'notes'>> {
  const meta = new MetaBuilder();
  const notes: string[] = [];
  const addUrl = (name: string, column: string, what: string) => {
    const url = address(values, column);
    if (url.length > LONGEST_URL || url.startsWith('data:'))
      notes.push(`${what} is not a URL and was not imported`);
    else meta.add(name, urls.absolute(url, notes));
  };
  addUrl(FEATURED_IMAGE, 'feature_image', 'the feature image');
  addUrl('canonicalUrl', 'canonical_url', 'the canonical URL');
  for (const [column, name] of NAMES) meta.add(name, text(values, column) || text(more, column));
  for (const column of CODE) if (hasText(values[column])) notes.push(`the column ${column} was not imported`);
  return { featured: flag(values, 'featured'), meta: meta.meta(), notes: [...notes, ...meta.notes] };
}

const hasText = (value: unknown) => typeof value === 'string' && value.trim() !== '';
