/**
 * Measures the statement of each list at 100,000 posts: every filter, sort, search, set of fields and page, for
 * anonymous callers, an author and an editor. `npm run test:heavy -- list-costs [posts, default 100000] [list]`,
 * about 3 minutes
 */
import { readFileSync } from 'node:fs';
import pg from 'pg';
import type { Sql } from 'sql-template-tag';
import type { ZodType } from 'zod';
import { CommentsRepository } from '#dist/comments/comments.repository.js';
import { ListCommentsQuery } from '#dist/comments/comments.schemas.js';
import { PostsRepository } from '#dist/posts/posts.repository.js';
import { ListPostsQuery } from '#dist/posts/posts.schemas.js';
import { PublicPostsRepository } from '#dist/posts/public-posts.repository.js';
import { taggedPosts } from '#dist/posts/post.sql.js';
import { TaggedPosts } from '#dist/tags/tagged-posts.js';
import { TagsRepository } from '#dist/tags/tags.repository.js';
import { ListTagsQuery } from '#dist/tags/tags.schemas.js';
import { UsersRepository } from '#dist/users/users.repository.js';
import { ListUsersQuery } from '#dist/users/users.schemas.js';
import { DELETED_THREADS, postOfThread } from './deleted-threads.ts';
import { postShapes, type Query, type Shape } from './list-shapes.ts';
import { galleyOverPosts } from './skewed-posts.ts';

const posts = Number(process.argv[2] ?? 100_000);
/** Measures only lists whose name starts with this. The default is all. */
const only = process.argv[3] ?? '';
/** Above this time, a list requires its own limit. */
const MOST_MS = 50;
const SEARCH_TIMEOUT_MS = 500;
const GIVEN_UP_MS = 5000;
const TRIES = 2;

type Caller = Parameters<PostsRepository['list']>[1];
/** The parameters of a repository. */
type Parts = ConstructorParameters<typeof PostsRepository>;
type Ask = (...parts: Parts) => unknown;

interface Statement {
  text: string;
  values: unknown[];
  /** The statement is prepared. */
  prepared: boolean;
  /** The limit that applies in addition to that of requests. */
  bound: string | false;
}

interface Row extends Shape {
  list: string;
  caller: string;
  ms: number;
  statement: Statement;
}

const { url, finish } = await galleyOverPosts(posts);
const client = new pg.Client({ connectionString: url });
await client.connect();
await client.query(`SET timezone = 'UTC'`);
await client.query(`SET statement_timeout = ${GIVEN_UP_MS}`);
await client.query(`SET max_parallel_workers_per_gather = 0`);

const one = async (text: string) =>
  String(Object.values((await client.query<Record<string, unknown>>(text)).rows[0] ?? {})[0]);
const authors = {
  prolific: await one(`SELECT author_id FROM posts GROUP BY 1 ORDER BY count(*) DESC LIMIT 1`),
  single: await one(`SELECT id FROM users WHERE name = 'Reader 1'`),
  none: await one(`SELECT id FROM users WHERE name = 'Reader 3'`),
  none2: await one(`SELECT id FROM users WHERE name = 'Reader 4'`),
};
const callers: Record<string, Caller> = {
  everybody: null,
  'an author': { id: authors.prolific, role: 'author' } as Caller,
  'a new author': { id: authors.none, role: 'author' } as Caller,
  'an editor': { id: authors.none2, role: 'editor' } as Caller,
};

/** The cost of a search for an author is that for everybody and a small addition for their own posts. */
const SEARCHING = ['everybody', 'an editor'];

/**
 * Returns the statement of a repository, whether it is prepared, and the limit that applies in addition to that of
 * requests.
 */
function statementOf(ask: Ask): Statement {
  let sent: Statement | undefined;
  const keep = (prepared: boolean, bound: string | false) => (statement: Sql) => {
    sent = { text: statement.text, values: statement.values, prepared, bound };
    return Promise.resolve([{ items: '', key: null, id: null, found: 0 }]);
  };
  const database = { query: keep(false, false), prepared: keep(true, false) };
  const expensive = {
    search: (_q: string, statement: Sql) => keep(false, 'share, timeout, tier')(statement),
    read: keep(false, 'share, timeout'),
  };
  void ask(...([database, expensive] as unknown as Parts));
  if (!sent) throw new Error('the repository has sent no statement');
  return sent;
}

