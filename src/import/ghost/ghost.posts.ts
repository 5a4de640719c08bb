import { note } from '../../platform/content/note.js';
import { earlier, isNoDate, later, parseGhostDate } from '../dates.js';
import type { ImportedPost } from '../import.model.js';
import { oneLine } from '../text.js';
import { flag, text, type Values } from './ghost-columns.js';

/** Returns a post without its body, author, tags and comments. */
export function readPost(values: Values, now: Date): ImportedPost {
  const dates = readDates(values, now);
  const { published, createdAt } = dates;
  const title = oneLine(text(values, 'title'));
  const why = whyDraft(values, published, now);
  return {
    key: `ghost post ${text(values, 'uuid') || text(values, 'slug') || text(values, 'id')}`,
    type: isPage(values) ? 'page' : 'post',
    title: title || '(untitled)',
    slug: text(values, 'slug') || null,
    excerpt: text(values, 'custom_excerpt') || null,
    body: '',
    bodyFormat: 'html',
    createdAt,
    updatedAt: later(parseGhostDate(values['updated_at']) ?? createdAt, createdAt),
    authorKey: '',
    tags: [],
    comments: [],
    ...state(text(values, 'status'), why, published, createdAt, now),
    notes: [
      ...(why ? [`${why}: imported as a draft`] : []),
      ...(title ? [] : ['has no title']),
      ...dates.notes,
      ...lostDate(text(values, 'status'), why, dates, now),
    ],
  };
}

const DATES = ['published_at', 'created_at', 'updated_at'];

function readDates(values: Values, now: Date) {
  const published = parseGhostDate(values['published_at']);
  const created = parseGhostDate(values['created_at']) ?? published ?? parseGhostDate(values['updated_at']);
  const isUndated = created !== null && !published && text(values, 'status') === 'published';
  const notes = [
    ...DATES.flatMap((column) => dateFault(values[column])),
    ...(created ? [] : ['has no date; imported with the time of the import']),
    ...(isUndated ? ['has no date of publication; imported with the date of its creation'] : []),
  ];
  return { published, createdAt: earlier(created ?? now, now), notes };
}

function dateFault(value: unknown): string[] {
  if (value === null || value === undefined || value === 0 || parseGhostDate(value)) return [];
  const shown = typeof value === 'string' || typeof value === 'number' ? String(value) : typeof value;
  return isNoDate(shown) ? [] : [note`${shown} is not a date`];
}

/** Ghost 1 and 2 use `page: 0 | 1`, later versions use `type`. */
export function isPage(values: Values): boolean {
  return text(values, 'type') === 'page' || flag(values, 'page');
}

function state(status: string, why: string | null, published: Date | null, createdAt: Date, now: Date) {
  if (!why && status === 'published') {
    const publishedAt = earlier(published ?? createdAt, now);
    return { status: 'published', publishedAt, scheduledAt: null } as const;
  }
  if (!why && status === 'scheduled') {
    return { status: 'scheduled', publishedAt: null, scheduledAt: published } as const;
  }
  return { status: 'draft', publishedAt: null, scheduledAt: null } as const;
}

/** Returns a note for a date of publication that the post does not have here. Ghost keeps that of a former post as a draft. */
function lostDate(
  status: string,
  why: string | null,
  { published, createdAt }: Pick<ReturnType<typeof readDates>, 'published' | 'createdAt'>,
  now: Date,
): string[] {
  if (!published || status === 'draft' || published.getTime() === createdAt.getTime()) return [];
  const time = published.toISOString();
  if (why) return [note`its date of publication ${time} was not imported`];
  return status === 'published' && published > now
    ? [note`its date ${time} is in the future; published with the time of the import`]
    : [];
}

/** Returns the reason why a post is imported as a draft, or null if it keeps its status. */
function whyDraft(values: Values, published: Date | null, now: Date): string | null {
  const status = text(values, 'status');
  const visibility = text(values, 'visibility') || 'public';
  if (status === 'draft') return null;
  if (status === 'sent') return 'sent by email only';
  if (status !== 'published' && status !== 'scheduled') return note`its status is ${status}`;
  if (visibility !== 'public') return note`visible to ${visibility}`;
  if (status === 'published') return null;
  if (!published) return 'scheduled without a time';
  return published <= now ? 'scheduled time has passed' : null;
}
