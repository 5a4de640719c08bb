import { z } from 'zod';

const codePoints = (text: string) => {
  let count = 0;
  for (const _ of text) count++;
  return count;
};

/** PostgreSQL cannot store U+0000, and half a surrogate pair is not text. */
const isText = (text: string) => !text.includes('\0') && text.isWellFormed();

/** The same for readers of the document; each takes time linear in the text. */
const NO_NUL = '^[^\\x00]*$';
const NOT_BLANK = '^\\s*[^\\s\\x00][^\\x00]*$';

/** At most so many Unicode code points: zod's own `max` counts UTF-16 units, and JSON Schema does not. */
const isWithin = (value: string, max: number) => value.length <= max || codePoints(value) <= max;

/** Refuses a string of more Unicode code points, and documents it. */
export const atMost = <T extends z.ZodType<string, string>>(schema: T, max: number) =>
  schema
    .refine((value) => isWithin(value, max), `must have at most ${max} characters`)
    .meta({ maxLength: max });

/**
 * Text of `min` to `max` Unicode code points (as JSON Schema counts them),
 * without NUL, not only blanks when `min` is above 0. Kept as it was sent.
 */
export const text = (min: number, max: number) =>
  z
    .string()
    .refine(isText, 'must not contain NUL or an unpaired surrogate')
    .refine((value) => isWithin(value, max), `must have at most ${max} characters`)
    .refine(
      (value) => min === 0 || (value.trim() !== '' && codePoints(value) >= min),
      `must have at least ${min} characters that are not blank`,
    )
    .meta({ minLength: min, maxLength: max, pattern: min === 0 ? NO_NUL : NOT_BLANK });

/** A UUIDv7 in lower case. Any UUID is taken: an unknown one is a 404, not a 400. */
export const Id = z
  .guid('must be a UUID')
  .toLowerCase()
  .meta({ description: 'The id, a UUIDv7.', examples: ['019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41'] });
export type Id = string;

/** What PostgreSQL takes of RFC 3339: seconds, nine digits of their fraction, offsets up to 14 hours. */
const STORABLE_TIME = /T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-4]):\d\d)$/;

/** RFC 3339 in UTC, up to microseconds: `2026-11-20T18:51:12.123456Z`. */
export const Timestamp = z.iso
  .datetime({ offset: true, error: 'must be an RFC 3339 time such as 2026-11-20T18:51:12Z' })
  .refine((value) => STORABLE_TIME.test(value), 'must be an RFC 3339 time such as 2026-11-20T18:51:12Z')
  .refine(
    (value) => value >= '0001' && !Number.isNaN(Date.parse(value)),
    'must be a date and time that exists',
  )
  .meta({ examples: ['2026-11-20T18:51:12.123456Z'] });
export type Timestamp = string;

/** Lower-case words of ASCII letters and digits, joined by hyphens. */
export const Slug = z
  .string()
  .max(100, 'must have at most 100 characters')
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must consist of lowercase letters, digits and single hyphens')
  .meta({ examples: ['hello-world'] });

/** What a path names a resource by: one that no resource has is a 404, not a 400. */
export const PathKey = text(1, 200).meta({ examples: ['hello-world'] });

/** Whose page a link opens must be visible in it: `https://galley.example@evil.example/` shows the wrong name. */
const namesNoUser = (address: string) => {
  const { username = '', password = '' } = URL.parse(address) ?? {};
  return username === '' && password === '';
};

/** `http` or `https`, stored as the WHATWG URL standard writes it (spaces, quotes and brackets percent-encoded), at most 2,000 characters. */
export const WebAddress = atMost(
  z
    .url({ protocol: /^https?$/, normalize: true, error: 'must be an http or https URL' })
    .refine(isText, 'must not contain NUL')
    .refine(namesNoUser, 'must not contain a user name or a password'),
  2000,
).meta({ examples: ['https://example.com/ada'] });

/** The schema of the value that a text in a URL stands for: what the document shows instead of the text. */
export const STANDS_FOR = 'x-stands-for';

/** Names the setting that is the least length in this deployment: the document of a server tells its own. */
export const LEAST_BY_SETTING = 'x-least-by-setting';

const MOST_VALUES = 100;

/**
 * Comma-separated values, a comma meaning "or"; documented as an array.
 * @param emptyIsNone an empty text names nothing, where it else would be one empty value
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

/** As PostgreSQL's `integer` counts: 0 to 2,147,483,647. */
export const Count = z.int().min(0).max(MOST_INT32);

/** The version of a resource: grows by one at each edit. */
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
      .meta({ examples: ['WyJoYXNoIiwia2V5IiwiaWQiXQ.bWFjIG9mIHRoZSBjdXJzb3I'] }),
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
