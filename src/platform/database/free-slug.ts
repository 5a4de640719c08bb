import { raw } from 'sql-template-tag';
import { type Queryable, sql } from './database.js';

/**
 * A slug that a table does not have: `slug`, else `slug-2`, `slug-3`, …, the
 * next one unless some were freed in between. Looks into the unique index twice
 * per binary digit of the number; a race is for that index to decide.
 */
export async function freeSlug(table: 'tags' | 'posts', slug: string, db: Queryable): Promise<string> {
  const numbered = (n: number) => (n === 1 ? slug : `${slug}-${n}`);
  const isTaken = async (n: number) =>
    (await db.query(sql`SELECT 1 FROM ${raw(table)} WHERE slug = ${numbered(n)}`)).length > 0;
  let taken = 0;
  let free = 1;
  while (await isTaken(free)) [taken, free] = [free, free * 2];
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2);
    if (await isTaken(middle)) taken = middle;
    else free = middle;
  }
  return numbered(free);
}
