import { empty, join, raw, type Sql } from 'sql-template-tag';
import { sql } from '../platform/database/database.js';
import type { BoundRead } from '../platform/database/expensive-reads.js';
import { keyset, type SortKey } from '../platform/lists/keyset.js';
import type { Position } from '../platform/lists/cursors.js';
import { searchTerms } from '../platform/database/search-terms.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { isId } from './posts.cache-tags.js';
import { visibleOfStatus, visiblePosts } from './visible-posts.js';
import type { PostStatus, PostType } from './post-fields.schemas.js';
import { type ListPostsQuery, type PostField, usualFilter } from './post-lists.schemas.js';

/** RFC 3339 text with the microseconds of PostgreSQL, for rows and JSON. */
export const time = (column: Sql): Sql => sql`replace(timezone('UTC', ${column})::text, ' ', 'T') || 'Z'`;

/** One column over `posts p` for each field of the view. */
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
  parentId: sql`p.parent_id AS "parentId"`,
  featured: sql`p.featured`,
  commentsOpen: sql`p.comments_open AS "commentsOpen"`,
  meta: sql`p.meta`,
  commentCount: sql`p.comment_count AS "commentCount"`,
};

/** Joins users. */
export const AUTHOR = sql`(SELECT row_to_json(a) FROM (
  SELECT u.id, u.name, u.avatar_url AS "avatarUrl" FROM users u WHERE u.id = p.author_id) a) AS author`;

/** Joins tags. json_agg would separate them with line breaks, which other callers do not read. */
export const TAGS = sql`to_json(ARRAY(SELECT row_to_json(named) FROM (
  SELECT t.slug, t.name FROM post_tags pt JOIN tags t ON t.id = pt.tag_id
  WHERE pt.post_id = p.id ORDER BY pt.position) named)) AS tags`;

/** The private edit of a post, for those who may edit it. Joins users. */
export const PENDING = sql`(SELECT json_build_object('number', r.number, 'note', r.note, 'author', (
    SELECT row_to_json(a) FROM (
      SELECT u.id, u.name, u.avatar_url AS "avatarUrl" FROM users u WHERE u.id = r.author_id) a),
    'createdAt', ${time(sql`r.created_at`)}, 'fields', e.fields)
  FROM post_pending_edits e JOIN post_revisions r ON r.post_id = e.post_id AND r.number = e.number
  WHERE e.post_id = p.id) AS "pendingRevision"`;

const NOT_IN_LISTS: PostField[] = ['body', 'html'];
const ALL_FIELDS = Object.keys(COLUMN) as PostField[];

const LISTED_COLUMNS = join(
  ALL_FIELDS.filter((name) => !NOT_IN_LISTS.includes(name)).map((name) => COLUMN[name]),
);

/** The tags of a post from the links in `given`: the statement that has linked them does not see its links yet. Joins tags. */
const GIVEN_TAGS = sql`to_json(ARRAY(SELECT row_to_json(named) FROM (
  SELECT t.slug, t.name FROM given JOIN tags t ON t.id = given.tag_id
  WHERE given.post_id = p.id ORDER BY given.position) named)) AS tags`;

/** The fields of `ListedPost` of a post that the statement itself has created. */
export const LISTED_NEW = sql`${LISTED_COLUMNS}, ${AUTHOR}, ${GIVEN_TAGS}`;

/** The fields of `ListedPost`. */
export const LISTED = sql`${LISTED_COLUMNS}, ${AUTHOR}, ${TAGS}`;

/** All fields of a post with author and tags. */
export const WHOLE = sql`${join(Object.values(COLUMN))}, ${AUTHOR}, ${TAGS}`;

/** The columns of a list. There is one statement for all values of `fields` and `include`. */
export function listColumns({ fields, include }: ListPostsQuery): Sql {
  const names = fields
    ? [...new Set<PostField>(['id', ...fields])]
    : ALL_FIELDS.filter((name) => !NOT_IN_LISTS.includes(name));
  const columns = names.map((name) => COLUMN[name]);
  if (include.includes('author')) columns.push(AUTHOR);
  if (include.includes('tags')) columns.push(TAGS);
  return join(columns);
}

/**
 * Never null: posts that are not public are sorted by their last change. The index posts_listed_idx uses the same
 * expression.
 */
const LISTED_AT = sql`(CASE WHEN p.status = 'published' THEN p.published_at ELSE p.updated_at END)`;

/** A list of posts by tag. For a tag that is frequent and old, it reads every post. */
export const LIST_BY_TAG: BoundRead = {
  what: 'The list of posts by tag',
  timeout: 'SEARCH_TIMEOUT_MS',
  advice: 'Use `cursor` instead of a late `page`, or add another filter.',
};

/** The class of locks that the trigger posts_stamp uses. */
const POST_WRITERS = 771_001;

export const SORT_KEYS: Record<ListPostsQuery['sort']['key'], SortKey> = {
  publishedAt: { expression: LISTED_AT, type: 'timestamptz', writers: POST_WRITERS },
  createdAt: { expression: sql`p.created_at`, type: 'timestamptz', writers: POST_WRITERS },
  updatedAt: { expression: sql`p.updated_at`, type: 'timestamptz', writers: POST_WRITERS },
};

/** The columns of `PostSource`. */
export const SOURCE = raw(
  'p.body, p.body_format AS "bodyFormat", p.body_dialect AS "bodyDialect", p.body_context AS "bodyContext"',
);

/** The columns of `ShownPost` and `PostOfEvent`. */
export const OF_EVENT = raw('id, slug, status, version, author_id AS "authorId"');

/** A condition that matches a post by its id or slug. */
export const named = (idOrSlug: string): Sql =>
  isId(idOrSlug) ? sql`p.id = ${idOrSlug}` : sql`p.slug = ${idOrSlug}`;

