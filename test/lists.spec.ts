import pg from 'pg';
import { getMetadataArgsStorage } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from './support/builders.js';
import type { Answer, Client } from './support/client.js';
import { currentOrigin } from '../src/platform/origin/origin.js';
import { aWebhook, WEBHOOK_SETTINGS } from './support/a-webhook.js';
import { type Galley, startGalley } from './support/galley.js';
import { documentedRoutes } from './support/routes.js';

let galley: Galley;
let ada: Person;
let author: Client;
let admin: Client;
beforeAll(async () => {
  galley = await startGalley(WEBHOOK_SETTINGS);
  ada = await galley.aUser();
  author = galley.as(ada);
  admin = galley.as(await galley.aUser({ role: 'admin' }));
});
afterAll(() => galley.stop());

/** Creates many posts of one author: `n` is their number, and `at` is SQL for the time of publication or change. */
async function manyPosts(
  by: Person,
  count: number,
  { status = 'published', at = 'now()' } = {},
): Promise<string[]> {
  const rows = await galley.database.query<{ id: string }>(
    `INSERT INTO posts (id, slug, title, body, html, html_version, author_id, status, published_at, scheduled_at, created_at, updated_at)
     SELECT gen_random_uuid(), 'many-' || gen_random_uuid(), 'Post ' || n, '', '', 1, $1, $2::text,
       CASE WHEN $2 = 'published' THEN ${at} END, CASE WHEN $2 = 'scheduled' THEN now() + interval '1 day' END, ${at}, ${at}
     FROM generate_series(1, $3) AS n RETURNING id`,
    [by.id, status, count],
  );
  return rows.map((row) => row.id);
}

/** Follows `Link: rel="next"` to the end. `between` is called after each page. */
async function walk(
  client: Client,
  start: string,
  between: (page: number) => Promise<void> = () => Promise.resolve(),
) {
  const seen: any[] = [];
  let next: string | undefined = start;
  for (let page = 0; next; page++) {
    const answer: Answer = await client.get(next).expect(200);
    seen.push(...answer.body.data);
    const link: string | null = answer.headers.get('link');
    const { nextCursor } = answer.body.meta;
    expect(link === null).toBe(nextCursor === null); // A page by cursor has no `prev`.
    if (link) {
      expect(link).toMatch(/^<\/api\/v1\/[^>]+>; rel="next"$/);
      expect(new URL(link.slice(1, link.indexOf('>')), galley.url).searchParams.get('cursor')).toBe(
        nextCursor,
      );
    }
    next = link?.slice(1, link.indexOf('>'));
    await between(page);
  }
  return seen;
}
const idsOf = (rows: { id: string }[]) => rows.map((row) => row.id);

