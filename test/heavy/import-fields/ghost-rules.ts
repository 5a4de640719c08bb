import { type FileEntity, type FileField, valueOf } from './file-entity.ts';
import type { Comment, Imported, Post, Tag, User } from './imported.ts';
import { sameBody, sameName, sameText, sameTime, squeezed } from './same.ts';

type Rule<T> = (value: string, result: T, row: FileEntity, found: Imported) => boolean;
type Rules<T> = Record<string, Rule<T>>;

const isDate: Rule<Post> = (value, post) =>
  sameTime(value, post.publishedAt, post.createdAt, post.scheduledAt, post.updatedAt);
const isUrl = (value: string, url: string | null | undefined) =>
  withoutSite(value) === withoutSite(url ?? '');
/** Ghost writes `__GHOST_URL__` for the address of the site. */
const withoutSite = (text: string) => text.replace(/^(?:__GHOST_URL__|https?:)?(?:\/\/[^/]+)?/, '');
const meta =
  (name: string): Rule<Post> =>
  (value, post) =>
    sameText(value, post.meta[name]) || isUrl(value, post.meta[name]);

/** The same text in another form: that of the first column which has text is the body. */
const form: Rule<Post> = (value, post, row) => {
  const first = ['html', 'lexical', 'mobiledoc', 'markdown', 'plaintext'].find((one) => valueOf(row, one));
  const isBody = first === 'html' || first === 'markdown' || valueOf(row, 'html') === '';
  return isBody && (post.body.trim() !== '' || squeezed(value) === '' || isEmptyDocument(value));
};
const isEmptyDocument = (value: string) =>
  value.startsWith('{') && !/"text":"[^"]|"src"|"html"|,1,"?[^"\]]|\["?[a-z]/i.test(value);

const POSTS: Rules<Post> = {
  id: () => true, // It connects posts with tags and authors, which the rules of their tables check.
  uuid: (value, post, _row, found) => found.ids.get(`post ${value}`) === post.id,
  title: (value, post) => sameText(value, post.title),
  slug: (value, post) => value.trim() === post.slug,
  html: (value, post) => sameBody(withPlace(value), withPlace(post.body)) || isInBody(value, post),
  lexical: form,
  mobiledoc: form,
  markdown: (value, post, row, found) => sameBody(value, post.body) || form(value, post, row, found),
  plaintext: form,
  feature_image: meta('featuredImage'),
  image: meta('featuredImage'),
  feature_image_alt: meta('featuredImageAlt'),
  feature_image_caption: meta('featuredImageCaption'),
  featured: (value, post) => post.featured === isTrue(value),
  page: (value, post) => (post.type === 'page') === isTrue(value),
  type: (value, post) => post.type === value,
  status: (value, post) => post.status === value,
  visibility: (value) => value === 'public',
  meta_title: meta('metaTitle'),
  meta_description: meta('metaDescription'),
  canonical_url: meta('canonicalUrl'),
  locale: meta('locale'),
  og_title: meta('ogTitle'),
  og_description: meta('ogDescription'),
  og_image: meta('ogImage'),
  twitter_title: meta('twitterTitle'),
  twitter_description: meta('twitterDescription'),
  twitter_image: meta('twitterImage'),
  custom_excerpt: (value, post) => sameText(value, post.excerpt),
  author_id: (value, post, row, found) =>
    userOf(value, found)?.id === post.authorId || hasAuthors(row, found),
  created_at: isDate,
  updated_at: isDate,
  published_at: isDate,
};

const withPlace = (html: string) => html.replaceAll('__GHOST_URL__', '').trim();
const isInBody = (html: string, post: Post) =>
  squeezed(html) !== '' && squeezed(html) === squeezed(post.body);
const isTrue = (value: string) => value === 'true' || value === '1';

const USERS: Rules<User> = {
  status: (value, user, _row, found) => value === 'active' && found.passwords.has(user.id),
  id: () => true, // It connects posts with accounts, which the rule of posts checks.
  name: (value, user) => sameText(value, user.name),
  email: (value, user) => value.trim().toLowerCase() === user.email?.toLowerCase(),
  bio: (value, user) => sameText(value, user.bio),
  website: (value, user) => URL.parse(value)?.href === URL.parse(user.website ?? '')?.href,
  profile_image: (value, user) => isUrl(value, user.avatarUrl),
  image: (value, user) => isUrl(value, user.avatarUrl),
  password: (value, user, _row, found) => found.passwords.get(user.id) === value,
};

const TAGS: Rules<Tag> = {
  id: () => true, // It connects posts with tags, which the rule of posts_tags checks.
  name: (value, tag) => sameName(value, tag.name),
  slug: (value, tag) => value.trim() === tag.slug,
  description: (value, tag) => sameText(value, tag.description),
  visibility: (value) => value === 'public',
};

const COMMENTS: Rules<Comment> = {
  id: (value, comment, _row, found) => found.ids.get(`comment ${value}`) === comment.id,
  edited_at: (value, comment) => sameTime(value, comment.updatedAt),
  post_id: (value, comment, _row, found) => postOf(value, found)?.id === comment.postId,
  parent_id: (value, comment, _row, found) => found.ids.get(`comment ${value}`) === comment.parentId,
  in_reply_to_id: (value, comment, _row, found) => found.ids.get(`comment ${value}`) === comment.parentId,
  status: (value, comment) => ({ published: 'visible', hidden: 'hidden' })[value] === comment.status,
  html: (value, comment) => sameBody(value, comment.body),
  created_at: (value, comment) => sameTime(value, comment.createdAt),
};

/** Tells whether the result of an import contains this column of a Ghost export. */
export function isBroughtFromGhost({ name, value }: FileField, row: FileEntity, found: Imported): boolean {
  const judge = <T>(result: T | undefined, rules: Rules<T>): boolean =>
    result !== undefined && (rules[name]?.(value, result, row, found) ?? false);
  switch (row.kind) {
    case 'posts':
      return judge(postOf(row.id, found), POSTS);
    case 'posts_meta':
      return name === 'id' || name === 'post_id' || judge(postOf(valueOf(row, 'post_id'), found), POSTS);
    case 'users':
      return judge(userOf(row.id, found), USERS);
    case 'tags':
      return judge(tagOf(row.id, found), TAGS);
    case 'comments':
      return judge(found.comments.get(found.ids.get(`comment ${row.id}`) ?? ''), COMMENTS);
    case 'posts_tags':
      return isLinked(postOf(valueOf(row, 'post_id'), found), row, found);
    case 'posts_authors':
      return isWritten(postOf(valueOf(row, 'post_id'), found), row, found);
    default:
      return false;
  }
}

/** A row that links a post with a tag is brought as a whole. */
function isLinked(post: Post | undefined, row: FileEntity, found: Imported): boolean {
  const tag = tagOf(valueOf(row, 'tag_id'), found);
  return post !== undefined && tag !== undefined && post.tags.some(({ slug }) => slug === tag.slug);
}

function isWritten(post: Post | undefined, row: FileEntity, found: Imported): boolean {
  return post !== undefined && userOf(valueOf(row, 'author_id'), found)?.id === post.authorId;
}

const hasAuthors = (row: FileEntity, found: Imported) => found.withAuthors.has(row.id);

function postOf(id: string, found: Imported): Post | undefined {
  const row = found.rows.get(`posts ${id}`);
  return found.posts.get(found.ids.get(`post ${row?.key}`) ?? '');
}

function userOf(id: string, found: Imported): User | undefined {
  const key = found.rows.get(`users ${id}`)?.key ?? id.toLowerCase();
  return found.users.get(found.ids.get(`user ${key}`) ?? '');
}

function tagOf(id: string, found: Imported): Tag | undefined {
  const row = found.rows.get(`tags ${id}`);
  return found.tags.find((tag) => sameName(tag.name, row ? valueOf(row, 'name') : ''));
}
