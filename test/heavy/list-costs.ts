/**
 * Measures the statement of each list at 100,000 posts: every filter, sort, search, set of fields and page, for
 * anonymous callers, an author and an editor. `npm run test:heavy -- list-costs [posts, default 100000] [list]`,
 * about 3 minutes
 */
import pg from 'pg';
import { PostsRepository } from '#dist/posts/posts.repository.js';
import { ListPostsQuery } from '#dist/posts/post-lists.schemas.js';
import { PublicPostsRepository } from '#dist/posts/public-posts.repository.js';
import { dearest, milliseconds, type Row, tableOf } from './cost-report.ts';
import { DELETED_THREADS, postOfThread } from './deleted-threads.ts';
import type { HeavyTest } from './heavy-test.ts';
import { type Authors, type Parents, postShapes, type Query, type Shape } from './list-shapes.ts';
import { MOST_MS, SEARCH_TIMEOUT_MS, type Statement, StatementCosts, statementOf } from './list-statement.ts';
import { type Caller, commentsOf, type List, ONE_TAG, TAGS, USERS } from './lists-asked.ts';
import { galleyOverPosts } from './skewed-posts.ts';

/** The cost of a search for an author is that for everybody and a small addition for their own posts. */
const SEARCHING = ['everybody', 'an editor'];
const PAGES: Record<string, Query> = {
  'limit=20': {},
  'limit=100': { limit: '100' },
  'page=100, limit=100': { page: '100', limit: '100' },
};

/** Measures only lists whose name starts with `only`. The default is all. */
export const listCosts: HeavyTest = async ([posts = '100000', only = ''], closing) => {
  const { url } = await galleyOverPosts(closing, Number(posts));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  closing.add(() => client.end());
  const costs = await ListCosts.over(client, only);
  await costs.measureAll();
  for (const line of tableOf(costs.rows)) console.log(line);
  for (const row of dearest(costs.rows)) console.log(await planOf(client, row));
  return verdict(costs.rows);
};

interface Known {
  authors: Authors;
  parents: Parents;
}

/** Measures each list for each caller, filter, sort and page. */
class ListCosts {
  readonly rows: Row[] = [];
  private readonly client: pg.Client;
  private readonly only: string;
  private readonly authors: Authors;
  private readonly parents: Parents;
  private readonly costs: StatementCosts;
  private readonly callers: Record<string, Caller>;

  private constructor(client: pg.Client, only: string, known: Known, costs: StatementCosts) {
    const { authors } = known;
    this.client = client;
    this.only = only;
    this.authors = authors;
    this.parents = known.parents;
    this.costs = costs;
    this.callers = {
      everybody: null,
      'an author': { id: authors.prolific, role: 'author' } as Caller,
      'a new author': { id: authors.none, role: 'author' } as Caller,
      'an editor': { id: authors.none2, role: 'editor' } as Caller,
    };
  }

  static async over(client: pg.Client, only: string): Promise<ListCosts> {
    const costs = await StatementCosts.over(client);
    const authors = {
      prolific: await one(client, `SELECT author_id FROM posts GROUP BY 1 ORDER BY count(*) DESC LIMIT 1`),
      single: await one(client, `SELECT id FROM users WHERE name = 'Reader 1'`),
      none: await one(client, `SELECT id FROM users WHERE name = 'Reader 3'`),
      none2: await one(client, `SELECT id FROM users WHERE name = 'Reader 4'`),
    };
    const above = 'SELECT parent_id FROM posts WHERE parent_id IS NOT NULL GROUP BY 1 ORDER BY count(*)';
    const parents = {
      wide: await one(client, `${above} DESC LIMIT 1`),
      narrow: await one(client, `${above} LIMIT 1`),
      leaf: await one(client, `SELECT id FROM posts WHERE parent_id IS NOT NULL LIMIT 1`),
    };
    return new ListCosts(client, only, { authors, parents }, costs);
  }

  async measureAll(): Promise<void> {
    if ('posts'.startsWith(this.only)) await this.measurePosts();
    const busy = await one(
      this.client,
      `SELECT post_id FROM comments GROUP BY 1 ORDER BY count(*) DESC LIMIT 1`,
    );
    await this.measureList('comments', commentsOf(busy, busy));
    for (const thread of DELETED_THREADS) await this.measureThread(thread);
    await this.measureList('tags', TAGS);
    await this.measureList('one tag', ONE_TAG);
    await this.measureList('users', USERS);
  }

