/** The number of comments of each thread. One in twenty is visible, and the others are deleted. */
const COMMENTS = 20_000;
const LAST_DELETED = COMMENTS * 0.95;

const id = (thread: string, n: string) => `md5('${thread} ' || (${n}))::uuid`;

/**
 * The number of the comment to which the nth comment replies, as SQL over n, or null. Deleted comments come first
 * and visible ones last.
 */
const PARENTS: Record<string, string> = {
  /** A thousand roots, each with eighteen deleted replies and a visible one. */
  'deleted, shallow': 'CASE WHEN n > 1000 THEN (n - 1) % 1000 + 1 END',
  /** A thousand chains of nineteen, each with a visible comment at its end. */
  'deleted, deep': 'CASE WHEN n > 1000 THEN n - 1000 END',
  /** One chain with all visible comments at its end. */
  'deleted, one chain': `CASE WHEN n > 1 THEN least(n - 1, ${LAST_DELETED}) END`,
};

/** The title of the post of each thread, as SQL. */
export const DELETED_THREADS = Object.keys(PARENTS);

/** Creates the threads, each below its own published post. */
export const deletedThreads = Object.entries(PARENTS).map(
  ([thread, parent], at) => `
    INSERT INTO comments (id, post_id, parent_id, author_id, body, html, html_version, status, created_at)
    SELECT ${id(thread, 'n')}, ${postOf(at)}, ${id(thread, parent)},
      (SELECT id FROM users WHERE name = 'Reader 2' AND n > ${LAST_DELETED}),
      CASE WHEN n > ${LAST_DELETED} THEN 'Words' ELSE '' END, CASE WHEN n > ${LAST_DELETED} THEN '<p>Words</p>' ELSE '' END, 1,
      CASE WHEN n > ${LAST_DELETED} THEN 'visible' ELSE 'deleted' END, now() - (${COMMENTS + 1} - n) * interval '1 second'
    FROM generate_series(1, ${COMMENTS}) n`,
);

/** Finds the post of a thread by its first comment. */
export const postOfThread = (thread: string) => `SELECT post_id FROM comments WHERE id = ${id(thread, '1')}`;

function postOf(at: number): string {
  return `(SELECT id FROM posts WHERE status = 'published' AND type = 'post' ORDER BY published_at DESC OFFSET ${at + 1} LIMIT 1)`;
}
