import { randomInt } from 'node:crypto';
import { raw } from 'sql-template-tag';
import { type Queryable, sql } from './database.js';

/** Numbers that one statement asks the unique index for. */
const PROBES = 32;

/**
 * A slug that a table does not have: `slug`, else `slug-2`, `slug-3`, …: the next one unless some were freed in
 * between. A race is for the unique index to decide, and costs its loser the winner's whole transaction: whoever
 * lost some takes one at random, each time out of ten times as many, so that many with one title do not queue for
 * one number after the other (50 at once: 60 a second when all took the next).
 * @param table that of the caller, with a unique column `slug`
 * @param racesLost how often another came first to what this function gave
 */
export async function freeSlug(table: string, slug: string, db: Queryable, racesLost = 0): Promise<string> {
  const numbered = (n: number) => (n === 1 ? slug : `${slug}-${n}`);
  const firstFree = async (numbers: number[]) => {
    const slugs = numbers.map(numbered);
    const taken = await db.query<{ slug: string }>(
      sql`SELECT slug FROM ${raw(table)} WHERE slug = ANY(${slugs}::text[])`,
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
