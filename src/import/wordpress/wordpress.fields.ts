import type { ImportedPost } from '../import.model.js';
import { MetaBuilder } from '../meta-builder.js';
import { decodedSlug } from '../text.js';
import type { WxrElement } from './wxr-elements.js';

/** Private fields in which WordPress itself keeps what is not content, or what the import reads elsewhere. */
const INTERNAL =
  /^_(?:edit_last|edit_lock|pingme|encloseme|wp_page_template|wp_trash_.*|wp_desired_post_slug|wp_old_date|oembed_.*|publicize_.*|thumbnail_id|wp_old_slug)$/;

export interface WordPressFields extends Required<
  Pick<ImportedPost, 'featured' | 'commentsOpen' | 'meta' | 'notes'>
> {
  /** The id of the attachment that is the featured image, or ''. */
  imageId: string;
}

/** Returns what a post has beside its texts, its dates and its state. */
export function readFields(item: WxrElement): WordPressFields {
  const values = new MetaBuilder();
  const hidden: string[] = [];
  const oldSlugs = new Set<string>();
  let imageId = '';
  for (const entry of item.all('wp:postmeta')) {
    const name = entry.value('wp:meta_key');
    const value = entry.value('wp:meta_value');
    if (name === '_thumbnail_id') imageId = value;
    else if (name === '_wp_old_slug') oldSlugs.add(decodedSlug(value) ?? '');
    else if (!name.startsWith('_')) values.add(name, value);
    else if (value !== '' && !INTERNAL.test(name)) hidden.push(name);
  }
  values.add('oldSlugs', [...oldSlugs].filter(Boolean).join(','));
  return {
    featured: item.value('wp:is_sticky') === '1',
    commentsOpen: item.value('wp:comment_status') !== 'closed',
    meta: values.meta(),
    imageId,
    notes: [...values.notes, ...hidden.map((name) => `the private field "${name}" was not imported`)],
  };
}
