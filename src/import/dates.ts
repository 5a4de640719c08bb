import type { Moment } from './import.model.js';

const SQL_DATE = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?$/;

/** RFC 2822 takes 37; the parser of dates would read any length. */
const LONGEST = 100;

/**
 * A moment as exports write it: SQL's form (UTC), ISO 8601, RFC 2822 or milliseconds since 1970. Null for
 * everything else, WordPress' '0000-00-00 00:00:00' of a draft among it.
 */
export function parseDate(value: unknown): Date | null {
  if (typeof value === 'number') return valid(new Date(value));
  if (typeof value !== 'string' || !value || value.length > LONGEST) return null;
  const sql = SQL_DATE.exec(value);
  if (sql) return valid(new Date(`${sql[1]}T${sql[2]}${sql[3] ?? ''}Z`));
  return valid(new Date(value));
}

/** Years 1 to 9999: what every other place of the API can write. */
function valid(date: Date): Date | null {
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999 ? date : null;
}

/** As PostgreSQL takes it. */
export const momentText = (moment: Moment): string =>
  typeof moment === 'string' ? moment : moment.toISOString();

export function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}

export function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}