describe('walking a list by cursor at limit 7', () => {
  it.each(['-publishedAt', 'publishedAt', '-createdAt', 'updatedAt'])(
    'returns every untouched post exactly once while others come and go, by %s',
    async (sort) => {
      const by = await galley.aUser();
      const untouched = await manyPosts(by, 60, { at: `now() - n * interval '1 second'` });
      const doomed = await manyPosts(by, 20, {
        at: `now() - n * interval '3 seconds' - interval '1 microsecond'`,
      });
      const url = `/api/v1/posts?limit=7&sort=${sort}&filter[authorId]=${by.id}`;
      const seen = await walk(galley.anyone, url, async (page) => {
        await manyPosts(by, 3, { at: `now() - n * interval '10 seconds' - interval '${page} microseconds'` });
        await galley.database.query('DELETE FROM posts WHERE id = ANY($1)', [doomed.splice(0, 3)]);
      });
      const ids = idsOf(seen);
      expect(new Set(ids).size).toBe(ids.length);
      expect(untouched.filter((id) => !ids.includes(id))).toEqual([]);
    },
  );

  it.each(['-publishedAt', 'publishedAt'])('and posts of the same microsecond, by %s', async (sort) => {
    const by = await galley.aUser();
    const ids = await manyPosts(by, 40, { at: `timestamptz '2024-05-05 05:05:05.123456+00'` });
    ids.push(...(await manyPosts(by, 1, { at: `timestamptz '2024-05-05 05:05:05.123457+00'` })));
    ids.push(...(await manyPosts(by, 1, { at: `timestamptz '2024-05-05 05:05:05.123455+00'` })));
    const seen = idsOf(
      await walk(galley.anyone, `/api/v1/posts?limit=7&sort=${sort}&filter[authorId]=${by.id}`),
    );
    expect(seen.toSorted()).toEqual(ids.toSorted());
    const edge = sort === 'publishedAt' ? -1 : 0;
    expect(seen.at(edge)).toBe(ids[40]);
  });

  it('and drafts, scheduled and archived posts, which have no publication to sort by', async () => {
    const by = await galley.aUser();
    const ids: string[] = [];
    for (const status of ['draft', 'scheduled', 'archived', 'published'])
      ids.push(...(await manyPosts(by, 10, { status, at: `now() - (n % 3) * interval '1 second'` })));
    const url = `/api/v1/posts?limit=7&filter[authorId]=${by.id}&filter[status]=draft,scheduled,archived,published`;
    for (const sort of ['-publishedAt', 'publishedAt', '-updatedAt', 'createdAt']) {
      const seen = idsOf(await walk(galley.as(by), `${url}&sort=${sort}`));
      expect([sort, seen.toSorted()]).toEqual([sort, ids.toSorted()]);
    }
  });

  it('and comments, tags and accounts', async () => {
    const post = await galley.aPost({ status: 'published' });
    await galley.database.query(
      `INSERT INTO comments (id, post_id, author_id, body, html, html_version) SELECT gen_random_uuid(), $1, $2, 'x', 'x', 1 FROM generate_series(1, 30)`,
      [post.id, ada.id],
    );
    await galley.database.query(
      `INSERT INTO tags (id, slug, name) SELECT gen_random_uuid(), 'walk-' || n, CASE WHEN n % 2 = 0 THEN 'Walk ' ELSE 'walk ' END || n FROM generate_series(1, 30) AS n`,
    );
    await galley.database.query(
      `INSERT INTO users (id, name) SELECT gen_random_uuid(), CASE WHEN n % 3 = 0 THEN 'Same' ELSE 'Ünï ' || n END FROM generate_series(1, 30) AS n`,
    );
    const [{ users } = { users: 0 }] = await galley.database.query<{ users: number }>(
      'SELECT count(*)::integer AS users FROM users',
    );
    for (const sort of ['createdAt', '-createdAt']) {
      expect(
        new Set(idsOf(await walk(galley.anyone, `/api/v1/posts/${post.id}/comments?limit=7&sort=${sort}`)))
          .size,
      ).toBe(30);
      expect(new Set(idsOf(await walk(admin, `/api/v1/users?limit=7&sort=${sort}`))).size).toBe(users);
    }
    for (const sort of ['name', '-name'])
      expect(new Set(idsOf(await walk(admin, `/api/v1/users?limit=7&sort=${sort}`))).size).toBe(users);
    for (const sort of ['name', '-name', 'slug', '-slug']) {
      const seen = (await walk(admin, `/api/v1/tags?limit=7&sort=${sort}`)).filter((tag) =>
        tag.slug.startsWith('walk-'),
      );
      expect([sort, new Set(seen.map((tag) => tag.slug)).size, seen.length]).toEqual([sort, 30, 30]);
    }
  });

  it('also when an imported name is as long as the index takes', async () => {
    await galley.database.query(
      `INSERT INTO tags (id, slug, name) SELECT gen_random_uuid(), 'long-' || n, repeat('日本語', 250) || n FROM generate_series(1, 3) AS n`,
    );
    const seen = await walk(admin, '/api/v1/tags?limit=1&sort=-name');
    expect(seen.filter((tag) => tag.slug.startsWith('long-'))).toHaveLength(3);
  });
});