/** Returns each status and type separately, because the index has the order of a list only within one of each. */
function groupsOf({ filter }: ListPostsQuery, by: Principal | null): Sql[] {
  const { type, status, publishedAt } = { ...usualFilter(filter), ...filter };
  const constants = (words: (PostType | PostStatus)[]) => [...new Set(words)].sort();
  return constants(status).flatMap((oneStatus) => {
    const shown = visibleOfStatus(by, oneStatus as PostStatus);
    if (!shown) return [];
    // Both are equal if a post is public, and the index in the order of lists can then find a range.
    const at = oneStatus === 'published' ? LISTED_AT : sql`p.published_at`;
    const since = publishedAt?.gte ? sql`AND ${at} >= ${publishedAt.gte}` : empty;
    const until = publishedAt?.lt ? sql`AND ${at} < ${publishedAt.lt}` : empty;
    return constants(type).map(
      (oneType) =>
        sql`p.status = ${raw(`'${oneStatus}'`)} AND p.type = ${raw(`'${oneType}'`)} ${shown} ${since} ${until}`,
    );
  });
}

/** The posts of tags, as TaggedPosts reads them. */
export const taggedPosts = (by: Principal | null): Sql =>
  sql`post_tags tagged JOIN posts tp ON tp.id = tagged.post_id AND ${visiblePosts(by, 'tp')}`;

/** The accounts that have a post with a tag, for TaggedPosts. */
export const ownersOfTagged = (tagId: Sql): Sql => sql`ARRAY(
  SELECT DISTINCT tp.author_id FROM post_tags tagged JOIN posts tp ON tp.id = tagged.post_id
  WHERE tagged.tag_id = ${tagId})`;

/** Below this number of posts, it is cheaper to read and sort all of them than to search the list for them. */
const FEW = raw('5000');

/**
 * The posts of a tag, in two parts, one of which is always empty: the posts of a rare tag are read directly, and
 * those of a frequent tag while reading the list. The server decides this when it runs the statement, because it
 * does not know the count when it plans. Joins tags.
 */
function tagged(slugs: string[]): Sql[] {
  // For an array, the planner expects ten tags and considers a search in it as expensive.
  const ids =
    slugs.length === 1
      ? sql`(SELECT f.id FROM tags f WHERE f.slug = ${slugs[0]})`
      : sql`ANY(ARRAY(SELECT f.id FROM tags f WHERE f.slug = ANY(${slugs})))`;
  const links = sql`FROM post_tags ft WHERE ft.tag_id = ${ids}`;
  const isCommon = sql`EXISTS (SELECT ${links} OFFSET ${FEW})`;
  return [
    sql`AND NOT ${isCommon} AND p.id = ANY(ARRAY(SELECT ft.post_id ${links}))`,
    sql`AND ${isCommon} AND EXISTS (SELECT 1 ${links} AND ft.post_id = p.id)`,
  ];
}

function writtenBy(authorIds: Id[]): Sql {
  return authorIds.length === 1
    ? sql`AND p.author_id = ${authorIds[0]}`
    : sql`AND p.author_id = ANY(${authorIds}::uuid[])`;
}

/** The index posts_featured_idx has the order of a list, and contains featured posts only. */
function markedAs(featured: boolean | undefined): Sql {
  if (featured === undefined) return empty;
  return featured ? sql`AND p.featured` : sql`AND NOT p.featured`;
}

const below = (pages: Id[]): Sql => sql`AND p.parent_id = ANY(${pages}::uuid[])`;

/** The parts of a list that the caller can see, as conditions over `posts p`. No post is in two of them. */
function partsOf(query: ListPostsQuery, by: Principal | null): Sql[] {
  const { filter, q } = query;
  const author = filter.authorId ? writtenBy(filter.authorId) : empty;
  const parent = filter.parentId ? below(filter.parentId) : empty;
  const words = q ? sql`AND p.search @@ websearch_to_tsquery('simple', ${searchTerms(q)})` : empty;
  const tags = filter.tag ? tagged(filter.tag) : [empty];
  const parts = groupsOf(query, by).flatMap((group) =>
    tags.map((tag) => sql`${group} ${author} ${parent} ${markedAs(filter.featured)} ${tag} ${words}`),
  );
  return parts.length > 0 ? parts : [sql`false`];
}

/**
 * The rows of a page as `p`, with their sort key as `p.key`. The other columns are read only for selected rows, so
 * that rows before a numbered page cost little.
 * @param before excludes rows with this sort key or a later one
 */
export function pageOf(
  query: ListPostsQuery,
  by: Principal | null,
  start: Position | undefined,
  before?: string,
): Sql {
  const key = SORT_KEYS[query.sort.key];
  const { after, orderBy, limit } = keyset(key, sql`p.id`, query, start, before);
  const parts = partsOf(query, by);
  const rowsOf = (part: Sql, most: Sql) => sql`
    SELECT p.*, ${key.expression} AS key FROM posts p WHERE ${part} ${after} ${orderBy} ${most}`;
  if (parts.length === 1) return sql`(${rowsOf(parts[0] as Sql, limit)}) p`;
  const through = sql`LIMIT ${raw(String((query.page ?? 1) * query.limit + 1))}`;
  const all = join(
    parts.map((part) => sql`(${rowsOf(part, through)})`),
    ' UNION ALL ',
  );
  return sql`(SELECT * FROM (${all}) p ${pageOrder(query)} ${limit}) p`;
}

/** The order of the rows of `pageOf`. */
export const pageOrder = (query: ListPostsQuery): Sql =>
  keyset({ expression: sql`p.key`, type: 'text' }, sql`p.id`, query, undefined).orderBy;
