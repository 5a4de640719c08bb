import { hasAddress } from './address.ts';
import { type FileEntity, type FileField, valueOf } from './file-entity.ts';
import type { Comment, Imported, Post, Tag, User } from './imported.ts';
import { decoded, sameBody, sameName, sameText, sameTime, squeezed } from './same.ts';

type Rule<T> = (value: string, result: T, entity: FileEntity, found: Imported) => boolean;
type Rules<T> = Record<string, Rule<T>>;

const META = 'wp:postmeta ';

const STATUSES: Record<string, string[]> = {
  publish: ['published', 'draft'],
  future: ['scheduled', 'published', 'draft'],
  draft: ['draft'],
  trash: ['archived'],
};
const APPROVED: Record<string, string> = {
  1: 'visible',
  approve: 'visible',
  approved: 'visible',
  0: 'pending',
  hold: 'pending',
};

const isDate: Rule<Post> = (value, post) =>
  sameTime(value, post.publishedAt, post.createdAt, post.scheduledAt, post.updatedAt);

/** Some plugins write the local time with the zone of UTC. */
const inNoZone = (value: string) => new Date(value).toJSON()?.slice(0, 19).replace('T', ' ') ?? value;

const POST: Rules<Post> = {
  title: (value, post) => sameText(value, post.title),
  link: (value, post, item, found) =>
    value.trim() === post.meta['originalUrl'] || hasAddress(value, item.id, post, found),
  guid: (value, post, item, found) => hasAddress(value, item.id, post, found) || isKey(value, post, found),
  pubDate: (value, post, item, found) => isDate(inNoZone(value), post, item, found),
  'dc:creator': (value, post, _item, found) =>
    found.ids.get(`author ${value.trim().toLowerCase()}`) === post.authorId,
  'content:encoded': (value, post) => sameBody(value, post.body),
  'excerpt:encoded': (value, post) => sameText(value, post.excerpt),
  'wp:post_id': (value, post, _item, found) => found.ids.get(`post ${value.trim()}`) === post.id,
  'wp:post_date': isDate,
  'wp:post_date_gmt': isDate,
  'wp:post_modified': isDate,
  'wp:post_modified_gmt': isDate,
  'wp:comment_status': (value, post) => value.trim() === (post.commentsOpen ? 'open' : 'closed'),
  'wp:post_name': (value, post) => decoded(value.trim()).replace(/__trashed(-\d+)?$/, '') === post.slug,
  'wp:status': (value, post) => STATUSES[value.trim()]?.[0] === post.status,
  'wp:post_parent': (value, post, _item, found) =>
    value.trim() === '0' ? post.parentId === null : found.ids.get(`post ${value.trim()}`) === post.parentId,
  'wp:post_type': (value, post) => value.trim() === post.type,
  'wp:menu_order': (value, post) => value.trim() === post.meta['menuOrder'],
  'wp:is_sticky': (value, post) => value.trim() === (post.featured ? '1' : '0'),
};

