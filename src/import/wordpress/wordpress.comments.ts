import { note } from '../../platform/content/note.js';
import { plainText } from '../../platform/content/plain-text.js';
import { inThreads, undatedComments } from '../comment-threads.js';
import type { ImportedComment, ImportedPost, Moment, Skipped } from '../import.model.js';
import { markupFields } from '../lost-markup.js';
import type { OmittedFields } from '../omitted-fields.js';
import { cut, owned } from '../text.js';
import type { WordPressAuthors } from './wordpress.authors.js';
import type { SiteClock } from './wordpress.dates.js';
import type { WxrElement } from './wxr-element.js';

const STATUSES: ReadonlyMap<string, ImportedComment['status']> = new Map([
  ['1', 'visible'],
  ['approve', 'visible'],
  ['approved', 'visible'],
  ['0', 'pending'],
  ['hold', 'pending'],
]);

const AUTHOR = 'wp:comment_author';

/** The title only helps to recognize the post, and is repeated for each comment. */
const LONGEST_TITLE = 200;

/** What the comments of all posts share. */
interface Site {
  clock: SiteClock;
  authors: WordPressAuthors;
  omitted: OmittedFields;
  key: (kind: 'comment', id: string) => string;
}

/** Returns the comments of an item, without the addresses and emails of their authors. */
export function readComments(
  item: WxrElement,
  post: Pick<ImportedPost, 'title' | 'createdAt' | 'publishedAt'>,
  site: Site,
): { kept: ImportedComment[]; notes: string[]; skipped: Iterable<Skipped> } {
  const kept: ImportedComment[] = [];
  let undated = 0;
  for (const comment of item.all('wp:comment')) {
    const status = statusOf(comment);
    if (!status || whyNoComment(comment, status)) continue;
    const date = site.clock.commentDate(comment);
    if (!date) undated += 1;
    const one = asComment(comment, status, date ?? post.publishedAt ?? post.createdAt, site);
    omitAccount(comment, one, site.authors);
    const bearer = { kind: 'comment', key: one.key, title: post.title };
    site.omitted.addAll(bearer, comment.leftOver());
    site.omitted.addEach(bearer, markupFields(AUTHOR, comment.value(AUTHOR)));
    kept.push(one);
  }
  const notes = undated > 0 ? [undatedComments(undated)] : [];
  return { kept: inThreads(kept), notes, skipped: skippedOf(item) };
}

/** Yields the comments of an item that is neither a post nor a page. */
export function* commentsOfSkipped(item: WxrElement, reason: string): Generator<Skipped, void, void> {
  const title = titleOf(item);
  for (const comment of item.all('wp:comment'))
    yield asSkipped(comment, title, `it belongs to an item that is not imported (${reason})`);
}

/** Yields one item at a time, because an item can contain a large number of comments. */
function* skippedOf(item: WxrElement): Generator<Skipped, void, void> {
  const title = titleOf(item);
  for (const comment of item.all('wp:comment')) {
    const reason = whyNoComment(comment, statusOf(comment));
    if (reason) yield asSkipped(comment, title, reason);
  }
}

const titleOf = (item: WxrElement) => cut(plainText(item.value('title')), LONGEST_TITLE);

const statusOf = (comment: WxrElement) => STATUSES.get(comment.value('wp:comment_approved'));

function whyNoComment(comment: WxrElement, status: string | undefined): string | null {
  const type = kind(comment);
  if (type === 'pingback' || type === 'trackback') return `${type}s are not imported`;
  if (type !== 'comment') return note`the comment type ${type} is not imported`;
  if (!status) return note`its status is ${comment.value('wp:comment_approved')}`;
  return null;
}

/** A comment has the name of its author or that of an account. The comment omits the other one. */
function omitAccount(
  comment: WxrElement,
  { authorKey, authorName }: ImportedComment,
  authors: WordPressAuthors,
): void {
  const account = comment.value('wp:comment_user_id');
  if (authorKey === null && account !== '0') comment.omitField('wp:comment_user_id');
  if (authorKey !== null && authors.nameOf(account) !== authorName) comment.omitField('wp:comment_author');
}

function asComment(
  comment: WxrElement,
  status: ImportedComment['status'],
  createdAt: Moment,
  { authors, key }: Site,
): ImportedComment {
  const parent = comment.value('wp:comment_parent');
  return {
    key: key('comment', comment.value('wp:comment_id') || `line ${comment.line}`),
    parentKey: parent && parent !== '0' ? key('comment', parent) : null,
    authorKey: authors.numbered(comment.value('wp:comment_user_id')),
    authorName: plainText(comment.value('wp:comment_author')) || 'Anonymous',
    body: comment.value('wp:comment_content'),
    bodyDialect: 'wordpress',
    status,
    createdAt,
  };
}

function asSkipped(comment: WxrElement, title: string, reason: string): Skipped {
  return {
    kind: owned(kind(comment)),
    key: owned(comment.value('wp:comment_id')),
    title: owned(`${plainText(comment.value('wp:comment_author'))} on “${title}”`),
    reason,
  };
}

function kind(comment: WxrElement): string {
  return comment.value('wp:comment_type') || 'comment';
}
