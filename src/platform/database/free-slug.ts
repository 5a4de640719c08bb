import { raw } from 'sql-template-tag';
import { withSuffix } from '../content/slugs.js';
import { type Queryable, sql } from './database.js';

/** The first of `slug`, `slug-2`, `slug-3`, … above every one that a table has. A race is for its unique index. */
export async function freeSlug(table: 'tags' | 'posts', slug: string, db: Queryable): Promise<string> {
  const [row] = await db.query<{ highest: number | null }>(sql`
    SELECT max(coalesce(substring(slug from ${`^${slug}-([0-9]{1,8})$`})::integer, 1)) AS highest FROM ${raw(table)}
    WHERE slug = ${slug} OR (slug LIKE ${`${slug}-%`} AND slug ~ ${`^${slug}-[0-9]{1,8}$`})`);
  return withSuffix(slug, row?.highest ?? 0);
}