const pid = await one('SELECT pg_backend_pid()');
/**
 * Returns the CPU time of the server process, which does not depend on the load of the machine, or the time of the
 * clock outside Linux.
 */
const spentMs = () => {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ', 1)[0]) / 1e6;
  } catch {
    return performance.now();
  }
};

let names = 0;
async function cost({ text, values, prepared }: Statement): Promise<number> {
  const name = prepared ? `s${++names}` : undefined;
  // A prepared statement is planned once, without specific values.
  await client.query(`SET plan_cache_mode = ${prepared ? 'force_generic_plan' : 'auto'}`);
  let least = Infinity;
  for (let n = 0; n < TRIES; n++) {
    const since = spentMs();
    try {
      await client.query({ name, text, values });
    } catch (error) {
      if ((error as { code?: string }).code !== '57014') throw error;
    }
    least = Math.min(least, spentMs() - since);
    if (least < MOST_MS || least > SEARCH_TIMEOUT_MS) break;
  }
  if (name) await client.query('DEALLOCATE ALL');
  return least;
}

const rows: Row[] = [];
async function measure(list: string, caller: string, shape: Shape, statement: Statement): Promise<void> {
  const { filter, sort, page, q } = shape;
  const took = await cost(statement);
  rows.push({ list, caller, filter, sort, page, q, ms: took, statement });
  if (!statement.bound && took > MOST_MS)
    console.error(list, caller, [filter, sort, page, q].join(', '), took);
  if (rows.length % 100 === 0) console.error(`${rows.length} statements`);
}

const late = { key: '1990-01-01T00:00:00Z', id: authors.none };
for (const [caller, by] of Object.entries(callers))
  for (const shape of 'posts'.startsWith(only) ? postShapes({ cursorOf: 'late', authors }) : []) {
    if (shape.query.q && !SEARCHING.includes(caller)) continue;
    const query = ListPostsQuery.parse(shape.query);
    const start = query.cursor ? late : undefined;
    const statement = statementOf((database, searches) =>
      by
        ? new PostsRepository(database, searches).list(query, by, start)
        : new PublicPostsRepository(database, searches).page(query, start)(),
    );
    await measure('posts', caller, shape, statement);
  }

const busy = await one(`SELECT post_id FROM comments GROUP BY 1 ORDER BY count(*) DESC LIMIT 1`);
const pages: Record<string, Query> = {
  'limit=20': {},
  'limit=100': { limit: '100' },
  'page=100, limit=100': { page: '100', limit: '100' },
};
/** A list: its schema, filters and sort keys, and the call of its repository. */
interface List<Q> {
  schema: ZodType<Q>;
  filters: Record<string, Query>;
  sorts: string[];
  ask: (parts: Parts, query: Q, by: Caller, given: Query) => unknown;
}

const commentsOf = (post: string, parent: string): List<ListCommentsQuery> => ({
  schema: ListCommentsQuery,
  filters: {
    none: {},
    'status=visible': { 'filter[status]': 'visible' },
    'status=pending': { 'filter[status]': 'pending' },
    'status=hidden': { 'filter[status]': 'hidden' },
    'status=deleted': { 'filter[status]': 'deleted' },
    parentId: { 'filter[parentId]': parent },
  },
  sorts: ['createdAt', '-createdAt'],
  ask: ([database], query, by) => new CommentsRepository(database).list(post, query, by, undefined),
});
const deletedThreads: Record<string, List<ListCommentsQuery>> = {};
for (const thread of DELETED_THREADS) {
  const post = await one(postOfThread(thread));
  const parent = await one(
    `SELECT parent_id FROM comments WHERE post_id = '${post}' GROUP BY 1 ORDER BY parent_id IS NULL, count(*) DESC LIMIT 1`,
  );
  deletedThreads[`comments: ${thread}`] = commentsOf(post, parent);
}
const tagged = new TaggedPosts();
tagged.areFoundBy(taggedPosts); // The module of posts does the same.
const TAGS: List<ListTagsQuery> = {
  schema: ListTagsQuery,
  filters: { none: {} },
  sorts: ['name', '-slug'],
  ask: (parts, query, by) => new TagsRepository(...parts, tagged).list(query, by, undefined),
};
const ONE_TAG: List<ListTagsQuery> = {
  schema: ListTagsQuery,
  filters: { 'on 90 %': { slug: 'everywhere' }, 'on 5 %': { slug: 'old' }, 'on 3 posts': { slug: 'rare' } },
  sorts: ['name'],
  ask: (parts, _query, by, { slug = '' }) => new TagsRepository(...parts, tagged).findVisible(slug, by),
};
const USERS: List<ListUsersQuery> = {
  schema: ListUsersQuery,
  filters: {
    none: {},
    'role=admin': { 'filter[role]': 'admin' },
    'active=false': { 'filter[active]': 'false' },
  },
  sorts: ['-createdAt', 'name'],
  ask: ([database], query) => new UsersRepository(database).list(query, undefined),
};

