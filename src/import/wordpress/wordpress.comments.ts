import { plainText } from '../../platform/content/plain-text.js';
import { inThreads } from '../comment-threads.js';
import { parseDate } from '../dates.js';
import type { ImportedComment, Skipped } from '../import.model.js';
import { owned } from '../text.js';
import type { WordPressAuthors } from './wordpress.authors.js';
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

/** Returns the comments of an item, without the addresses and emails of their authors. */
export function readComments(
  item: WxrElement,
  now: Date,
  authors: WordPressAuthors,
  key: (kind: 'comment', id: string) => string,
): { kept: ImportedComment[]; skipped: Iterable<Skipped> } {
  const kept: ImportedComment[] = [];
  for (const comment of item.all('wp:comment')) {
    const status = statusOf(comment);
    if (status && !whyNoComment(comment, status)) kept.push(asComment(comment, status, now, authors, key));
  }
  return { kept: inThreads(kept), skipped: skippedOf(item) };
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

function asComment(
  comment: WxrElement,
  status: ImportedComment['status'],
  now: Date,
  authors: WordPressAuthors,
  key: (kind: 'comment', id: string) => string,
): ImportedComment {
  const parent = comment.value('wp:comment_parent').trim();
  const created = comment.value('wp:comment_date_gmt').trim();
  return {
    key: key('comment', comment.value('wp:comment_id').trim() || `line ${comment.line}`),
    parentKey: parent && parent !== '0' ? key('comment', parent) : null,
    authorKey: authors.numbered(comment.value('wp:comment_user_id')),
    authorName: plainText(comment.value('wp:comment_author')) || 'Anonymous',
    body: comment.value('wp:comment_content'),
    status,
    createdAt: parseDate(created) ?? parseDate(comment.value('wp:comment_date').trim()) ?? now,
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
  return comment.value('wp:comment_type').trim() || 'comment';
}
