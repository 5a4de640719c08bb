import { randomInt } from 'node:crypto';
import { raw } from 'sql-template-tag';
import { type Queryable, sql } from './database.js';

/** How many numbers of each slug one statement checks against the unique index. */
const PROBES = 32;
const POWERS = Array.from({ length: PROBES }, (_, n) => 2 ** n);

/** A slug with a number: `slug` itself for 1, otherwise `slug-2` and so on. */
export const numbered = (slug: string, n: number): string => (n === 1 ? slug : `${slug}-${n}`);

/** Between these two numbers is the first free one, or `free` itself. */
interface Range {
  taken: number;
  free: number;
}

/**
 * Returns a number for each slug that the table does not contain with it: 1 for the slug itself, otherwise usually the
 * next one. However many slugs there are, it runs a few statements. The unique index decides between concurrent requests, and
 * the loser must wait for the whole transaction of the winner. A caller that lost before therefore gets a random number, each
 * time out of ten times as many, so that many posts with one title do not queue for the same number (50 concurrent requests:
 * 60 per second if all took the next number).
 * @param relation the table of the caller with a unique column `slug`, or a subquery with an alias that contains it
 * @param racesLost how many times another request has taken the result of this function
 */
export async function freeNumbers(
  relation: string,
  slugs: string[],
  db: Queryable,
  racesLost = 0,
): Promise<Map<string, number>> {
  const ranges = new Map<string, Range>();
  for (
    let open = slugs;
    open.length > 0;
    open = open.filter((slug) => numbersIn(ranges.get(slug)).length > 0)
  ) {
    const asked = open.map((slug) => ({ slug, numbers: numbersIn(ranges.get(slug)) }));
    const all = asked.flatMap(({ slug, numbers }) => numbers.map((n) => numbered(slug, n)));
    const rows = await db.query<{ slug: string }>(
      sql`SELECT slug FROM ${raw(relation)} WHERE slug = ANY(${all}::text[])`,
    );
    const known = new Set(rows.map((row) => row.slug));
    for (const { slug, numbers } of asked) {
      const at = numbers.findIndex((n) => !known.has(numbered(slug, n)));
      const { taken, free } = ranges.get(slug) ?? { taken: 0, free: 2 ** PROBES };
      const last = at === -1 ? numbers.at(-1) : numbers[at - 1];
      ranges.set(slug, { taken: last ?? taken, free: at === -1 ? free : (numbers[at] as number) });
    }
  }
  const spread = 10 ** Math.min(racesLost, 6);
  return new Map([...ranges].map(([slug, { free }]) => [slug, free + randomInt(spread)]));
}

/** Returns the numbers that are checked next: first powers of two, then equal steps in between. */
function numbersIn(range: Range | undefined): number[] {
  if (!range) return POWERS;
  const { taken, free } = range;
  const step = Math.ceil((free - taken) / PROBES);
  const between: number[] = [];
  for (let n = taken + step; n < free; n += step) between.push(n);
  return between;
}

/**
 * Inserts a row with `slug`, or with the next free one, until no concurrent request takes the same slug.
 * @param insert returns undefined if the slug is taken
 */
export async function withFreeSlug<T>(
  relation: string,
  slug: string,
  db: Queryable,
  insert: (slug: string) => Promise<T | undefined>,
): Promise<T> {
  let candidate = slug;
  for (let racesLost = 0; ; racesLost++) {
    const made = await insert(candidate);
    if (made !== undefined) return made;
    const numbers = await freeNumbers(relation, [slug], db, racesLost);
    candidate = numbered(slug, numbers.get(slug) as number);
  }
}
