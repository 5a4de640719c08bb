import { randomInt } from 'node:crypto';
import { raw } from 'sql-template-tag';
import { type Queryable, sql } from './database.js';

/** How many numbers one statement checks against the unique index. */
const PROBES = 32;

/**
 * Returns a slug that the relation does not contain: `slug`, otherwise `slug-2`, `slug-3` and so on, usually the next
 * number. The unique index decides between concurrent requests, and the loser must wait for the whole transaction
 * of the winner. A caller that lost before therefore gets a random number, each time out of ten times as many, so
 * that many posts with one title do not queue for the same number (50 concurrent requests: 60 per second if all
 * took the next number).
 * @param relation the table of the caller with a unique column `slug`, or a subquery with an alias that contains it
 * @param racesLost how many times another request has taken the result of this function
 */
export async function freeSlug(
  relation: string,
  slug: string,
  db: Queryable,
  racesLost = 0,
): Promise<string> {
  const numbered = (n: number) => (n === 1 ? slug : `${slug}-${n}`);
  const firstFree = async (numbers: number[]) => {
    const slugs = numbers.map(numbered);
    const taken = await db.query<{ slug: string }>(
      sql`SELECT slug FROM ${raw(relation)} WHERE slug = ANY(${slugs}::text[])`,
    );
    const known = new Set(taken.map((row) => row.slug));
    const at = slugs.findIndex((each) => !known.has(each));
    return at === -1 ? slugs.length : at;
  };
  const powers = Array.from({ length: PROBES }, (_, n) => 2 ** n);
  const power = await firstFree(powers);
  let [taken, free] = [powers[power - 1] ?? 0, powers[power] ?? 2 ** PROBES];
  while (free - taken > 1) {
    const step = Math.ceil((free - taken) / PROBES);
    const between: number[] = [];
    for (let n = taken + step; n < free; n += step) between.push(n);
    const at = await firstFree(between);
    [taken, free] = [between[at - 1] ?? taken, between[at] ?? free];
  }
  return numbered(free + randomInt(10 ** Math.min(racesLost, 6)));
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
  for (let racesLost = 0; ; candidate = await freeSlug(relation, slug, db, racesLost++)) {
    const made = await insert(candidate);
    if (made !== undefined) return made;
  }
}
