import { type Galley, startGalley } from './galley.js';
import { until } from './until.js';

/**
 * Replaces the HTML of all posts and comments by that of an older renderer, starts a second process, and passes it to
 * `check` when it has rendered all of them again.
 */
export async function renderedAgain(
  { database }: Galley,
  oldHtml: string,
  check: (next: Galley) => Promise<void>,
): Promise<void> {
  for (const table of ['posts', 'comments'])
    await database.query(`UPDATE ${table} SET html = '${oldHtml}', html_version = 0`);
  const next = await startGalley({}, database);
  try {
    await until(async () => {
      const [left] = await database.query<{ count: string }>(
        'SELECT (SELECT count(*) FROM posts WHERE html_version = 0) + (SELECT count(*) FROM comments WHERE html_version = 0) AS count',
      );
      return left?.count === '0';
    });
    await check(next);
  } finally {
    await next.stop();
  }
}
