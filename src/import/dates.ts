import type { Moment } from './import.model.js';

const MINUTE = 60_000;

/** '2015-03-01', '2015-03-01 21:08', '2015-03-01T21:08:20.5Z', '2015-03-01 21:08:20+01:00' and similar. */
const NUMERIC =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:[ T](?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?<part>\.\d{1,9})?)?(?: ?(?<zone>Z|[+-]\d\d:?\d\d))?)?$/;

/** RFC 2822: 'Tue, 27 Jan 2015 14:56:57 +0100'. */
const WRITTEN =
  /^(?:[A-Z][a-z]{2}, )?(?<day>\d{1,2}) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d))? (?<zone>[+-]\d{4}|[A-Z]{1,3})$/;

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** The names of zones that RFC 2822 defines, as hours before or behind UTC. */
const ZONES: ReadonlyMap<string, number> = new Map([
  ...['Z', 'GMT', 'UT', 'UTC'].map((name) => [name, 0] as const),
  ...['EDT', 'EST', 'CDT', 'CST', 'MDT', 'MST', 'PDT', 'PST'].map(
    (name, n) => [name, -4 - Math.ceil(n / 2)] as const,
  ),
]);

/**
 * Parses a date of an export: SQL, ISO 8601 or RFC 2822. Returns null for everything else, for a day that does not
 * exist, and for '0000-00-00 00:00:00' and '-0001-11-30 00:00:00', which WordPress writes for drafts. The result
 * never depends on the time zone of the machine.
 * @param offset the minutes that the zone of a date without a zone is ahead of UTC
 */
export function parseDate(value: unknown, offset = 0): Date | null {
  if (typeof value !== 'string') return null;
  const text = value.trim();
  const groups = (NUMERIC.exec(text) ?? WRITTEN.exec(text))?.groups;
  return groups ? momentOf(groups, offset) : null;
}

/** Parses a date of Ghost, which can also be the number of milliseconds since 1970. */
export function parseGhostDate(value: unknown): Date | null {
  return typeof value === 'number' && value !== 0 ? valid(new Date(value)) : parseDate(value);
}

/** Tells whether a text stands for no date at all, so that there is nothing to report. */
export const isNoDate = (text: string): boolean => /^(?:0|null|-?000[01]-.*|.* -0001 .*)?$/.test(text.trim());

function momentOf(groups: Record<string, string | undefined>, offset: number): Date | null {
  const { year, month = '', day, hour = 0, minute = 0, second = 0, part = '', zone } = groups;
  const monthIndex = MONTHS.includes(month) ? MONTHS.indexOf(month) : Number(month) - 1;
  const numbers = [year, monthIndex, day, hour, minute, second].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = numbers;
  const ahead = zone === undefined ? offset : zoneOffset(zone);
  if (ahead === undefined) return null;
  const date = new Date(0);
  date.setUTCFullYear(y, mo, d);
  date.setUTCHours(h, mi, s, Number(part.slice(1, 4).padEnd(3, '0')));
  const same = [
    ...[date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()],
    ...[date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()],
  ].every((number, n) => number === numbers[n]);
  return same ? valid(new Date(date.getTime() - ahead * MINUTE)) : null;
}

function zoneOffset(zone: string): number | undefined {
  const digits = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (!digits) {
    const hours = ZONES.get(zone);
    return hours === undefined ? undefined : hours * 60;
  }
  const minutes = Number(digits[2]) * 60 + Number(digits[3]);
  return digits[1] === '-' ? -minutes : minutes;
}

/** Accepts the years 1 to 9999, which are the years that the API can return. */
function valid(date: Date): Date | null {
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999 ? date : null;
}

/** Formats a moment for PostgreSQL. */
export const momentText = (moment: Moment): string =>
  typeof moment === 'string' ? moment : moment.toISOString();

export function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}

export function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}