describe('a page', () => {
  it('has 20 items if limit is absent, 100 at most, and a next one only when there is more', async () => {
    const by = await galley.aUser();
    await manyPosts(by, 100);
    const page = async (query: string) =>
      (await galley.anyone.get(`/api/v1/posts?filter[authorId]=${by.id}${query}`).expect(200)).body;
    expect((await page('')).data).toHaveLength(20);
    expect((await page('&limit=1')).data).toHaveLength(1);
    const all = await page('&limit=100');
    expect([all.data.length, all.meta.nextCursor]).toEqual([100, null]);
    expect((await page('&limit=99')).meta.nextCursor).not.toBeNull();
    expect((await page(`&filter[tag]=nothing`)).data).toEqual([]);
  });

  it('by number shows the same rows as by cursor, up to page 100', async () => {
    const by = await galley.aUser();
    await manyPosts(by, 30, { at: `now() - n * interval '1 second'` });
    const url = `/api/v1/posts?limit=7&filter[authorId]=${by.id}`;
    const byCursor = idsOf(await walk(galley.anyone, url));
    const byNumber: string[] = [];
    for (let page = 1; page <= 5; page++)
      byNumber.push(...idsOf((await galley.anyone.get(`${url}&page=${page}`).expect(200)).body.data));
    expect(byNumber).toEqual(byCursor);
    expect((await galley.anyone.get(`${url}&page=6`).expect(200)).body).toEqual({
      data: [],
      meta: { nextCursor: null },
    });
    for (const client of [galley.anyone, author]) {
      const back: string[] = [];
      for (let at: string | undefined = `${url}&page=5`; at;) {
        const page: Answer = await client.get(at).expect(200);
        back.unshift(...idsOf(page.body.data));
        at = /<([^>]+)>; rel="prev"/.exec(page.headers.get('link') ?? '')?.[1];
      }
      expect(back).toEqual(byCursor);
    }
    await galley.anyone.get(`${url}&page=100`).expect(200);
    await galley.anyone.get(`${url}&page=101`).expect(400);
    const links = (await galley.anyone.get(`${url}&page=2`).expect(200)).headers.get('link') as string;
    const [link, previous] = links.split(', ') as [string, string];
    expect(link).toMatch(/^<[^>]+>; rel="next"$/);
    expect(link).not.toMatch(/[?&]page=/);
    expect(previous).toMatch(/^<[^>]+&page=1>; rel="prev"$/);
    const third = await galley.anyone.get(link.slice(1, link.indexOf('>'))).expect(200);
    expect(idsOf(third.body.data)).toEqual(byCursor.slice(14, 21));
  });

  it('keeps the query in its Link, encoded', async () => {
    const by = await galley.aUser();
    await manyPosts(by, 3);
    const query = `filter%5BauthorId%5D=${by.id}&fields=title%2Cslug&include=author&limit=1&sort=createdAt`;
    for (const path of ['/api/v1/posts', '/api/posts']) {
      const link = (await galley.anyone.get(`${path}?${query}`).expect(200)).headers.get('link') as string;
      const next = new URL(link.slice(1, link.indexOf('>')), galley.url);
      expect(next.pathname).toBe(path);
      expect(link).not.toMatch(/[[\]]/);
      next.searchParams.delete('cursor');
      expect([...next.searchParams].sort()).toEqual([...new URLSearchParams(query)].sort());
    }
  });
});

