import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BulkResult } from '../src/posts/bulk/bulk.schemas.js';
import type { PostView } from '../src/posts/post-view.schemas.js';
import type { Person } from './support/builders.js';
import type { Answer, Client } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';

/** Two deployments in the same state: one performs operations singly, the other in bulk. */
let singly: Galley;
let together: Galley;
beforeAll(async () => {
  [singly, together] = await Promise.all([startGalley(), startGalley()]);
});
afterAll(() => Promise.all([singly, together].map((galley) => galley.stop())));

const TITLES = ['Ink', 'Ink', 'Ink', 'Paper', 'Ink 2', 'Draft', ''];
const SLUGS = ['ink', 'paper', 'ink-2', 'Not a slug', undefined, undefined];
const TAGS = [['Press'], ['press', 'Type'], ['C', 'C++'], undefined];
const TIMES = ['2100-01-01T00:00:00Z', '2001-01-01T00:00:00Z', 'soon'];
const STATUSES = ['draft', 'published', 'scheduled', undefined];
const ACTIONS = ['publish', 'unpublish', 'archive', 'restore', 'delete'];

/** The posts that exist at the beginning: own ones and those of others, and one that never did. */
const TARGETS = ['draft', 'page', 'published', 'archived', 'other draft', 'other published', 'none'];

/** An operation as the test describes it: posts by their names, conditions by the difference to the present version. */
interface Drawn {
  op: string;
  target?: string;
  /** undefined for no condition. */
  behind?: number;
  body?: Record<string, unknown>;
}

const defined = (body: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));

const fields = {
  title: fc.constantFrom(...TITLES),
  slug: fc.constantFrom(...SLUGS),
  tags: fc.constantFrom(...TAGS),
  body: fc.constantFrom('Words.', '*Other* words.', '> '.repeat(200)),
  type: fc.constantFrom('post', 'page', undefined),
  parentId: fc.constantFrom('page', 'none', ...Array<undefined>(6)),
  bodyFormat: fc.constantFrom('markdown', 'html', undefined, undefined),
};
const onPost = {
  target: fc.constantFrom(...TARGETS),
  behind: fc.constantFrom(0, 0, 1, undefined, undefined),
};
/** Most times fit their status. */
const timing = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom({}, { status: 'draft' }, { status: 'published' }) },
  { weight: 2, arbitrary: fc.constantFrom(...TIMES).map((at) => ({ status: 'scheduled', scheduledAt: at })) },
  fc.record({ status: fc.constantFrom(...STATUSES), scheduledAt: fc.constantFrom(...TIMES, undefined) }),
);
const creation = fc
  .record({ fields: fc.record(fields), timing })
  .map(({ fields: given, timing: times }): Drawn => ({
    op: 'create',
    body: defined({ ...given, ...times }),
  }));
const edit = fc
  .record({ ...onPost, body: fc.record(fields, { requiredKeys: [] }) })
  .map(({ body, ...rest }): Drawn => ({ op: 'update', ...rest, body: defined(body) }));
const schedule = fc
  .record({ ...onPost, at: fc.constantFrom(...TIMES) })
  .map(({ at, ...rest }): Drawn => ({ op: 'schedule', ...rest, body: { at } }));
const action = fc.record({ ...onPost, op: fc.constantFrom(...ACTIONS) });
const operation = fc.oneof({ weight: 4, arbitrary: creation }, edit, schedule, action, action);

interface World {
  me: string;
  by: Client;
  ids: Record<string, string>;
  versions: Record<string, number>;
}

async function aWorld(galley: Galley): Promise<World> {
  await galley.database.query('TRUNCATE posts, tags, events, idempotency_keys CASCADE');
  const [me, other]: Person[] = [await galley.aUser({ name: 'Me' }), await galley.aUser({ name: 'Other' })];
  const posts: Record<string, PostView> = {};
  const write = async (name: string, author: Person, given: object) =>
    (posts[name] = await galley.aPost({ author, slug: name.replace(' ', '-'), ...given }));
  await write('draft', me as Person, {});
  await write('page', me as Person, { type: 'page' });
  await write('published', me as Person, { status: 'published' });
  await write('archived', me as Person, { status: 'archived' });
  await write('other draft', other as Person, {});
  await write('other published', other as Person, { status: 'published' });
  const none = '019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41';
  return {
    me: (me as Person).id,
    by: galley.as(me as Person),
    ids: { none, ...Object.fromEntries(Object.entries(posts).map(([name, { id }]) => [name, id])) },
    versions: Object.fromEntries(Object.entries(posts).map(([name, { version }]) => [name, version])),
  };
}

