import { note } from '../../platform/content/note.js';
import { WebAddress } from '../../platform/schemas/schemas.js';
import type { ImportedPost } from '../import.model.js';
import { MetaBuilder } from '../meta-builder.js';
import { addNote } from '../notes.js';
import { comparableGuid } from '../site.js';
import { decodedSlug } from '../text.js';
import { readFootnotes } from './wordpress.footnotes.js';
import { seoName } from './seo-fields.js';
import { postFormat } from './wordpress.terms.js';
import type { WxrElement } from './wxr-element.js';
import { FOOTNOTES } from './wxr-fields.js';

/** The private fields that the import reads. */
const THUMBNAIL = '_thumbnail_id';
const OLD_SLUG = '_wp_old_slug';
const TRASHED = '_wp_trash_meta_status';

export interface WordPressFields extends Required<
  Pick<ImportedPost, 'featured' | 'commentsOpen' | 'meta' | 'notes' | 'moreNotes' | 'bodyContext'>
> {
  /** The id of the attachment that is the featured image, or ''. */
  imageId: string;
}

/** Returns what a post has beside its texts, its dates and its state. The item omits the fields that have no place in it. */
export function readFields(item: WxrElement): WordPressFields {
  const values = new MetaBuilder();
  const oldSlugs = new Set<string>();
  const isTrash = item.value('wp:status') === 'trash';
  let imageId = '';
  let bodyContext: ImportedPost['bodyContext'] = null;
  for (const entry of item.all('wp:postmeta')) {
    const name = entry.value('wp:meta_key');
    const value = entry.value('wp:meta_value');
    const seo = seoName(name, value);
    if (name === THUMBNAIL && (imageId === '' || imageId === value)) imageId = value;
    else if (name === OLD_SLUG) oldSlugs.add(decodedSlug(value) ?? '');
    else if (name === FOOTNOTES && bodyContext === null) {
      const { footnotes, note } = readFootnotes(value);
      if (footnotes) bodyContext = { footnotes };
      if (note) addNote(values, note);
      else values.add(name, value);
    } else if (seo !== undefined) values.add(seo, value);
    else if (!name.startsWith('_')) values.add(name, value);
    else if (value !== '' && !(name === TRASHED && isTrash)) entry.omit();
  }
  values.add('oldSlugs', [...oldSlugs].filter(Boolean).join(','));
  values.add('postFormat', postFormat(item));
  values.add('menuOrder', item.value('wp:menu_order').replace(/^0$/, ''));
  if (isOriginal(item)) values.add('originalUrl', item.value('link'));
  else item.omitField('link');
  // A GUID that no other site can have is stored with the key of the post.
  if (comparableGuid(item.value('guid')) === undefined) item.omitField('guid');
  if (item.value('wp:post_type') !== 'page' && item.value('wp:post_parent') !== '0')
    item.omitField('wp:post_parent');
  for (const one of oddValues(item)) addNote(values, one);
  return {
    featured: item.value('wp:is_sticky') === '1',
    commentsOpen: item.value('wp:comment_status') !== 'closed',
    meta: values.meta(),
    bodyContext,
    imageId,
    notes: values.notes,
    moreNotes: values.moreNotes,
  };
}

const FLAGS: ReadonlySet<string> = new Set(['', '0', '1']);
const COMMENT_STATUSES: ReadonlySet<string> = new Set(['', 'open', 'closed']);

/** Returns a note for each value that WordPress does not write, because nobody can tell what it means. */
function oddValues(item: WxrElement): string[] {
  const sticky = item.value('wp:is_sticky');
  const comments = item.value('wp:comment_status');
  return [
    ...(FLAGS.has(sticky) ? [] : [note`its wp:is_sticky is ${sticky}: imported as not featured`]),
    ...(COMMENT_STATUSES.has(comments)
      ? []
      : [note`its wp:comment_status is ${comments}: imported as open to comments`]),
  ];
}

/** The address at which readers found a post. */
const isOriginal = (item: WxrElement) =>
  item.value('wp:status') === 'publish' && WebAddress.safeParse(item.value('link')).success;
