import { note } from '../../platform/content/note.js';
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
  ['og_title', 'ogTitle'],
  ['og_description', 'ogDescription'],
  ['twitter_title', 'twitterTitle'],
  ['twitter_description', 'twitterDescription'],
]);

/** The columns that contain URLs. */
const ADDRESSES: ReadonlyMap<string, string> = new Map([
  ['feature_image', FEATURED_IMAGE],
  ['canonical_url', 'canonicalUrl'],
  ['og_image', 'ogImage'],
  ['twitter_image', 'twitterImage'],
]);

const CODE = ['codeinjection_head', 'codeinjection_foot'];

/** No URL that a browser uses is longer. */
const LONGEST_URL = 2000;

/** Returns the columns of a row of posts_meta that are kept. */
export function keptMeta(values: Values): Values {
  const texts = [...NAMES.keys()].map((column) => [column, owned(text(values, column))]);
  const urls = [...ADDRESSES.keys()].map((column) => [column, owned(address(values, column))]);
  return Object.fromEntries([...texts, ...urls].filter(([, value]) => value)) as Values;
}

/** Returns what a post has beside its texts, its dates and its state. */
export function readFields(
  values: Values,
  more: Values,
  urls: GhostUrls,
): Required<Pick<ImportedPost, 'featured' | 'meta' | 'notes' | 'moreNotes'>> {
  const meta = new MetaBuilder();
  const notes: string[] = [];
  const addUrl = (name: string, column: string) => {
    const url = addressOf(values, column) || address(more, column);
    if (url.length > LONGEST_URL || url.startsWith('data:'))
      notes.push(note`the column ${column} is not a URL and was not imported`);
    else meta.add(name, urls.absolute(url, notes));
  };
  for (const [column, name] of ADDRESSES) addUrl(name, column);
  for (const [column, name] of NAMES) meta.add(name, text(values, column) || text(more, column));
  meta.add('locale', text(values, 'locale'));
  for (const column of CODE)
    if (hasText(values[column])) notes.push(note`the column ${column} was not imported`);
  return {
    featured: flag(values, 'featured'),
    meta: meta.meta(),
    notes: [...notes, ...meta.notes],
    moreNotes: meta.moreNotes,
  };
}

/** Before Ghost 1.0, the feature image was in the column `image`. */
const addressOf = (values: Values, column: string) =>
  address(values, column) || (column === 'feature_image' ? address(values, 'image') : '');

const hasText = (value: unknown) => typeof value === 'string' && value.trim() !== '';
