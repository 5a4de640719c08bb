import type { Moment } from './import.model.js';

const SQL_DATE = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?$/;

/** RFC 2822 requires 37 characters. The date parser would otherwise read text of any length. */
const LONGEST = 100;

/**
 * Parses the formats of exports: SQL (UTC), ISO 8601, RFC 2822 or milliseconds since 1970. Returns null for
 * everything else, including '0000-00-00 00:00:00', which WordPress writes for drafts.
 */
export function parseDate(value: unknown): Date | null {
  if (typeof value === 'number') return valid(new Date(value));
  if (typeof value !== 'string' || !value || value.length > LONGEST) return null;
  const sql = SQL_DATE.exec(value);
  if (sql) return valid(new Date(`${sql[1]}T${sql[2]}${sql[3] ?? ''}Z`));
  return valid(new Date(value));
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
