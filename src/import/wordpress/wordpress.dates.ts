import { note } from '../../platform/content/note.js';
import { isNoDate, parseDate } from '../dates.js';
import type { WxrElement } from './wxr-element.js';

/** The dates of a post, or null for each one that the file does not contain. */
export interface PostDates {
  date: Date | null;
  modified: Date | null;
  notes: string[];
}

const MINUTE = 60_000;
const MOST_MONTHS = 5000;

/** The zone of a site, which its export does not contain. Items with a local date and one in UTC reveal it. */
export class SiteClock {
  private readonly offsets = new Map<string, number>();
  private lastOffset: number | undefined;

  /** Returns the dates of a post: in UTC, else the local one, else the `pubDate`. The item omits those of another time. */
  postDates(item: WxrElement): PostDates {
    const notes = [...faultsOf(item, 'wp:post_date'), ...faultsOf(item, 'wp:post_modified')];
    const known = this.read(item, 'wp:post_date') ?? parseDate(item.value('pubDate'));
    const date = known ?? parseDate(item.value('wp:post_date'));
    if (date && !known) notes.push('its date names no time zone; read as UTC');
    const modified = this.read(item, 'wp:post_modified');
    omitOthers(item, date, modified);
    return { date, modified, notes };
  }

  /** Returns the date of a comment. The comment omits what names another time or is no date. */
  commentDate(comment: WxrElement): Date | null {
    const local = comment.value('wp:comment_date');
    // A few hours matter less for a comment than its day, so a date with an unknown zone is read as UTC.
    const date = this.read(comment, 'wp:comment_date') ?? parseDate(local);
    if (isFault(comment.value('wp:comment_date_gmt'))) comment.omitField('wp:comment_date_gmt');
    if (isFault(local) || isOther(local, date)) comment.omitField('wp:comment_date');
    return date;
  }

  /** Returns a date of an element, or null if the file does not contain it or not its zone. */
  read(element: WxrElement, name: string): Date | null {
    const local = element.value(name);
    const date = parseDate(element.value(`${name}_gmt`));
    if (date) {
      this.learn(date, local);
      return date;
    }
    const offset = this.offsets.get(monthOf(local)) ?? this.lastOffset;
    return offset === undefined ? null : parseDate(local, offset);
  }

  private learn(date: Date, local: string): void {
    const offset = ((parseDate(local)?.getTime() ?? NaN) - date.getTime()) / MINUTE;
    if (!isOffset(offset)) return;
    this.lastOffset = offset;
    if (this.offsets.size < MOST_MONTHS) this.offsets.set(monthOf(local), offset);
  }
}

/** The offset changes with daylight saving time. */
const monthOf = (local: string) => local.slice(0, 7);

/** The zones of the world are at most 14 hours from UTC, in steps of a quarter of an hour. */
const isOffset = (minutes: number) => minutes % 15 === 0 && Math.abs(minutes) <= 14 * 60;

/** Omits the fields that name another time than the one that the post gets. Others that are no date have a note. */
function omitOthers(item: WxrElement, date: Date | null, modified: Date | null): void {
  const published = item.value('pubDate');
  if (isFault(published) || isOther(published, date, isZero)) item.omitField('pubDate');
  if (isOther(item.value('wp:post_date'), date)) item.omitField('wp:post_date');
  const isUnused = modified !== null && (date === null || modified < date);
  if (isUnused) item.omitField('wp:post_modified_gmt');
  if (isUnused || isOther(item.value('wp:post_modified'), modified)) item.omitField('wp:post_modified');
}

/** Tells whether a text is another time than the one that was read. A local date can be in any time zone. */
function isOther(text: string, date: Date | null, isSame = isOffset): boolean {
  const time = parseDate(text)?.getTime();
  return time !== undefined && !(date && isSame((time - date.getTime()) / MINUTE));
}

const isZero = (minutes: number) => minutes === 0;

const isFault = (text: string) => !isNoDate(text) && !parseDate(text);

const faultsOf = (item: WxrElement, name: string): string[] =>
  [item.value(`${name}_gmt`), item.value(name)].filter(isFault).map((text) => note`${text} is not a date`);
