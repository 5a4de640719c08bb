import { note } from '../../platform/content/note.js';
import { plainText } from '../../platform/content/plain-text.js';
import { earlier, later } from '../dates.js';
import type { ImportedPost } from '../import.model.js';
import { markupNotes } from '../lost-markup.js';
import { decodedSlug } from '../text.js';
import type { PostDates } from './wordpress.dates.js';
import type { PostNames } from './wordpress.names.js';
import type { WxrElement } from './wxr-element.js';

/** Returns the reason why an item is neither a post nor a page, or null if it is one. */
export function whyNoPost(type: string, status: string): string | null {
  if (type === '') return 'has no type';
  if (type === 'attachment') return 'media files are not imported';
  if (type === 'nav_menu_item') return 'menus are not imported';
  if (type === 'revision') return 'revisions are not imported';
  if (type !== 'post' && type !== 'page') return note`the type ${type} is not imported`;
  return status === 'inherit' ? 'revisions are not imported' : null;
}

/** Returns a post without its author, tags and comments. */
export function readPost(item: WxrElement, names: PostNames, dates: PostDates, now: Date): ImportedPost {
  const date = dates.date ?? now;
  const changed = dates.modified ?? earlier(date, now);
  const createdAt = date > now ? earlier(changed, now) : date;
  const title = plainText(item.value('title'));
  return {
    ...names,
    type: item.value('wp:post_type') === 'page' ? 'page' : 'post',
    title: title || '(untitled)',
    slug: decodedSlug(item.value('wp:post_name').replace(/__trashed(-\d+)?$/, '')),
    excerpt: plainText(item.value('excerpt:encoded')) || null,
    body: item.value('content:encoded'),
    bodyFormat: 'html',
    bodyDialect: 'wordpress',
    createdAt,
    updatedAt: later(changed, createdAt),
    authorKey: '',
    tags: [],
    comments: [],
    ...state(item, date, now),
    notes: [...notes(item, title, date, now), ...dates.notes, ...(dates.date ? [] : [NO_DATE])],
  };
}

type State = Pick<ImportedPost, 'status' | 'publishedAt' | 'scheduledAt'>;

const NO_DATE = 'has no date; imported with the time of the import';

const DRAFT: State = { status: 'draft', publishedAt: null, scheduledAt: null };

function state(item: WxrElement, date: Date, now: Date): State {
  const status = item.value('wp:status');
  if (status === 'trash') {
    const wasPublic = meta(item, '_wp_trash_meta_status') === 'publish' && !isProtected(item);
    return { status: 'archived', publishedAt: wasPublic ? earlier(date, now) : null, scheduledAt: null };
  }
  if (whyDraft(item, date, now)) return DRAFT;
  if (status === 'publish')
    return { status: 'published', publishedAt: earlier(date, now), scheduledAt: null };
  if (status === 'future') return { status: 'scheduled', publishedAt: null, scheduledAt: date };
  return DRAFT;
}

/** The other statuses that WordPress itself knows, and none. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  ...['pending', 'private', 'auto-draft'].map((status) => [status, status] as const),
  ['', 'no status'],
]);

/** Returns the reason why a post is imported as a draft, or null if it keeps its status. */
function whyDraft(item: WxrElement, date: Date, now: Date): string | null {
  const status = item.value('wp:status');
  if (status === 'trash' || status === 'draft') return null;
  if (isProtected(item)) return 'password-protected';
  if (status === 'publish') return null;
  if (status !== 'future') return KNOWN.get(status) ?? note`its status is ${status}`;
  return date <= now ? 'scheduled time has passed' : null;
}

function notes(item: WxrElement, title: string, date: Date, now: Date): string[] {
  const why = whyDraft(item, date, now);
  return [
    ...(why ? [`${why}: imported as a draft`] : []),
    ...(item.value('wp:status') === 'trash' ? ['trash: imported as archived'] : []),
    ...(why === null && isProtected(item) ? ['password-protected: its password was not imported'] : []),
    ...futureDate(item, date, now),
    ...(title ? [] : ['has no title']),
    ...markupNotes('title', item.value('title')),
    ...markupNotes('excerpt', item.value('excerpt:encoded')),
  ];
}

/** Only a scheduled post can have a date in the future. */
function futureDate(item: WxrElement, date: Date, now: Date): string[] {
  const { status } = state(item, date, now);
  if (date <= now || status === 'scheduled') return [];
  const time = date.toISOString();
  return status === 'published'
    ? [note`its date ${time} is in the future; published with the time of the import`]
    : [note`its date ${time} is in the future and was not imported`];
}

function isProtected(item: WxrElement): boolean {
  return item.value('wp:post_password') !== '';
}

function meta(item: WxrElement, name: string): string {
  const found = item.all('wp:postmeta').find((entry) => entry.value('wp:meta_key') === name);
  return found?.value('wp:meta_value') ?? '';
}
