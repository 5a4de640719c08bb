import { isNoDate, parseDate } from '../dates.js';
import type { WxrElement } from './wxr-elements.js';

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

  /** Returns the dates of a post: in UTC, else the local one, else the `pubDate`. */
  postDates(item: WxrElement): PostDates {
    const notes = [...faultsOf(item, 'wp:post_date'), ...faultsOf(item, 'wp:post_modified')];
    const known = this.read(item, 'wp:post_date') ?? parseDate(item.value('pubDate'));
    const date = known ?? parseDate(item.value('wp:post_date'));
    if (date && !known) notes.push('its date names no time zone; read as UTC');
    return { date, modified: this.read(item, 'wp:post_modified'), notes };
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

const faultsOf = (item: WxrElement, name: string): string[] =>
  [item.value(`${name}_gmt`), item.value(name)]
    .filter((text) => !isNoDate(text) && !parseDate(text))
    .map((text) => `"${text.slice(0, 50)}" is not a date`);