/** The GUID, or a number of another site, is stored to recognize the post after a move. */
function isKey(guid: string, post: Post, found: Imported): boolean {
  const url = URL.parse(guid.trim().replace(/&(?:amp|#0*38);/g, '&'));
  const stored = url?.host ? url.host.replace(/^www\./, '') + url.pathname + url.search : guid.trim();
  if (found.ids.has(`stored ${stored} ${post.id}`)) return true;
  const id = url?.searchParams.get('p') ?? url?.searchParams.get('page_id');
  return url !== null && found.ids.get(`guid ${url.host.replace(/^www\./, '')} ${id}`) === post.id;
}

const COMMENT: Rules<Comment> = {
  'wp:comment_id': (value, comment, _entity, found) =>
    found.ids.get(`comment ${value.trim()}`) === comment.id,
  'wp:comment_author': (value, comment) => sameText(value, comment.author?.name),
  'wp:comment_date': (value, comment) => sameTime(value, comment.createdAt),
  'wp:comment_date_gmt': (value, comment) => sameTime(value, comment.createdAt),
  'wp:comment_content': (value, comment) => sameBody(value, comment.body),
  'wp:comment_approved': (value, comment) => APPROVED[value.trim()] === comment.status,
  'wp:comment_type': (value) => value.trim() === 'comment',
  'wp:comment_parent': (value, comment, _entity, found) =>
    value.trim() === '0'
      ? comment.parentId === null
      : found.ids.get(`comment ${value.trim()}`) === comment.parentId,
  'wp:comment_user_id': (value, comment) => value.trim() === '0' || comment.author?.id !== null,
};

const AUTHOR: Rules<User> = {
  'wp:author_id': () => true, // It connects comments with accounts, which the rule of comments checks.
  'wp:author_login': (value, user, _entity, found) =>
    found.ids.get(`author ${value.trim().toLowerCase()}`) === user.id,
  'wp:author_email': (value, user) => value.trim().toLowerCase() === user.email?.toLowerCase(),
  'wp:author_display_name': (value, user) => sameText(value, user.name),
  'wp:author_first_name': (value, user) => squeezed(user.name).includes(squeezed(value)),
  'wp:author_last_name': (value, user) => squeezed(user.name).includes(squeezed(value)),
};

const slug: Rule<Tag> = (value, tag) => decoded(value.trim()) === tag.slug;
const name: Rule<Tag> = (value, tag) => sameName(value, tag.name);
const description: Rule<Tag> = (value, tag) => sameText(value, tag.description);
const TERM: Rules<Tag> = {
  'wp:category_nicename': slug,
  'wp:tag_slug': slug,
  'wp:term_slug': slug,
  'wp:cat_name': name,
  'wp:tag_name': name,
  'wp:term_name': name,
  'wp:category_description': description,
  'wp:tag_description': description,
  'wp:term_description': description,
  'wp:term_taxonomy': () => true, // Categories and tags become tags, as the documentation says.
};

/** Tells whether the result of an import contains this field of a WordPress export. */
export function isBroughtFromWxr(field: FileField, entity: FileEntity, found: Imported): boolean {
  const name = field.name;
  if (entity.role === 'item') return judge(found.posts.get(idOf(found, 'post', entity.id)), POST, ofItem);
  if (entity.role === 'comment') return judge(found.comments.get(idOf(found, 'comment', entity.id)), COMMENT);
  if (entity.role === 'author') return judge(found.users.get(idOf(found, 'author', entity.key)), AUTHOR);
  if (entity.role === 'term') return judge(tagOf(entity, found), TERM);
  return isOfSite(field);

  function judge<T>(result: T | undefined, rules: Rules<T>, more?: Rule<T>): boolean {
    if (!result) return false;
    return (
      rules[name]?.(field.value, result, entity, found) ?? more?.(field.value, result, entity, found) ?? false
    );
  }

  function ofItem(value: string, post: Post): boolean {
    if (name.startsWith('category ')) return hasTerm(name, value, post);
    return name.startsWith(META) && hasMeta(name.slice(META.length), value, post, found);
  }
}

const idOf = (found: Imported, kind: string, id: string) => found.ids.get(`${kind} ${id}`) ?? '';

function hasTerm(name: string, value: string, post: Post): boolean {
  if (name.startsWith('category post_format')) return hasFormat(value, post);
  const isSlug = name.endsWith(' nicename');
  return post.tags.some((tag) => (isSlug ? decoded(value.trim()) === tag.slug : sameName(value, tag.name)));
}

/** A post format has a name that depends on the language, and a slug such as 'post-format-aside'. */
const hasFormat = (value: string, post: Post) => post.meta['postFormat'] !== undefined && value !== '';

function hasMeta(key: string, value: string, post: Post, found: Imported): boolean {
  if (key === '_wp_trash_meta_status') return (value.trim() === 'publish') === (post.publishedAt !== null);
  if (key === '_wp_desired_post_slug') return decoded(value.trim()) === post.slug;
  if (key === '_wp_old_slug') return (post.meta['oldSlugs'] ?? '').split(',').includes(decoded(value.trim()));
  if (key === '_thumbnail_id') return post.meta['featuredImage'] === found.attachments.get(value.trim());
  // The fields of plugins for search engines have other names here.
  return (
    sameText(value, post.meta[key]) ||
    (key.startsWith('_') && Object.values(post.meta).some((one) => sameText(value, one)))
  );
}

function tagOf(entity: FileEntity, found: Imported): Tag | undefined {
  if (entity.kind !== 'category' && entity.kind !== 'post_tag') return undefined;
  const names = ['wp:cat_name', 'wp:tag_name', 'wp:term_name'].map((one) => valueOf(entity, one));
  return found.tags.find((tag) => sameName(tag.name, names.find(Boolean) ?? ''));
}

/** The addresses of the site are parts of the keys, which the test of a moved site checks. */
const isOfSite = ({ name }: FileField) => name === 'wp:base_blog_url' || name === 'link';
