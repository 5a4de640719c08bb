import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'safe-stable-stringify';
import type { Post } from '../post.entity.js';
import type { PostChanges } from '../post-changes.js';
import type { UpdatePost } from '../post-requests.schemas.js';

/** The content of a revision: what an edit can change, and how an imported body is rendered. */
export type RevisedPost = Pick<
  Post,
  | ('type' | 'slug' | 'title' | 'excerpt' | 'body' | 'bodyFormat' | 'bodyDialect' | 'bodyContext')
  | ('parentId' | 'featured' | 'commentsOpen' | 'meta')
> & {
  /** The names, in order. */
  tags: string[];
};

/** Returns only what a revision contains. */
export function revisedPost(given: RevisedPost): RevisedPost {
  const { type, slug, title, excerpt, body, bodyFormat, bodyDialect, bodyContext } = given;
  const { parentId, featured, commentsOpen, meta, tags } = given;
  const source = { body, bodyFormat, bodyDialect, bodyContext };
  return { type, slug, title, excerpt, ...source, parentId, featured, commentsOpen, meta, tags };
}

export type RevisedField = Exclude<keyof UpdatePost, 'note'>;

type Columns = { [C in keyof PostChanges]?: PostChanges[C] };

/** How each field of an edit is written to the row of the post. Tags are in another table. */
const COLUMNS: Record<RevisedField, (content: RevisedPost) => Columns> = {
  title: ({ title }) => ({ title }),
  slug: ({ slug }) => ({ slug }),
  excerpt: ({ excerpt }) => ({ excerpt }),
  body: (content) => sourceColumns(content),
  bodyFormat: (content) => sourceColumns(content),
  type: ({ type }) => ({ type }),
  tags: () => ({}),
  featured: ({ featured }) => ({ featured }),
  commentsOpen: ({ commentsOpen }) => ({ comments_open: commentsOpen }),
  parentId: ({ parentId }) => ({ parent_id: parentId }),
  meta: ({ meta }) => ({ meta: JSON.stringify(meta) }),
};

/** The fields in the order of responses. */
export const REVISED_FIELDS = Object.keys(COLUMNS) as RevisedField[];

/** The fields that determine the HTML. */
const SOURCE_FIELDS: RevisedField[] = ['body', 'bodyFormat'];

const sourceColumns = ({ body, bodyFormat, bodyDialect, bodyContext }: RevisedPost): Columns => ({
  body,
  body_format: bodyFormat,
  body_dialect: bodyDialect,
  body_context: bodyContext && JSON.stringify(bodyContext),
});

/** Returns the columns of a post with these fields of the content, except its HTML. */
export const columnsOf = (content: RevisedPost, fields: readonly RevisedField[]): PostChanges =>
  Object.assign({}, ...fields.map((field) => COLUMNS[field](content))) as PostChanges;

export const hasSource = (fields: readonly string[]): boolean =>
  SOURCE_FIELDS.some((field) => fields.includes(field));

/** Returns the content with these columns and tags. undefined keeps a value. */
export function applied(content: RevisedPost, changes: PostChanges, tags = content.tags): RevisedPost {
  const { type, title, slug, excerpt, body, body_format, body_dialect, body_context } = changes;
  const { parent_id, featured, comments_open, meta } = changes;
  const given = {
    ...{ type, title, slug, excerpt, body, bodyFormat: body_format, bodyDialect: body_dialect },
    ...{ parentId: parent_id, featured, commentsOpen: comments_open },
    ...(body_context !== undefined && { bodyContext: body_context && (JSON.parse(body_context) as unknown) }),
    ...(meta !== undefined && { meta: JSON.parse(meta) as unknown }),
  };
  const changed = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...content, ...(changed as Partial<RevisedPost>), tags };
}

/** Returns the content with these fields of another one. */
export function mixed(content: RevisedPost, other: RevisedPost, fields: readonly string[]): RevisedPost {
  const taken = fields.flatMap((field) =>
    SOURCE_FIELDS.includes(field as RevisedField)
      ? (['body', 'bodyFormat', 'bodyDialect', 'bodyContext'] as const)
      : [field as RevisedField],
  );
  return { ...content, ...Object.fromEntries(taken.map((name) => [name, other[name]])) };
}

/** What is compared of a field. The format of a body includes how an imported body is rendered. */
const valueOf = (content: RevisedPost, field: RevisedField): unknown =>
  field === 'bodyFormat' ? [content.bodyFormat, content.bodyDialect, content.bodyContext] : content[field];

/** Returns the fields that differ. */
export const differing = (a: RevisedPost, b: RevisedPost): RevisedField[] =>
  REVISED_FIELDS.filter((field) => !isDeepStrictEqual(valueOf(a, field), valueOf(b, field)));

/** A short digest of the value of a field. */
export const digestOfField = (content: RevisedPost, field: RevisedField): string =>
  createHash('sha256')
    .update(stringify(valueOf(content, field)) ?? '')
    .digest('base64url')
    .slice(0, 22);

/** What merges, renamings and deletions of tags and pages change, and which is therefore stored beside the text. */
type Relation = 'tags' | 'parentId';

/**
 * Returns the content as text: a line of JSON with all other fields, and the body. The same content has the same text, and a
 * release that knows fewer fields can read it.
 */
export function textOf({ body, ...content }: Omit<RevisedPost, Relation> & Partial<RevisedPost>): string {
  const { tags: _tags, parentId: _parentId, ...fields } = content;
  return `${stringify(fields)}\n${body}`;
}

/** The fields of `textOf`. A field that a later release has added is absent in older texts. */
export function contentOf(text: string): Omit<RevisedPost, Relation> {
  const end = text.indexOf('\n');
  return { ...(JSON.parse(text.slice(0, end)) as RevisedPost), body: text.slice(end + 1) };
}

export const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