  private async measurePosts(): Promise<void> {
    const late = { key: '1990-01-01T00:00:00Z', id: this.authors.none };
    for (const [caller, by] of Object.entries(this.callers))
      for (const shape of postShapes({ cursorOf: 'late', authors: this.authors, parents: this.parents })) {
        if (shape.query.q && !SEARCHING.includes(caller)) continue;
        const query = ListPostsQuery.parse(shape.query);
        const start = query.cursor ? late : undefined;
        const statement = statementOf((database, searches) =>
          by
            ? new PostsRepository(database, searches).list(query, by, start)
            : new PublicPostsRepository(database, searches).page(query, start)(),
        );
        await this.measure('posts', caller, shape, statement);
      }
  }

  private async measureThread(thread: string): Promise<void> {
    const post = await one(this.client, postOfThread(thread));
    const parent = await one(
      this.client,
      `SELECT parent_id FROM comments WHERE post_id = '${post}' GROUP BY 1 ORDER BY parent_id IS NULL, count(*) DESC LIMIT 1`,
    );
    await this.measureList(`comments: ${thread}`, commentsOf(post, parent));
  }

  private async measureList<Q>(list: string, { schema, filters, sorts, ask }: List<Q>): Promise<void> {
    if (!list.startsWith(this.only)) return;
    const isOneTag = list === 'one tag';
    for (const [caller, by] of Object.entries(list === 'users' ? { 'an admin': null } : this.callers))
      for (const [filter, given] of Object.entries(filters))
        for (const sort of sorts)
          for (const [page, more] of Object.entries(isOneTag ? { 'limit=20': {} } : PAGES)) {
            const query = schema.parse(isOneTag ? {} : { ...given, sort, ...more });
            const statement = statementOf((...parts) => ask(parts, query, by, given));
            await this.measure(list, caller, { filter, sort, page, q: 'no q' }, statement);
          }
  }

  private async measure(list: string, caller: string, shape: Shape, statement: Statement): Promise<void> {
    const { filter, sort, page, q } = shape;
    const ms = await this.costs.of(statement);
    this.rows.push({ list, caller, filter, sort, page, q, ms, statement });
    if (!statement.bound && ms > MOST_MS) console.error(list, caller, [filter, sort, page, q].join(', '), ms);
    if (this.rows.length % 100 === 0) console.error(`${this.rows.length} statements`);
  }
}

async function one(client: pg.Client, text: string): Promise<string> {
  const { rows } = await client.query<Record<string, unknown>>(text);
  return String(Object.values(rows[0] ?? {})[0]);
}

async function planOf(client: pg.Client, row: Row): Promise<string> {
  const { statement, list, caller, filter, q, sort, page, ms } = row;
  const { rows: plan } = await client
    .query<{ 'QUERY PLAN': string }>({
      text: `EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) ${statement.text}`,
      values: statement.values,
    })
    .catch(() => ({ rows: [] }));
  const asked = `${list}: ${caller}, ${filter}, ${q}, ${sort}, ${page}: ${milliseconds(ms)} ms`;
  return ['', asked, ...plan.map((line) => line['QUERY PLAN'])].join('\n');
}

/** Prints what the timeout of searches may stop. Returns what is slow without bounds of its own. */
function verdict(rows: Row[]): string[] {
  const unlimited = rows.filter(({ statement, ms }) => !statement.bound && ms > MOST_MS);
  const slow = rows.filter(({ statement, ms }) => statement.bound && ms > SEARCH_TIMEOUT_MS);
  console.log(
    `${rows.length} statements: ${unlimited.length} without bounds above ${MOST_MS} ms, ${slow.length} that the timeout of ${SEARCH_TIMEOUT_MS} ms may stop`,
  );
  for (const { caller, filter, q, sort, page, ms } of slow)
    console.log(`may be stopped: ${caller}, ${filter}, ${q}, ${sort}, ${page}: ${milliseconds(ms)} ms`);
  return unlimited.map(
    ({ list, caller, filter, sort, page, ms }) =>
      `${list}: ${caller}, ${filter}, ${sort}, ${page}: ${milliseconds(ms)} ms`,
  );
}