describe('fields and include', () => {
  it('bring what they name and the identifier, and nothing else', async () => {
    const post = await galley.aPost({ status: 'published', tags: ['named'] });
    await galley.aComment({ post });
    const keys = async (client: Client, path: string) =>
      Object.keys((await client.get(path).expect(200)).body.data[0] as object).sort();
    const usual = await keys(galley.anyone, '/api/v1/posts');
    expect(usual).toEqual(expect.arrayContaining(['author', 'tags', 'title']));
    for (const client of [galley.anyone, author]) {
      expect(await keys(client, '/api/v1/posts')).toEqual(usual);
      expect(await keys(client, '/api/v1/posts?fields=id')).toEqual(['id']);
      expect(await keys(client, '/api/v1/posts?fields=title,slug')).toEqual(['id', 'slug', 'title']);
      expect(await keys(client, '/api/v1/posts?fields=title&include=tags')).toEqual(['id', 'tags', 'title']);
      expect(await keys(client, '/api/v1/posts?fields=title&include=')).toEqual(['id', 'title']);
      expect(await keys(client, '/api/v1/posts?include=')).toEqual(
        usual.filter((name) => !['author', 'tags'].includes(name)),
      );
      expect(await keys(client, '/api/v1/tags?fields=name')).toEqual(['name', 'slug']);
      expect(await keys(client, `/api/v1/posts/${post.id}/comments?fields=id`)).toEqual(['id']);
    }
    expect(await keys(admin, '/api/v1/users?fields=name')).toEqual(['id', 'name']);
    await galley.anyone.get('/api/v1/posts?fields=').expect(400);
    await galley.anyone.get('/api/v1/posts?include=,').expect(400);
  });
});

describe('what a list costs', () => {
  /** Statements that the app sends while `work` runs, except those that identify the caller, and periodic work. */
  async function statements(work: () => Promise<unknown>): Promise<number> {
    const prototype = pg.Client.prototype as unknown as {
      query: (statement: string | { text: string }, ...rest: unknown[]) => unknown;
    };
    const original = prototype.query;
    let count = 0;
    prototype.query = function (statement, ...rest) {
      const text = typeof statement === 'string' ? statement : statement.text;
      if (currentOrigin().name === undefined && !/FROM sessions/.test(text)) count++;
      return original.call(this, statement, ...rest);
    };
    try {
      await work();
    } finally {
      prototype.query = original;
    }
    return count;
  }

  it('is a fixed number of statements, whatever include, fields and limit say', async () => {
    const post = await galley.aPost({ status: 'published' });
    for (let n = 0; n < 12; n++) {
      await galley.aPost({
        author: await galley.aUser(),
        status: 'published',
        tags: [`cost ${n}`, `cost ${n + 1}`],
      });
      await galley.aComment({ post });
    }
    const webhook = await aWebhook(admin, { active: false });
    const person = await galley.aUser();
    await admin.put(`/api/v1/users/${person.id}/follow`).expect(204);
    const costs: Record<string, number> = {
      '/api/v1/posts': 1,
      // The counts of posts have a separate timeout, which requires a transaction and a setting.
      '/api/v1/tags': 4,
      '/api/v1/users': 1,
      '/api/v1/admin/audit': 1,
      '/api/v1/admin/jobs': 1,
      '/api/v1/webhooks': 1,
      [`/api/v1/webhooks/${webhook.id}/deliveries`]: 2,
      [`/api/v1/posts/${post.id}/comments`]: 2,
      // A history is read as it was at one moment, which requires a transaction and its isolation level.
      [`/api/v1/posts/${post.id}/revisions`]: 6,
      [`/api/v1/users/${person.id}/followers`]: 2,
      [`/api/v1/users/${person.id}/following`]: 2,
      '/api/v1/notifications': 2,
    };
    for (const { method, path, operation } of documentedRoutes()) {
      const isList =
        method === 'GET' && operation.parameters?.some((parameter) => parameter.name === 'limit');
      if (!isList || path === '/api/v1/changes') continue; // The feed reads the log, and the types that are in it.
      const { id } = path.includes('/webhooks/') ? webhook : path.includes('/users/') ? person : post;
      const url = path.replace(/:\w+/, id);
      expect(Object.keys(costs)).toContain(url);
      const allowed = (name: string) =>
        operation.parameters?.find((parameter) => parameter.name === name)?.schema.items?.enum ?? [];
      const queries = ['limit=1', 'limit=100', `fields=${allowed('fields').join(',')}`];
      if (allowed('include').length > 0)
        queries.push(
          ...allowed('include').map((name) => `include=${name}&limit=50`),
          `include=${allowed('include').join(',')}`,
        );
      for (const query of queries)
        expect([query, await statements(() => admin.get(`${url}?${query}`).expect(200))]).toEqual([
          query,
          costs[url],
        ]);
    }
  });

  it('of one post is one statement with author and tags', async () => {
    const post = await galley.aPost({ status: 'published', tags: ['a', 'b', 'c'] });
    expect(await statements(() => galley.anyone.get(`/api/v1/posts/${post.id}`).expect(200))).toBe(1);
    expect(await statements(() => admin.get(`/api/v1/posts/${post.id}`).expect(200))).toBe(1);
    // The response is cached.
    expect(await statements(() => galley.anyone.get(`/api/v1/posts/${post.id}`).expect(200))).toBe(0);
  });
});

