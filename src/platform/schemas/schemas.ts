import { z } from 'zod';

function codePoints(text: string) {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** PostgreSQL cannot store U+0000, and a lone surrogate is not valid text. */
const isText = (text: string) => !text.includes('\0') && text.isWellFormed();

/** The same rules as patterns in the document. Each takes time linear in the text. */
const NO_NUL = '^[^\\x00]*$';
/** White space and control characters: nobody can see them alone. */
const UNSEEN = '\\s\\x01-\\x1f\\x7f-\\x9f';
const NOT_BLANK = `^[${UNSEEN}]*[^${UNSEEN}\\x00][^\\x00]*$`;
const SEEN = new RegExp(`[^${UNSEEN}\\x00]`);

/** Checks the number of Unicode code points, as JSON Schema counts them, because `max` of zod counts UTF-16 units. */
const isWithin = (value: string, max: number) => value.length <= max || codePoints(value) <= max;

/** Limits a string to a number of Unicode code points, and documents the limit. */
export const atMost = <T extends z.ZodType<string, string>>(schema: T, max: number) =>
  schema
    .refine((value) => isWithin(value, max), `must have at most ${max} characters`)
    .meta({ maxLength: max });

/**
 * Text of `min` to `max` Unicode code points (as JSON Schema counts them), without NUL, and if `min` is above 0 with a
 * character that can be seen. It is stored as it was sent.
 */
export const text = (min: number, max: number) =>
  z
    .string()
    .refine(isText, 'must not contain NUL or an unpaired surrogate')
    .refine((value) => isWithin(value, max), `must have at most ${max} characters`)
    .refine(
      (value) => min === 0 || (SEEN.test(value) && codePoints(value) >= min),
      `must have at least ${min} characters that are not blank`,
    )
    .meta({ minLength: min, maxLength: max, pattern: min === 0 ? NO_NUL : NOT_BLANK });

/** A UUIDv7 in lower case. Any UUID is accepted, because an unknown one is a 404, not a 400. */
export const Id = z
  .guid('must be a UUID')
  .toLowerCase()
  .meta({ description: 'The id, a UUIDv7.', examples: ['019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41'] });
export type Id = string;

/** RFC 3339 requires seconds. More than nine decimals are refused: PostgreSQL stores six. */
const WHOLE_TIME = /T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

const FRACTION = /\.\d+/;
const OFFSET = /[+-]\d\d:\d\d$/;
/** PostgreSQL rounds to microseconds, and from here on to the next second. */
const NEXT_SECOND = 0.999_999_5;

/** RFC 3339 has no year 10000, so a response could not contain a time that the offset or the rounding moves there. */
function isInFourDigitYears(value: string): boolean {
  const seconds = Date.parse(value.replace(FRACTION, ''));
  const rounding = Number(FRACTION.exec(value)?.[0] ?? 0) < NEXT_SECOND ? 0 : 1000;
  return seconds >= Date.parse('0001-01-01T00:00:00Z') && seconds + rounding < Date.UTC(10_000, 0);
}

/** Returns the same time in UTC: RFC 3339 permits offsets up to 23:59, and PostgreSQL less than 16 hours. */
function inUtc(value: string): string {
  if (!OFFSET.test(value)) return value;
  const seconds = new Date(value.replace(FRACTION, '')).toISOString().slice(0, '0000-00-00T00:00:00'.length);
  return `${seconds}${FRACTION.exec(value)?.[0] ?? ''}Z`;
}

const A_TIME = 'must be an RFC 3339 time such as 2026-11-20T18:51:12Z';

/** Explains common mistakes: a date without a time, a time without an offset, and a + that a URL turned into a space. */
function whyNoTime(value: unknown): string {
  if (typeof value !== 'string') return A_TIME;
  if (/^\d{4}-\d\d-\d\d$/.test(value))
    return `${A_TIME}, not a date. For the start of this day in UTC, use ${value}T00:00:00Z`;
  if (/^[\dT:.-]{16,40}$/.test(value)) return `${A_TIME}, with Z or an offset at its end`;
  return /^[\dT:.-]{16,40} \d\d:?\d\d$/.test(value)
    ? `${A_TIME}. In a URL, write the + of an offset as %2B`
    : A_TIME;
}

export const EXAMPLE_TIME = '2026-11-20T18:51:12.123456Z';

/** RFC 3339 in UTC, up to microseconds: `2026-11-20T18:51:12.123456Z`. A request can have any offset. */
export const Timestamp = z.iso
  .datetime({ offset: true, abort: true, error: ({ input }) => whyNoTime(input) })
  .refine((value) => WHOLE_TIME.test(value), { abort: true, error: A_TIME })
  .refine((value) => !Number.isNaN(Date.parse(value)), {
    abort: true,
    error: 'must be a date and time that exists',
  })
  .refine(isInFourDigitYears, { abort: true, error: 'must be in the years 1 to 9999 in UTC' })
  .overwrite(inUtc)
  .meta({ examples: [EXAMPLE_TIME] });
export type Timestamp = string;

/** Lower-case words of ASCII letters and digits, joined by hyphens. */
export const Slug = z
  .string()
  .max(100, 'must have at most 100 characters')
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must consist of lowercase letters, digits and single hyphens')
  .meta({ examples: ['hello-world'] });

/** The slug of a tag or a post as a response contains it. An import keeps slugs with other characters. */
export const AnySlug = z
  .string()
  .describe(
    'The slug. Galley creates slugs of lowercase letters, digits and hyphens. An imported slug can contain other letters and signs, so percent-encode it in a URL.',
  )
  .meta({ examples: ['hello-world'] });

/** The identifier of a resource in a path. An unknown one is a 404, not a 400. */
export const PathKey = text(1, 200).meta({ examples: ['hello-world'] });

/** The host of a link must be obvious to readers: `https://galley.example@evil.example/` shows the wrong name. */
function namesNoUser(address: string) {
  const { username = '', password = '' } = URL.parse(address) ?? {};
  return username === '' && password === '';
}

/**
 * `http` or `https`, stored as the WHATWG URL standard serializes it (spaces, quotes and brackets percent-encoded),
 * at most 2,000 characters.
 */
export const WebAddress = atMost(
  z
    .string()
    .refine(isText, {
      error: 'must not contain NUL or an unpaired surrogate', // The URL parser would replace them.
      abort: true,
    })
    .check(z.url({ protocol: /^https?$/, normalize: true, error: 'must be an http or https URL' }))
    .refine(namesNoUser, 'must not contain a user name or a password'),
  2000,
).meta({ examples: ['https://example.com/ada'] });

/** The schema of the value that a text in a URL represents. The document contains it instead of the text. */
export const STANDS_FOR = 'x-stands-for';

/** The setting that defines the minimum length in this deployment. The document of a server contains its value. */
export const LEAST_BY_SETTING = 'x-least-by-setting';

const MOST_VALUES = 100;

/**
 * Comma-separated values, where a comma means "or", documented as an array.
 * @param emptyIsNone an empty text is an empty list, and not one empty value
 */
export const csv = <T extends z.ZodType<unknown, string>>(item: T, { emptyIsNone = false } = {}) =>
  z
    .string()
    .transform((value) => (emptyIsNone && value === '' ? [] : value.split(',')))
    .pipe(z.array(item).max(MOST_VALUES))
    .meta({
      [STANDS_FOR]: z
        .array(item)
        .min(emptyIsNone ? 0 : 1)
        .max(MOST_VALUES),
    });

/** `true` or `false`, documented as a boolean. */
export const queryFlag = () =>
  z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .meta({ [STANDS_FOR]: z.boolean() });

const MOST_INT32 = 2 ** 31 - 1;

/** The non-negative values of PostgreSQL's `integer`: 0 to 2,147,483,647. */
export const Count = z.int().min(0).max(MOST_INT32);

/** The version of a resource. Each edit increases it by one. */
export const Version = z
  .int()
  .min(1)
  .max(MOST_INT32)
  .describe('The version of the resource. Each edit increases it by one. It is the first part of the ETag.')
  .meta({ examples: [1] });

const MOST_ITEMS = 100;

const PageMeta = z
  .object({
    nextCursor: z
      .string()
      .nullable()
      .describe('The `cursor` of the next page, or null on the last page.')
      .meta({ examples: [null] }),
  })
  .meta({ id: 'PageMeta' });

/** The envelope of every list. */
export const page = <T extends z.ZodType>(id: string, item: T) =>
  z
    .object({
      data: z.array(item).max(MOST_ITEMS),
      meta: PageMeta,
    })
    .meta({ id });

export interface Page<T> {
  data: T[];
  meta: { nextCursor: string | null };
}