/** Measures a list for each caller, filter, sort and page. */
async function measureList<Q>(list: string, { schema, filters, sorts, ask }: List<Q>): Promise<void> {
  if (!list.startsWith(only)) return;
  const isOneTag = list === 'one tag';
  for (const [caller, by] of Object.entries(list === 'users' ? { 'an admin': null } : callers))
    for (const [filter, given] of Object.entries(filters))
      for (const sort of sorts)
        for (const [page, more] of Object.entries(isOneTag ? { 'limit=20': {} } : pages)) {
          const query = schema.parse(isOneTag ? {} : { ...given, sort, ...more });
          const statement = statementOf((...parts) => ask(parts, query, by, given));
          await measure(list, caller, { filter, sort, page, q: 'no q' }, statement);
        }
}

await measureList('comments', commentsOf(busy, busy));
for (const [list, thread] of Object.entries(deletedThreads)) await measureList(list, thread);
await measureList('tags', TAGS);
await measureList('one tag', ONE_TAG);
await measureList('users', USERS);
const ms = (value: number) => value.toFixed(1);
const classes = Map.groupBy(rows, ({ list, q, filter }) => `${list} | ${q === 'no q' ? filter : `q: ${q}`}`);
const boundOf = (some: Row[]) => some.find(({ statement }) => statement.bound)?.statement.bound || '';
console.log(
  '| list | class | combinations | median ms | worst ms | the worst of it | bounds of its own |\n| --- | --- | --- | --- | --- | --- | --- |',
);
for (const [name, all] of classes) {
  const sorted = all.toSorted((a, b) => a.ms - b.ms);
  const [last, middle] = [sorted.at(-1), sorted[all.length >> 1]];
  if (!last || !middle) continue;
  const { ms: worst, caller, filter, sort, page } = last;
  console.log(
    `| ${name} | ${all.length} | ${ms(middle.ms)} | ${ms(worst)} | ${caller}, ${filter}, ${sort}, ${page} | ${boundOf(all)} |`,
  );
}
const byCost = rows.toSorted((a, b) => b.ms - a.ms);
const dearest = [byCost.find(({ q }) => q === 'no q'), byCost.find(({ q }) => q !== 'no q')];
for (const row of dearest.filter((each) => each !== undefined)) {
  const { statement, list, caller, filter, q, sort, page } = row;
  console.log(`\n${list}: ${caller}, ${filter}, ${q}, ${sort}, ${page}: ${ms(row.ms)} ms`);
  const { rows: plan } = await client
    .query<{ 'QUERY PLAN': string }>({
      text: `EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) ${statement.text}`,
      values: statement.values,
    })
    .catch(() => ({ rows: [] }));
  console.log(plan.map((line) => line['QUERY PLAN']).join('\n'));
}
await client.end();
await finish();
const unlimited = rows.filter(({ statement, ms: took }) => !statement.bound && took > MOST_MS);
const slow = rows.filter(({ statement, ms: took }) => statement.bound && took > SEARCH_TIMEOUT_MS);
console.log(
  `${rows.length} statements: ${unlimited.length} without bounds above ${MOST_MS} ms, ${slow.length} that the timeout of ${SEARCH_TIMEOUT_MS} ms may stop`,
);
for (const { list, caller, filter, sort, page, ms: took } of unlimited)
  console.log(`${list}: ${caller}, ${filter}, ${sort}, ${page}: ${ms(took)} ms`);
for (const { caller, filter, q, sort, page, ms: took } of slow)
  console.log(`may be stopped: ${caller}, ${filter}, ${q}, ${sort}, ${page}: ${ms(took)} ms`);
process.exit(unlimited.length === 0 ? 0 : 1);