describe('private columns', () => {
  /** The fields of each table that a caller can see, by the schemas of the core. All others are private. */
  const PUBLIC: Record<string, string[]> = {
    users: [
      'id',
      'name',
      'bio',
      'avatarUrl',
      'website',
      'createdAt',
      'email',
      'emailVerified',
      'role',
      'active',
      'updatedAt',
      'version',
    ],
    posts: [
      'id',
      'type',
      'slug',
      'title',
      'excerpt',
      'body',
      'bodyFormat',
      'html',
      'status',
      'publishedAt',
      'scheduledAt',
      'createdAt',
      'updatedAt',
      'parentId',
      'featured',
      'commentsOpen',
      'meta',
      'version',
      'authorId',
      'commentCount',
    ],
    post_revisions: [
      ...['postId', 'number', 'version', 'authorId', 'note', 'restoredFrom', 'changed', 'title', 'tags'],
      ...['parentId', 'createdAt'],
    ],
    post_pending_edits: ['postId', 'number', 'fields'],
    comments: ['id', 'postId', 'parentId', 'body', 'html', 'status', 'createdAt', 'updatedAt', 'version'],
    tags: ['slug', 'name', 'description', 'version'],
    audit_entries: [
      ...['id', 'at', 'via', 'credentialId', 'action', 'targetType', 'targetId', 'requestId', 'network'],
      'changes',
    ],
    webhooks: [
      ...['id', 'ownerId', 'url', 'events', 'description', 'active', 'disabledReason', 'failingSince'],
      ...['version', 'createdAt', 'updatedAt'],
    ],
    webhook_messages: ['eventType', 'body'],
    webhook_deliveries: ['id', 'webhookId', 'state', 'attempts', 'nextAttemptAt', 'createdAt'],
    webhook_attempts: ['at', 'status', 'durationMs', 'error', 'responseBody'],
  };
  const columns = () =>
    getMetadataArgsStorage().columns.map((column) => ({
      table: getMetadataArgsStorage().tables.find((table) => table.target === column.target)?.name ?? '',
      property: column.propertyName,
      column: column.options.name ?? column.propertyName,
    }));
  const hidden = () => columns().filter(({ table, property }) => !PUBLIC[table]?.includes(property));
  const lists = () =>
    documentedRoutes().filter(
      ({ method, operation }) =>
        method === 'GET' && operation.parameters?.some((parameter) => parameter.name === 'sort'),
    );

  it('are known: passwords, hashes, tokens and what only we need', () => {
    const names = hidden().map(({ table, property }) => `${table}.${property}`);
    expect(names).toEqual(
      expect.arrayContaining([
        'users.passwordHash',
        'users.sessionsEndedAt',
        'posts.summary',
        'posts.htmlVersion',
        'posts.bodyDialect',
        'comments.bodyDialect',
        'comments.guestName',
        'refresh_tokens.hash',
        'tags.id',
      ]),
    );
  });

  it('can be neither filtered nor sorted by, asked for nor included, by any of their names', async () => {
    const post = await galley.aPost({ status: 'published' });
    const names = new Set(
      hidden().flatMap(({ table, property, column }) => [
        property,
        column,
        `${table}.${property}`,
        `author.${property}`,
      ]),
    );
    for (const { path, operation } of lists()) {
      const url = path.replace(/:\w+/, post.id);
      const known = (name: string) =>
        operation.parameters?.find((parameter) => parameter.name === name)?.schema;
      const shown = [
        ...(known('fields')?.items?.enum ?? []),
        ...(known('sort')?.enum ?? []),
        ...(known('include')?.items?.enum ?? []),
      ];
      for (const name of names) {
        // It is public in this list, because the `id` of a post is not secret.
        if (shown.includes(name)) continue;
        for (const query of [
          `filter[${name}]=x`,
          `filter[${name}][gte]=x`,
          `sort=${name}`,
          `sort=-${name}`,
          `fields=${name}`,
          `include=${name}`,
        ])
          expect([url, query, (await admin.get(`${url}?${query}`)).status]).toEqual([url, query, 400]);
      }
    }
    for (const name of [
      'email',
      'role',
      'active',
      'emailVerified',
      'authorEmail',
      'author.email',
      'author.role',
    ])
      for (const query of [`filter[${name}]=x`, `sort=${name}`, `fields=${name}`, `include=${name}`])
        await galley.anyone.get(`/api/v1/posts?${query}`).expect(400);
  }, 900_000);

  it('are in no answer: not to anyone, not to the account itself, not to an admin', async () => {
    const secrets = ['canary-hash-7c1f', 'canary-summary-7c1f', 'canary-email-7c1f'];
    const writer = await galley.aUser({ email: 'canary-email-7c1f@example.com' });
    const post = await galley.aPost({
      author: writer,
      status: 'published',
      excerpt: 'Mine',
      tags: ['canary'],
    });
    const comment = await galley.aComment({ post, author: writer });
    await galley.database.query('UPDATE users SET password_hash = $2 WHERE id = $1', [
      writer.id,
      'canary-hash-7c1f',
    ]);
    await galley.database.query('UPDATE posts SET summary = $2 WHERE id = $1', [
      post.id,
      'canary-summary-7c1f',
    ]);
    const names = new Set(hidden().map(({ property }) => property));
    for (const name of [...Object.values(PUBLIC).flat(), 'id', 'key', 'data', 'app']) names.delete(name);
    expect([...names]).toContain('passwordHash');
    const keysOf = (value: unknown): string[] =>
      Array.isArray(value)
        ? value.flatMap(keysOf)
        : value && typeof value === 'object'
          ? Object.entries(value).flatMap(([key, child]) => [key, ...keysOf(child)])
          : [];
    for (const { method, path, operation } of documentedRoutes()) {
      if (method !== 'GET' || !path.startsWith('/api/')) continue;
      const of = path.startsWith('/api/v1/users')
        ? writer.id
        : path.startsWith('/api/v1/comments')
          ? comment.id
          : path.startsWith('/api/v1/tags')
            ? 'canary'
            : post.id;
      const fields = operation.parameters?.find((parameter) => parameter.name === 'fields')?.schema.items
        ?.enum;
      const url = path.replace(/:\w+/, of) + (fields ? `?limit=100&fields=${fields.join(',')}` : '');
      const readers: [string, Client][] = [
        ['anyone', galley.anyone],
        ['another', author],
        ['themselves', galley.as(writer)],
        ['an admin', admin],
      ];
      for (const [who, client] of readers) {
        const answer = await client.get(url);
        expect([url, who, keysOf(answer.body).filter((key) => names.has(key))]).toEqual([url, who, []]);
        const theirs = who === 'themselves' || (who === 'an admin' && path.startsWith('/api/v1/users'));
        for (const secret of theirs ? secrets.slice(0, 2) : secrets)
          expect(answer.text).not.toContain(secret);
      }
    }
  });

  it('are named by no request', async () => {
    for (const { method, path, operation } of documentedRoutes()) {
      if (!operation.requestBody || path.endsWith('/import')) continue; // A file is not a list of fields.
      const url = path.replace('/users/:id', `/users/${ada.id}`).replace(/:\w+/, ada.id);
      for (const { property, column } of columns().filter(
        ({ table }) => table === 'users' || table === 'sessions',
      )) {
        for (const name of [property, column]) {
          const { status, body } = await admin.send(method, url, { body: { [name]: null } });
          expect([path, name, status]).toEqual([
            path,
            name,
            status >= 400 ? status : [200, 204].find((ok) => ok === status),
          ]);
          if (
            [
              'passwordHash',
              'password_hash',
              'sessionsEndedAt',
              'active',
              'emailVerified',
              'version',
              'id',
            ].includes(name)
          )
            expect([path, name, status, body?.code]).toEqual([path, name, 400, 'validation_failed']);
        }
      }
    }
  });
});

