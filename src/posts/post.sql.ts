import { empty, join, raw, type Sql } from 'sql-template-tag';
import { sql } from '../platform/database/database.js';
import type { SortKey } from '../platform/database/keyset.js';
import { may, mayAll } from '../platform/http/access.js';
import type { Principal } from '../platform/http/principal.js';
import type { Id } from '../platform/http/schemas.js';
import { isId } from './posts.cache-tags.js';
import type { ListPostsQuery, PostField, PostStatus, PostType } from './posts.schemas.js';

/** RFC 3339 with PostgreSQL's microseconds, as text: rows and JSON alike. */
const time = (column: Sql): Sql => sql`replace(timezone('UTC', ${column})::text, ' ', 'T') || 'Z'`;

/** Over `posts p`, one column for each field of the view. */
const COLUMN: Record<PostField, Sql> = {
  id: sql`p.id`,
  type: sql`p.type`,
  slug: sql`p.slug`,
  title: sql`p.title`,
  excerpt: sql`coalesce(p.excerpt, p.summary) AS excerpt`,
  body: sql`p.body`,
  bodyFormat: sql`p.body_format AS "bodyFormat"`,
  html: sql`p.html`,
  status: sql`p.status`,
  publishedAt: sql`${time(sql`p.published_at`)} AS "publishedAt"`,
  scheduledAt: sql`${time(sql`p.scheduled_at`)} AS "scheduledAt"`,
  createdAt: sql`${time(sql`p.created_at`)} AS "createdAt"`,
  updatedAt: sql`${time(sql`p.updated_at`)} AS "updatedAt"`,
  version: sql`p.version`,
  authorId: sql`p.author_id AS "authorId"`,
  commentCount: sql`p.comment_count AS "commentCount"`,
};

/** Joins users. */
const AUTHOR = sql`(SELECT row_to_json(a) FROM (
  SELECT u.id, u.name, u.avatar_url AS "avatarUrl" FROM users u WHERE u.id = p.author_id) a) AS author`;

/** Joins tags. */
const TAGS = sql`(SELECT coalesce(json_agg(named), '[]') FROM (
  SELECT t.slug, t.name FROM post_tags pt JOIN tags t ON t.id = pt.tag_id
  WHERE pt.post_id = p.id ORDER BY pt.position) named) AS tags`;

const NOT_IN_LISTS: PostField[] = ['body', 'html'];
const ALL_FIELDS = Object.keys(COLUMN) as PostField[];

/** The same of tags that the statement itself has linked, which it does not see yet. */
const tagsOf = (ids: Id[]): Sql => sql`(SELECT coalesce(json_agg(named), '[]') FROM (
  SELECT t.slug, t.name FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS given(id, position)
  JOIN tags t ON t.id = given.id ORDER BY given.position) named) AS tags`;

/** A post that the statement itself has made, whole. */
export const wholeWith = (tagIds: Id[]): Sql =>
  sql`${join(Object.values(COLUMN))}, ${AUTHOR}, ${tagsOf(tagIds)}`;

/** The whole post with author and tags. */
export const WHOLE = sql`${join(Object.values(COLUMN))}, ${AUTHOR}, ${TAGS}`;

/** The columns of a list: one statement whatever `fields` and `include` say. */
export function listColumns({ fields, include }: ListPostsQuery): Sql {
  const names = fields
    ? [...new Set<PostField>(['id', ...fields])]
    : ALL_FIELDS.filter((name) => !NOT_IN_LISTS.includes(name));
  const columns = names.map((name) => COLUMN[name]);
  if (include.includes('author')) columns.push(AUTHOR);
  if (include.includes('tags')) columns.push(TAGS);
  return join(columns);
}

/** Never null: what is not public sorts by its last change. Index posts_listed_idx has the same expression. */
const LISTED_AT = sql`(CASE WHEN p.status = 'published' THEN p.published_at ELSE p.updated_at END)`;

/** The class of locks that the trigger posts_stamp takes. */
const POST_WRITERS = 771_001;

export const SORT_KEYS: Record<ListPostsQuery['sort']['key'], SortKey> = {
  publishedAt: { expression: LISTED_AT, type: 'timestamptz', writers: POST_WRITERS },
  createdAt: { expression: sql`p.created_at`, type: 'timestamptz', writers: POST_WRITERS },
  updatedAt: { expression: sql`p.updated_at`, type: 'timestamptz', writers: POST_WRITERS },
};

/** Which post is meant. */
export const named = (idOrSlug: string): Sql =>
  isId(idOrSlug) ? sql`p.id = ${idOrSlug}` : sql`p.slug = ${idOrSlug}`;

/** Rows that the caller may see: published ones, to authors their own, to editors all. */
export function visibleTo(by: Principal | null): Sql {
  if (by && mayAll(by, 'posts.edit')) return empty;
  if (!by || !may(by, 'posts.edit')) return sql`AND p.status = 'published'`;
  return sql`AND (p.status = 'published' OR p.author_id = ${by.id})`;
}

/**
 * Of a closed set of words, as a constant that the planner knows: one as `=`, so that an index in sort order serves.
 * However often and in whichever order they are named, it is one text: connections keep some prepared.
 */
const among = (column: Sql, words: (PostType | PostStatus)[]): Sql => {
  const constants = [...new Set(words)].sort().map((word) => raw(`'${word}'`));
  return constants.length === 1
    ? sql`AND ${column} = ${constants[0]}`
    : sql`AND ${column} IN (${join(constants)})`;
};

const SEARCHED = sql`to_tsvector('simple', p.title || ' ' || left(p.body, 100000))`;

/** The conditions of a list over `posts p`. */
export function listConditions({ filter, q }: ListPostsQuery): Sql {
  const { type = ['post'], status = ['published'], authorId, tag, publishedAt } = filter;
  const conditions = [among(sql`p.type`, type), among(sql`p.status`, status)];
  if (authorId) conditions.push(sql`AND p.author_id = ANY(${authorId}::uuid[])`);
  if (tag) {
    conditions.push(sql`AND EXISTS (SELECT 1 FROM post_tags ft JOIN tags f ON f.id = ft.tag_id
      WHERE ft.post_id = p.id AND f.slug = ANY(${tag}))`);
  }
  if (publishedAt?.gte) conditions.push(sql`AND p.published_at >= ${publishedAt.gte}`);
  if (publishedAt?.lt) conditions.push(sql`AND p.published_at < ${publishedAt.lt}`);
  if (q) conditions.push(sql`AND ${SEARCHED} @@ websearch_to_tsquery('simple', ${q})`);
  return join(conditions, ' ');
}
