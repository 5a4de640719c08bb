import { plainText } from '../../platform/content/plain-text.js';
import { inThreads, undatedComments } from '../comment-threads.js';
import { parseDate } from '../dates.js';
import type { ImportedComment, ImportedPost, Moment, Skipped } from '../import.model.js';
import { owned } from '../text.js';
import type { WordPressAuthors } from './wordpress.authors.js';
import type { SiteClock } from './wordpress.dates.js';
import type { WxrElement } from './wxr-elements.js';

const STATUSES: ReadonlyMap<string, ImportedComment['status']> = new Map([
  ['1', 'visible'],
  ['approve', 'visible'],
  ['approved', 'visible'],
  ['0', 'pending'],
  ['hold', 'pending'],
]);

/** The title only helps to recognize the post, and is repeated for each comment. */
const LONGEST_TITLE = 200;

/** What the comments of all posts share. */
interface Site {
  clock: SiteClock;
  authors: WordPressAuthors;
  key: (kind: 'comment', id: string) => string;
}

/** Returns the comments of an item, without the addresses and emails of their authors. */
export function readComments(
  item: WxrElement,
  post: Pick<ImportedPost, 'createdAt' | 'publishedAt'>,
  site: Site,
): { kept: ImportedComment[]; notes: string[]; skipped: Iterable<Skipped> } {
  const kept: ImportedComment[] = [];
  let undated = 0;
  for (const comment of item.all('wp:comment')) {
    const status = statusOf(comment);
    if (!status || whyNoComment(comment, status)) continue;
    const date = dateOf(comment, site.clock);
    if (!date) undated += 1;
    kept.push(asComment(comment, status, date ?? post.publishedAt ?? post.createdAt, site));
  }
  const notes = undated > 0 ? [undatedComments(undated)] : [];
  return { kept: inThreads(kept), notes, skipped: skippedOf(item) };
}

/** Yields one item at a time, because an item can contain a large number of comments. */
function* skippedOf(item: WxrElement): Generator<Skipped, void, void> {
  const title = plainText(item.value('title')).slice(0, LONGEST_TITLE);
  for (const comment of item.all('wp:comment')) {
    const reason = whyNoComment(comment, statusOf(comment));
    if (reason) yield asSkipped(comment, title, reason);
  }
}

const statusOf = (comment: WxrElement) => STATUSES.get(comment.value('wp:comment_approved'));

function whyNoComment(comment: WxrElement, status: string | undefined): string | null {
  const type = kind(comment);
  if (type === 'pingback' || type === 'trackback') return `${type}s are not imported`;
  if (type !== 'comment') return `the comment type "${type}" is not imported`;
  if (!status) return `its status is "${comment.value('wp:comment_approved')}"`;
  return null;
}

/** A few hours matter less for a comment than its day, so a date with an unknown zone is read as UTC. */
const dateOf = (comment: WxrElement, clock: SiteClock) =>
  clock.read(comment, 'wp:comment_date') ?? parseDate(comment.value('wp:comment_date'));

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