describe('a parameter', () => {
  it.each([
    [
      'posts?type=page',
      'type is not a known parameter; use filter[type] instead, for example filter[type]=page.',
    ],
    [
      'posts?status=draft',
      'status is not a known parameter; use filter[status] instead, for example filter[status]=draft.',
    ],
    [
      'posts?author=ada',
      'author is not a known parameter; use filter[authorId] instead, for example filter[authorId]=<id of the author>.',
    ],
    [
      'posts?tag=sql',
      'tag is not a known parameter; use filter[tag] instead, for example filter[tag]=postgresql.',
    ],
    [
      'posts?category=sql',
      'category is not a known parameter; use filter[tag] instead, for example filter[tag]=postgresql.',
    ],
    ['posts?=1', 'The request must not have a parameter without a name.'],
    ['posts?search=x', 'search is not a known parameter; use q instead, for example q=<words>.'],
    [
      'posts?offset=20',
      'offset is not a known parameter; use cursor instead, for example cursor=<meta.nextCursor of the previous page>.',
    ],
    ['posts?per_page=5', 'per_page is not a known parameter; use limit instead, for example limit=20.'],
    ['posts?order=desc', 'order is not a known parameter; use sort instead, for example sort=-publishedAt.'],
    ['tags?order=desc', 'order is not a known parameter; use sort instead, for example sort=name.'],
    [
      'tags?search=x',
      'search is not a known parameter; this endpoint has limit, cursor, page, sort, fields.',
    ],
    [
      'users?status=disabled',
      'status is not a known parameter; use filter[active] instead, for example filter[active]=false.',
    ],
    [
      'posts?limit=5&limit=6',
      'limit must occur only once. Where several values are allowed, separate them by commas.',
    ],
    [
      'posts?filter[publishedAt][gte]=2026-01-01',
      'filter[publishedAt][gte] must be an RFC 3339 time such as 2026-11-20T18:51:12Z, not a date. For the start of this day in UTC, use 2026-01-01T00:00:00Z.',
    ],
    [
      'posts?filter[publishedAt][gte]=2026-01-01T00:00:00+02:00',
      'filter[publishedAt][gte] must be an RFC 3339 time such as 2026-11-20T18:51:12Z. In a URL, write the + of an offset as %2B.',
    ],
    ['users/me?fields=name', 'fields is not a known parameter; this endpoint has no query parameters.'],
  ])('that is not there is refused with the one that is: %s', async (path, detail) => {
    expect((await admin.get(`/api/v1/${path}`).expect(400)).body.detail).toBe(detail);
  });
});

describe('a filter at its default', () => {
  it('is no other query: a cursor is good with it and without it', async () => {
    const by = await galley.aUser();
    await manyPosts(by, 3);
    const mine = `/api/v1/posts?limit=1&filter[authorId]=${by.id}`;
    const [TYPE, STATUS] = ['&filter[type]=post', '&filter[status]=published'];
    const spellings = ['', TYPE, STATUS, TYPE + STATUS];
    for (const client of [galley.anyone, author])
      for (const first of spellings) {
        const { body } = await client.get(mine + first).expect(200);
        for (const next of spellings) {
          const page = await client.get(`${mine}${next}&cursor=${body.meta.nextCursor}`).expect(200);
          expect(page.body.data).toHaveLength(1);
          expect(page.body.data[0].id).not.toBe(body.data[0].id);
        }
        for (const other of ['&filter[type]=page', '&filter[type]=post,page', '&filter[status]=draft'])
          await client.get(`${mine}${other}&cursor=${body.meta.nextCursor}`).expect(400);
      }
  });
});
