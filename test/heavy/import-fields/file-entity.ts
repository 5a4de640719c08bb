/** A value of an export file under the name that the file uses. Values without text are no fields. */
export interface FileField {
  /** For example 'wp:post_name', 'wp:postmeta _edit_last' or 'feature_image'. */
  name: string;
  value: string;
  /** The element of the item to which it belongs. */
  within?: { name: string };
}

/** What a part of an export describes. */
export type EntityRole = 'site' | 'author' | 'term' | 'item' | 'comment' | 'row';

export interface FileEntity {
  role: EntityRole;
  /** The kind under which a report can list it, for example 'post', 'attachment' or 'pingback'. */
  kind: string;
  /** Its identifier in the file. */
  id: string;
  /** The identifier by which an import recognizes it. */
  key: string;
  fields: FileField[];
  /** The item that contains it, if any. */
  parent?: FileEntity;
}

/** Values with which the systems write that nobody has chosen one. */
const NOTHING: Record<string, RegExp> = {
  'wp:menu_order': /^0$/,
  'wp:post_parent': /^0$/,
  'wp:comment_parent': /^0$/,
  'wp:comment_user_id': /^0$/,
  'wp:is_sticky': /^0$/,
  email_recipient_filter: /^(?:all|none)$/,
  show_title_and_feature_image: /^(?:1|true)$/,
  visibility: /^public$/,
};
const NO_DATE = /^0000-00-00|30 Nov -0001|^-0001-11-30/;
const EMPTY_COLUMN = /^(?:0|false|\[\]|\{\})$/;

/** Returns the fields that say something. */
export const withText = (fields: FileField[], isColumn = false): FileField[] =>
  fields.filter(({ name, value }) => {
    const text = value.trim();
    if (text === '' || NO_DATE.test(text) || NOTHING[name]?.test(text)) return false;
    return !isColumn || !EMPTY_COLUMN.test(text);
  });

/** Returns the first value of this name, or ''. */
export const valueOf = (entity: FileEntity, name: string): string =>
  entity.fields.find((field) => field.name === name)?.value.trim() ?? '';
