import { MAX_ITEM_LENGTH, MAX_NAME_LENGTH, MAX_TEXT_LENGTH, MAX_TITLE_LENGTH } from '../import.limits.js';
import { LONGEST_VALUE } from '../meta-builder.js';

/** The maximum number of characters of each element. Other elements are skipped, whatever their length is. */
export const WXR_FIELDS: ReadonlyMap<string, number> = new Map([
  ...each(
    MAX_NAME_LENGTH,
    'wp:base_blog_url dc:creator category pubDate',
    'wp:author_login wp:author_display_name wp:author_first_name wp:author_last_name wp:author_email wp:author_id',
    'wp:cat_name wp:tag_name wp:term_name wp:term_taxonomy',
    'wp:post_id wp:post_type wp:status wp:post_password wp:post_parent wp:menu_order wp:is_sticky wp:comment_status',
    'wp:post_date wp:post_date_gmt wp:post_modified wp:post_modified_gmt wp:meta_key',
    'wp:comment_id wp:comment_parent wp:comment_user_id wp:comment_author wp:comment_type wp:comment_approved',
    'wp:comment_date wp:comment_date_gmt',
  ),
  ...each(
    MAX_TITLE_LENGTH,
    'title link guid wp:attachment_url wp:post_name wp:category_nicename wp:tag_slug wp:term_slug',
  ),
  ...each(MAX_TEXT_LENGTH, 'excerpt:encoded wp:category_description wp:tag_description wp:term_description'),
  ...each(MAX_ITEM_LENGTH, 'content:encoded wp:comment_content'),
]);

/** A value of a plugin can have several megabytes. One that is cut is too long for a post. */
export const CUT_FIELD = 'wp:meta_value';
const CUT_LENGTH = LONGEST_VALUE + 1;

/** Footnotes are a part of the text, and can be longer than a value of `meta`. */
export const FOOTNOTES = 'footnotes';
export const LONGEST_FOOTNOTES = MAX_TEXT_LENGTH;

export const cutLength = (key: string | undefined): number =>
  key === FOOTNOTES ? LONGEST_FOOTNOTES + 1 : CUT_LENGTH;

/** The elements whose white space is content. Files that are indented contain white space in all others. */
export const KEEP_SPACE: ReadonlySet<string> = new Set(['content:encoded', 'wp:comment_content']);

/** The elements within an item whose children are read. */
const CONTAINERS: ReadonlySet<string> = new Set(['wp:comment', 'wp:postmeta']);

/** Tells whether the text of an element is read. */
export const isText = (name: string): boolean => WXR_FIELDS.has(name) || name === CUT_FIELD;

export const isRead = (name: string): boolean => isText(name) || CONTAINERS.has(name);

function each(most: number, ...names: string[]): [string, number][] {
  return names.flatMap((line) => line.split(' ')).map((name) => [name, most]);
}
