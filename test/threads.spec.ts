import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { IndexThreads1795400014500 } from '../migrations/1795400014500-index-threads.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { sourceWith } from './support/migrations.js';

let database: TestDatabase;
let post: string;
beforeAll(async () => {
  database = await createTestDatabase();
  const author = randomUUID();
  post = randomUUID();
  await database.query(`INSERT INTO users (id, name, email) VALUES ($1, 'Ada', 'ada@example.com')`, [author]);
  await database.query(
    `INSERT INTO posts (id, slug, title, body, html, html_version, author_id, status, published_at)
     VALUES ($1, 'post', 'Post', '', '', 1, $2, 'published', now())`,
    [post, author],
  );
});
afterAll(() => database.drop());

interface Comment {
  id: string;
  parentId?: string;
  status: string;
}

/** Inserts all of them in one statement, like an import. */
const insert = (comments: Comment[]) =>
  database.query(
    `INSERT INTO comments (id, post_id, parent_id, body, html, html_version, status)
     SELECT id, $1, parent, '', '', 1, status FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS given (id, parent, status)`,
    [post, comments.map(({ id }) => id), comments.map((c) => c.parentId), comments.map((c) => c.status)],
  );

/** Comments whose mark differs from the state of their thread. */
const wrong = () =>
  database.query(`
    WITH RECURSIVE shown AS (
      SELECT id, parent_id FROM comments WHERE status = 'visible'
      UNION SELECT c.id, c.parent_id FROM shown JOIN comments c ON c.id = shown.parent_id)
    SELECT id, in_thread FROM comments WHERE in_thread <> (id IN (SELECT id FROM shown))`);

const marks = async (...ids: string[]) =>
  (
    await database.query<{ in_thread: boolean }>(
      `SELECT in_thread FROM unnest($1::uuid[]) WITH ORDINALITY AS asked (id, n) JOIN comments USING (id) ORDER BY n`,
      [ids],
    )
  ).map(({ in_thread: mark }) => mark);

const status = fc.constantFrom('visible', 'pending', 'hidden', 'deleted');
const place = fc.nat({ max: 100 });
const step = fc.oneof(
  fc.record({
    kind: fc.constant('insert' as const),
    under: place,
    statuses: fc.array(status, { minLength: 1 }),
  }),
  fc.record({ kind: fc.constant('move' as const), from: place, many: fc.nat({ max: 5 }), to: status }),
  fc.record({ kind: fc.constant('delete' as const), at: place }),
);
const thread = fc.array(step, { minLength: 5, maxLength: 30 });

describe('the mark of a comment with something visible in its thread', () => {
  it('is right after whatever is written, one row or many at once', async () => {
    await fc.assert(
      fc.asyncProperty(thread, async (steps) => {
        await database.query('DELETE FROM comments');
        let ids: string[] = [];
        for (const step of steps) {
          if (step.kind === 'insert') {
            const chain = step.statuses.map((status) => ({ id: randomUUID(), status }));
            const above = [ids[step.under % (ids.length + 1)], ...chain.map(({ id }) => id)];
            await insert(chain.map((comment, n) => ({ ...comment, parentId: above[n] })));
            ids.push(...chain.map(({ id }) => id));
          } else if (step.kind === 'move') {
            const moved = ids.slice(step.from, step.from + step.many);
            await database.query('UPDATE comments SET status = $1 WHERE id = ANY($2)', [step.to, moved]);
          } else {
            await database.query('DELETE FROM comments WHERE id = $1', [ids[step.at]]);
            ids = (await database.query<{ id: string }>('SELECT id FROM comments')).map(({ id }) => id);
          }
          expect(await wrong()).toEqual([]);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('goes when two hide the last replies to a deleted one at the same moment', async () => {
    const [root, first, second] = [randomUUID(), randomUUID(), randomUUID()];
    await insert([
      { id: root, status: 'deleted' },
      { id: first, parentId: root, status: 'visible' },
      { id: second, parentId: root, status: 'visible' },
    ]);
    expect(await marks(root, first, second)).toEqual([true, true, true]);
    const one = new pg.Client({ connectionString: database.url });
    await one.connect();
    await one.query('BEGIN');
    await one.query(`UPDATE comments SET status = 'hidden' WHERE id = $1`, [first]);
    const other = database.query(`UPDATE comments SET status = 'hidden' WHERE id = $1`, [second]);
    await one.query('COMMIT');
    await other;
    await one.end();
    expect(await marks(root, first, second)).toEqual([false, false, false]);
  });

  it('is found by the migration for comments of before', async () => {
    const [seen, above, empty, below] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    await database.query('ALTER TABLE comments DISABLE TRIGGER USER');
    await insert([
      { id: above, status: 'deleted' },
      { id: seen, parentId: above, status: 'visible' },
      { id: empty, status: 'deleted' },
      { id: below, parentId: empty, status: 'hidden' },
    ]);
    await database.query('ALTER TABLE comments ENABLE TRIGGER USER');
    expect(await marks(empty, below)).toEqual([true, true]);
    const source = await sourceWith(database.url, []);
    await new IndexThreads1795400014500().up(source.createQueryRunner());
    await source.destroy();
    expect(await marks(above, seen, empty, below)).toEqual([true, true, false, false]);
    expect(await wrong()).toEqual([]);
  });
});