/** Versions count the operations that have succeeded so far, which the drawn condition does not know. */
const resolved = ({ op, target, behind, body }: Drawn, { ids, versions }: World) => ({
  op,
  id: target && ids[target],
  ifMatch: behind === undefined ? undefined : `"${(versions[target as string] ?? 1) + behind}"`,
  body: body && 'parentId' in body ? { ...body, parentId: ids[body.parentId as string] } : body,
});

function alone(drawn: Drawn, world: World): PromiseLike<Answer> {
  const { op, id, ifMatch, body } = resolved(drawn, world);
  const headers: Record<string, string> = ifMatch === undefined ? {} : { 'if-match': ifMatch };
  if (op === 'create') return world.by.post('/api/v1/posts', body);
  const path = `/api/v1/posts/${id}`;
  if (op === 'update') return world.by.patch(path, body, headers);
  return op === 'delete' ? world.by.delete(path, headers) : world.by.post(`${path}/${op}`, body, headers);
}

/** Replaces what differs between two deployments in the same state: ids by their order, and times. */
function comparable(world: World, names: Map<string, string>, value: unknown): unknown {
  for (const [name, id] of Object.entries(world.ids)) names.set(id, name);
  const text = JSON.stringify(value, (key, part: unknown) =>
    ['requestId', 'instance'].includes(key) || (key.endsWith('At') && typeof part === 'string') ? key : part,
  );
  return JSON.parse(
    text.replace(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, (id) => {
      if (!names.has(id)) names.set(id, `id ${names.size}`);
      return names.get(id) as string;
    }),
  );
}

/** What a single request has answered, as a result of a bulk request. */
function resultOf({ status, body }: Answer, index: number): object {
  if (status >= 400) {
    const placed = (path: string) => `operations.${index}.body.${path}`;
    const errors = body.errors?.map((fault: { path: string }) => ({ ...fault, path: placed(fault.path) }));
    // The detail of a single fault begins with its path.
    const detail = errors ? '' : (body.detail as string).replace(/^If-Match/, `operations.${index}.ifMatch`);
    return { status, problem: { ...body, errors, detail } };
  }
  if (status === 204) return { status };
  const { body: _body, html: _html, ...listed } = body as PostView;
  return { status, body: listed };
}

const withoutDetail = (result: BulkResult) =>
  result.problem?.errors ? { ...result, problem: { ...result.problem, detail: '' } } : result;

/** Everything that both ways leave behind. */
const STORED = [
  `SELECT p.id, type, slug, title, excerpt, body, body_format, html, summary, status, author_id, parent_id, version,
     ARRAY(SELECT t.name FROM post_tags pt JOIN tags t ON t.id = pt.tag_id WHERE pt.post_id = p.id ORDER BY position) AS tags
   FROM posts p ORDER BY p.id`,
  'SELECT slug, name FROM tags ORDER BY slug',
  'SELECT slug, post_id FROM old_slugs ORDER BY slug',
  `SELECT post_id, number, version, author_id, note, changed, title, tags, parent_id FROM post_revisions
   ORDER BY post_id, number`,
  `SELECT type, resource_type, resource_version, is_public, is_silent, data - 'createdAt' - 'updatedAt' AS data FROM events
   WHERE type <> 'cache.invalidated' AND type NOT LIKE 'tag.%' ORDER BY seq`,
  `SELECT type, data->>'name' AS name FROM events WHERE type LIKE 'tag.%' ORDER BY data->>'name', type`,
];

const ENTRIES = `SELECT action, target_id, changes::text AS changes FROM audit_entries
  WHERE actor_id = $1 AND target_type = 'post' ORDER BY id`;

async function stateOf(galley: Galley, world: World, names: Map<string, string>): Promise<unknown> {
  const rows = [];
  for (const statement of STORED) rows.push(await galley.database.query(statement));
  rows.push(await galley.database.query(ENTRIES, [world.me]));
  return comparable(world, names, rows);
}

it('any sequence of operations has the same results and leaves the same behind as single requests', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(operation, { minLength: 2, maxLength: 14 }),
      fc.boolean(),
      async (drawn: Drawn[], isKeyed) => {
        const [one, all] = [await aWorld(singly), await aWorld(together)];
        const expected: object[] = [];
        for (const [index, each] of drawn.entries()) expected.push(resultOf(await alone(each, one), index));
        const operations = drawn.map((each) => resolved(each, all));
        const headers: Record<string, string> = isKeyed ? { 'idempotency-key': 'the-key' } : {};
        const { body } = await all.by.post('/api/v1/posts/bulk', { operations }, headers).expect(207);
        const [names, others] = [new Map<string, string>(), new Map<string, string>()];
        const results = (body.results as BulkResult[]).map(withoutDetail);
        expect(comparable(all, others, results)).toEqual(comparable(one, names, expected));
        expect(await stateOf(together, all, others)).toEqual(await stateOf(singly, one, names));
      },
    ),
    { numRuns: 40, endOnFailure: true },
  );
}, 600_000);
