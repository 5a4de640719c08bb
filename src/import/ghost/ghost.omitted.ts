import type { ImportItem } from '../import.model.js';
import { type Bearer, OmittedFields } from '../omitted-fields.js';
import { isFlag, text, type Values } from './ghost-columns.js';
import { isPage } from './ghost.posts.js';

/** The columns that the import reads, by table. */
const READ: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  columns(
    'posts',
    'id uuid title slug html lexical mobiledoc markdown plaintext type page status visibility featured',
    'created_at updated_at published_at author_id custom_excerpt feature_image image canonical_url locale',
    'meta_title meta_description og_title og_description og_image twitter_title twitter_description twitter_image',
    'feature_image_alt feature_image_caption codeinjection_head codeinjection_foot',
  ),
  columns(
    'posts_meta',
    'id post_id feature_image_alt feature_image_caption meta_title meta_description',
    'og_title og_description og_image twitter_title twitter_description twitter_image',
  ),
  columns('users', 'id name email password status bio website profile_image image'),
  columns('tags', 'id name slug description visibility'),
  columns('comments', 'id post_id member_id parent_id in_reply_to_id status html created_at edited_at'),
  columns('posts_tags', 'id post_id tag_id sort_order'),
  columns('posts_authors', 'id post_id author_id sort_order'),
]);

const KINDS: ReadonlyMap<string, string> = new Map([
  ['users', 'author'],
  ['tags', 'tag'],
  ['comments', 'comment'],
]);

/** The values of a column that say nothing. */
const NOTHING: ReadonlySet<unknown> = new Set([null, undefined, '', false, 0, '0', '[]', '{}']);

/** The columns for which Ghost writes other values where nobody has chosen one. */
const DEFAULTS: ReadonlyMap<string, ReadonlySet<unknown>> = new Map([
  ['email_recipient_filter', new Set<unknown>([null, undefined, '', 'none', 'all'])],
  ['show_title_and_feature_image', new Set<unknown>([null, undefined, '', true, 1])],
  ['visibility', new Set<unknown>([null, undefined, '', 'public'])],
]);

/** Columns and tables that only Ghost itself requires. */
const INTERNAL =
  /^(?:(?:created|updated|published)_(?:at|by)|uuid|comment_id|last_\w+|tour|\w+_notifications?|accessibility|language|hidden|roles\w*|permissions\w*|migrations\w*|sessions|brute|actions|api_keys|clients|client_\w+|accesstokens|refreshtokens|tokens|jobs|apps?|app_\w+|settings|custom_theme_settings|posts_products|stripe_\w+|email_\w+s)$/;

/** Counts the columns and tables of a file for which Galley has no place. */
export class GhostOmitted {
  private readonly fields = new OmittedFields((field) => INTERNAL.test(field));

  /** Counts the columns of a row that have a value and that the import does not read, or the row of another table. */
  add(table: string, values: Values): void {
    const read = READ.get(table);
    if (!read) return this.fields.add({ kind: 'table', key: table, title: '' }, table);
    const bearer = bearerOf(table, values);
    for (const [column, value] of Object.entries(values)) {
      const isSet = !(DEFAULTS.get(column) ?? NOTHING).has(value);
      if (isSet && !read.has(column)) this.fields.add(bearer, column);
    }
    this.fields.addEach(bearer, unusedOf(table, values));
  }

  items(): Generator<ImportItem, void, void> {
    return this.fields.items();
  }
}

/** Returns the columns that are read, and that have no place or no meaning in a row such as this one. */
function unusedOf(table: string, values: Values): string[] {
  if (table === 'posts') {
    const odd = ['featured', 'page'].filter((column) => !isFlag(values[column]));
    return values['status'] === 'draft' && values['published_at'] ? ['published_at', ...odd] : odd;
  }
  const { parent_id: parent, in_reply_to_id: other } = values;
  return table === 'comments' && parent && other && parent !== other ? ['in_reply_to_id'] : [];
}

const bearerOf = (table: string, values: Values): Bearer => ({
  kind: KINDS.get(table) ?? (table === 'posts' && isPage(values) ? 'page' : 'post'),
  key: text(values, table.startsWith('posts_') ? 'post_id' : 'id'),
  title: text(values, 'title') || text(values, 'name'),
});

function columns(table: string, ...names: string[]): [string, ReadonlySet<string>] {
  return [table, new Set(names.flatMap((line) => line.split(' ')))];
}
