import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answered } from './support/answered.js';
import type { Person } from './support/builders.js';
import type { Client } from './support/client.js';
import { aJob } from './support/a-job.js';
import { aWebhook, WEBHOOK_SETTINGS } from './support/a-webhook.js';
import { type Galley, startGalley } from './support/galley.js';
import { documentedRoutes } from './support/routes.js';

let galley: Galley;
let admin: Person;
let by: Client;
beforeAll(async () => {
  galley = await startGalley(WEBHOOK_SETTINGS);
  admin = await galley.aUser({ role: 'admin' });
  by = galley.as(admin);
});
afterAll(() => galley.stop());

const SINGLE = /^"\d+-[\w-]{16}"$/;
const LIST = /^"[\w-]{16}"$/;

/** A value that no resource has yet, because a change to the present value changes nothing. */
let values = 0;
const aValue = () => `N${++values}`;

/** One resource of each kind that has a version, and a change of it. */
const RESOURCES: Record<string, () => Promise<{ path: string; change: object; reads?: string }>> = {
  post: async () => ({ path: `/api/v1/posts/${(await galley.aPost()).id}`, change: { title: aValue() } }),
  comment: async () => ({
    path: `/api/v1/comments/${(await galley.aComment()).id}`,
    change: { body: aValue() },
  }),
  tag: async () => ({
    path: `/api/v1/tags/${(await galley.aTag()).slug}`,
    change: { description: aValue() },
  }),
  user: async () => ({ path: `/api/v1/users/${(await galley.aUser()).id}`, change: { name: aValue() } }),
  me: () => Promise.resolve({ path: '/api/v1/users/me', change: { name: aValue() } }),
  webhook: async () => ({
    path: `/api/v1/webhooks/${(await aWebhook(by, { active: false })).id}`,
    change: { description: aValue() },
  }),
};
const KINDS = Object.keys(RESOURCES);
const PREFERENCES = { path: '/api/v1/notifications/preferences', change: {} };
/** Resources without a version, whose whole ETag is compared. */
const UNVERSIONED: typeof RESOURCES = {
  preferences: () => Promise.resolve(PREFERENCES),
  job: async () => ({ path: `/api/v1/admin/jobs/${await aJob(galley.database, 'failed')}`, change: {} }),
};
const aResource = async (kind: string) =>
  ({ ...RESOURCES, ...UNVERSIONED })[kind]?.() as ReturnType<(typeof RESOURCES)[string]>;

/** Resources of the caller, which are not found by an id. */
const OWN: Record<string, string> = { '/api/v1/users/me': 'me', [PREFERENCES.path]: 'preferences' };
const isOwn = (kind: string) => Object.values(OWN).includes(kind);

const UNKNOWN = '019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41';

/** Each conditional route once, with its own resource that the admin may change. */
async function everyChange(): Promise<{ kind: string; method: string; path: string; body?: object }[]> {
  const changes = [];
  for (const { method, path: template, operation } of documentedRoutes()) {
    if (!operation.parameters?.some((parameter) => parameter.name === 'If-Match')) continue;
    const noun = OWN[template] ?? /\/(?:v1|admin)\/(\w+)s\//.exec(template)?.[1] ?? '';
    const { path, change } = await aResource(noun);
    const action = /:\w+(\/[\w-]+)$/.exec(template)?.[1] ?? '';
    const sent = {
      '/moderate': { status: 'hidden' },
      '/merge': { into: (await galley.aTag()).slug },
      '/schedule': { at: '2099-01-01T00:00:00Z' },
    }[action];
    changes.push({ kind: noun, method, path: path + action, body: method === 'PATCH' ? change : sent });
  }
  return changes;
}

const etagOf = (answer: { headers: Headers }): string => answer.headers.get('etag') as string;
const versionOf = (etag: string): number => Number(/^"(\d+)-/.exec(etag)?.[1]);

describe('every single resource has an ETag of version and representation', () => {
  it.each(KINDS)('%s', async (kind) => {
    const { path, change } = await aResource(kind);
    const read = await by.get(path).expect(200);
    expect(etagOf(read)).toMatch(SINGLE);
    expect(versionOf(etagOf(read))).toBe(read.body.version);
    expect(etagOf(await by.head(path).expect(200))).toBe(etagOf(read));
    expect(etagOf(await by.get(path).expect(200))).toBe(etagOf(read));
    const written = await by.patch(path, change).expect(200);
    expect(versionOf(etagOf(written))).toBe(read.body.version + 1);
    expect(etagOf(await by.get(path).expect(200))).toBe(etagOf(written));
  });

  it('also what a creation answers', async () => {
    const post = await by.post('/api/v1/posts', { title: 'T', body: 'B' }).expect(201);
    expect(etagOf(await by.get(`/api/v1/posts/${post.body.id}`).expect(200))).toBe(etagOf(post));
  });

  it('and a public profile, whose body shows no version', async () => {
    const person = await galley.aUser();
    const read = await galley.anyone.get(`/api/v1/users/${person.id}`).expect(200);
    expect(etagOf(read)).toMatch(SINGLE);
    expect(read.body).not.toHaveProperty('version');
    const own = await galley.as(person).get(`/api/v1/users/${person.id}`).expect(200);
    expect(versionOf(etagOf(own))).toBe(versionOf(etagOf(read)));
    expect(etagOf(own)).not.toBe(etagOf(read));
  });

  /** A compressed response has a weak tag. */
  const PLAIN = { 'accept-encoding': 'identity' };

  it('lists have the hash alone, which changes with what they show', async () => {
    for (const path of [
      '/api/v1/posts',
      '/api/v1/tags',
      '/api/v1/users',
      `/api/v1/posts/${(await galley.aPost()).id}/comments`,
    ])
      expect(etagOf(await by.get(path, PLAIN).expect(200))).toMatch(LIST);
    const before = etagOf(await by.get('/api/v1/posts').expect(200));
    await galley.aPost({ status: 'published' });
    expect(etagOf(await by.get('/api/v1/posts').expect(200))).not.toBe(before);
  });

  it('the feed of changes has none, because each response has another cursor', async () => {
    const { headers } = await by.get('/api/v1/changes').expect(200);
    expect([headers.get('etag'), headers.get('cache-control')]).toEqual([null, 'no-store']);
    await by.get('/api/v1/changes', { 'if-none-match': '*' }).expect(200);
  });

  it('errors have none', async () => {
    expect(etagOf(await by.get('/api/v1/posts/nothing').expect(404))).toBeNull();
  });
});

describe('If-None-Match', () => {
  const unchanged = async (path: string, tags: string) => {
    for (const read of [by.get(path, { 'if-none-match': tags }), by.head(path, { 'if-none-match': tags })]) {
      const answer = await read.expect(304);
      expect(answer.text).toBe('');
      expect(answer.headers.get('content-type')).toBeNull();
      const present = etagOf(await by.get(path, { 'accept-encoding': 'identity' }).expect(200));
      expect(etagOf(answer)?.replace('W/', '')).toBe(present);
      expect(answer.headers.get('cache-control')).not.toBeNull();
      expect(answer.headers.get('vary')).toMatch(/Authorization/);
    }
  };

  it.each([...KINDS, 'list'])('answers 304 without a body while nothing changed: %s', async (kind) => {
    const { path } = kind === 'list' ? { path: '/api/v1/posts?limit=5' } : await aResource(kind);
    const etag = etagOf(await by.get(path, { 'accept-encoding': 'identity' }).expect(200));
    await unchanged(path, etag);
    await unchanged(path, `W/${etag}`);
    await unchanged(path, `"other", W/"more" , ${etag}`);
    await unchanged(path, '*');
  });

  it.each(KINDS)('compares all of the tag, and answers anew after a change: %s', async (kind) => {
    const { path, change } = await aResource(kind);
    const etag = etagOf(await by.get(path).expect(200));
    await by.get(path, { 'if-none-match': `"${versionOf(etag)}"` }).expect(200);
    await by.get(path, { 'if-none-match': 'garbage' }).expect(200);
    await by.patch(path, change).expect(200);
    await by.get(path, { 'if-none-match': etag }).expect(200);
  });

  it('never hides a refusal', async () => {
    const post = await galley.aPost();
    await galley.anyone.get(`/api/v1/posts/${post.id}`, { 'if-none-match': '*' }).expect(404);
    await galley.anyone.get('/api/v1/users/me', { 'if-none-match': '*' }).expect(401);
  });
});

describe('If-None-Match on a change', () => {
  it.each(KINDS)('refuses a version that it names, and * refuses all: %s', async (kind) => {
    const { path, change } = await aResource(kind);
    const etag = etagOf(await by.get(path).expect(200));
    for (const tag of ['*', etag, `W/${etag}`, `"${versionOf(etag)}"`, `"other", ${etag}`]) {
      const { body } = await by.patch(path, change, { 'if-none-match': tag }).expect(412);
      expect(body.code).toBe('if_none_match_failed');
    }
    expect(etagOf(await by.get(path).expect(200))).toBe(etag);
    for (const tag of ['"0"', '"other"', 'garbage'])
      await by.patch(path, change, { 'if-none-match': tag }).expect(200);
  });

  it('of all things refuses every change that there is', async () => {
    for (const { method, path, body } of await everyChange())
      await by.send(method, path, { body, headers: { 'if-none-match': '*' } }).expect(412);
  });
});

describe('conditions on a change of a resource without a version', () => {
  const { path } = PREFERENCES;
  const change = (email: string) => ({ post_published: { email } });

  it('compare its whole tag, so that of two edits of the same state one is refused', async () => {
    const read = etagOf(await by.get(path).expect(200));
    expect(read).toMatch(LIST);
    const written = await by.patch(path, change('daily'), { 'if-match': `"other", W/${read}` }).expect(200);
    expect((await by.patch(path, change('off'), { 'if-match': read }).expect(412)).body.code).toBe(
      'version_mismatch',
    );
    expect((await by.get(path).expect(200)).body).toEqual(written.body);
    const now = etagOf(await by.get(path).expect(200));
    expect(etagOf(written)).toBe(now);
    const key = { 'idempotency-key': 'preferences', 'if-match': now };
    for (let n = 0; n < 2; n++) {
      const answer = await by.patch(path, change('daily'), key).expect(200);
      expect(etagOf(answer)).toBe(now);
    }
    await by.patch(path, change('off'), { 'if-none-match': now }).expect(412);
    await by.patch(path, change('off'), { 'if-match': 'garbage' }).expect(400);
    await by.patch(path, change('off'), { 'if-match': '*', 'if-none-match': read }).expect(200);
    expect(etagOf(await by.get(path).expect(200))).toBe(read);
  });

  it('apply to the retry and the deletion of a job', async () => {
    const job = `/api/v1/admin/jobs/${await aJob(galley.database, 'failed')}`;
    const dead = etagOf(await by.get(job).expect(200));
    expect(dead).toMatch(LIST);
    const retried = await by.post(`${job}/retry`, undefined, { 'if-match': dead }).expect(200);
    const due = etagOf(await by.get(job).expect(200));
    expect([etagOf(retried), due]).not.toContain(dead);
    expect(etagOf(retried)).toBe(due);
    const refused: Record<string, string>[] = [
      { 'if-match': dead },
      { 'if-match': '"1"' },
      { 'if-none-match': due },
    ];
    for (const headers of refused) {
      await by.post(`${job}/retry`, undefined, headers).expect(412);
      await by.delete(job, headers).expect(412);
    }
    await by.get(job).expect(200);
    await by.delete(job, { 'if-match': due }).expect(204);
  });

  it('are evaluated one after the other', async () => {
    const read = etagOf(await by.get(path).expect(200));
    const edits = ['daily', 'immediate', 'daily', 'immediate'].map((email) =>
      by.patch(path, change(email), { 'if-match': read }),
    );
    const statuses = (await Promise.all(edits)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 412, 412, 412]);
  });
});

describe('conditions by date', () => {
  const anyone = (path: string, headers = {}) => galley.anyone.get(path, headers);

  it('are ignored by reads: a post changes twice within a second, and without an edit', async () => {
    const { id } = await galley.aPost({ status: 'published' });
    const path = `/api/v1/posts/${id}`;
    const edited = await by.patch(path, { title: 'N' }).expect(200);
    const { headers } = await anyone(path).expect(200);
    const modified = headers.get('last-modified') as string;
    expect(Date.parse(modified)).toBe(Math.floor(Date.parse(edited.body.updatedAt) / 1000) * 1000);
    for (const since of [modified, new Date(Date.now() + 86_400_000).toUTCString()])
      await anyone(path, { 'if-modified-since': since }).expect(200);
    await anyone(path, { 'if-unmodified-since': new Date(0).toUTCString() }).expect(200);
    const held = { 'if-none-match': etagOf(await anyone(path).expect(200)) };
    const unchanged = await anyone(path, held).expect(304);
    expect(unchanged.headers.get('last-modified')).toBe(modified);
    await by.post(`${path}/comments`, { body: 'New' }).expect(201);
    const commented = await anyone(path, { 'if-modified-since': modified }).expect(200);
    expect([commented.body.commentCount, commented.headers.get('last-modified')]).toEqual([1, modified]);
    expect((await galley.anyone.head(path).expect(200)).headers.get('last-modified')).toBe(modified);
  });

  it('are ignored by changes, and by reads with credentials, whose responses have no Last-Modified', async () => {
    const { path, change } = await aResource('post');
    const dates = {
      'if-modified-since': new Date().toUTCString(),
      'if-unmodified-since': new Date(0).toUTCString(),
    };
    expect((await by.get(path, dates).expect(200)).headers.get('last-modified')).toBeNull();
    await by.patch(path, change, dates).expect(200);
  });
});

describe('If-Match', () => {
  it.each(KINDS)('compares the version, in every form that it comes in: %s', async (kind) => {
    const { path, change } = await aResource(kind);
    const forms = [
      (etag: string) => etag,
      (etag: string) => `W/${etag}`,
      (etag: string) => `"${versionOf(etag)}"`,
      (etag: string) => `W/"${versionOf(etag)}"`,
      (etag: string) => `"${versionOf(etag)}-of-another-view"`,
      (etag: string) => `"999999", ${etag}`,
      () => '*',
    ];
    for (const form of forms) {
      const tag = form(etagOf(await by.get(path).expect(200)));
      await by.patch(path, change, { 'if-match': tag }).expect(200);
    }
  });

  it.each(KINDS)('of another version is 412, and nothing changes: %s', async (kind) => {
    const { path, change } = await aResource(kind);
    const stale = etagOf(await by.get(path).expect(200));
    const [field] = Object.keys(change) as [string];
    const present = etagOf(await by.patch(path, { [field]: aValue() }).expect(200));
    for (const tag of [
      stale,
      `W/${stale}`,
      `"${versionOf(stale)}"`,
      '"0"',
      '"999999999"',
      '"abc"',
      '""',
      `"0", "${versionOf(stale)}-x"`,
    ]) {
      const { body } = await by.patch(path, change, { 'if-match': tag }).expect(412);
      expect(body.code).toBe('version_mismatch');
    }
    expect(etagOf(await by.get(path).expect(200))).toBe(present);
  });

  it.each(['garbage', '3', "'3'", '"3', 'W/3', 'w/"3"', '"3" "4"', ',', '', '*, "3"'])(
    'that cannot be read is 400: %s',
    async (tag) => {
      const post = await galley.aPost();
      const { body } = await by.patch(`/api/v1/posts/${post.id}`, {}, { 'if-match': tag }).expect(400);
      expect(body.code).toBe('invalid_if_match');
    },
  );

  it('guards every action and every deletion', async () => {
    const wrong = { 'if-match': '"999"' };
    const post = await galley.aPost({ status: 'published' });
    const comment = await galley.aComment({ post });
    const [tag, other] = [await galley.aTag(), await galley.aTag()];
    const person = await galley.aUser();
    const calls: [string, string, object?][] = [
      ['DELETE', `/api/v1/posts/${post.id}`],
      ['POST', `/api/v1/posts/${post.id}/unpublish`],
      ['POST', `/api/v1/posts/${post.id}/archive`],
      ['DELETE', `/api/v1/comments/${comment.id}`],
      ['POST', `/api/v1/comments/${comment.id}/moderate`, { status: 'hidden' }],
      ['DELETE', `/api/v1/tags/${tag.slug}`],
      ['POST', `/api/v1/tags/${tag.slug}/merge`, { into: other.slug }],
      ['PATCH', `/api/v1/users/${person.id}`, { role: 'editor' }],
      ['POST', `/api/v1/users/${person.id}/disable`],
      ['POST', `/api/v1/users/${person.id}/enable`],
    ];
    for (const [method, path, body] of calls)
      await by.send(method, path, { body, headers: wrong }).expect(412);
    expect((await by.get(`/api/v1/posts/${post.id}`).expect(200)).body.status).toBe('published');
    await by.get(`/api/v1/comments/${comment.id}`).expect(200);
    await by.get(`/api/v1/tags/${tag.slug}`).expect(200);
    expect((await by.get(`/api/v1/users/${person.id}`).expect(200)).body).toMatchObject({
      active: true,
      role: 'author',
    });
    for (const [method, path, body] of calls.slice(3, 7)) {
      const read = await by.get(path.replace(/\/(moderate|merge)$/, ''));
      if (read.status === 200) await by.send(method, path, { body, headers: { 'if-match': etagOf(read) } });
    }
    await by.get(`/api/v1/tags/${tag.slug}`).expect(404);
  });

  it('says nothing of what its caller may not see or do', async () => {
    const post = await galley.aPost();
    const other = galley.as(await galley.aUser());
    await other.patch(`/api/v1/posts/${post.id}`, {}, { 'if-match': '"999"' }).expect(404);
    const open = await galley.aPost({ status: 'published' });
    await other.patch(`/api/v1/posts/${open.id}`, {}, { 'if-match': '"999"' }).expect(403);
    await galley.anyone.patch(`/api/v1/posts/${open.id}`, {}, { 'if-match': 'x' }).expect(401);
  });

  it('is asked after all else that may refuse: 401, 403, 404 and 400', async () => {
    const foreign = galley.as(await galley.aUser());
    const nobody = galley.as(await galley.aUser({ role: 'user' }));
    const conditions: Record<string, string>[] = [
      { 'if-match': '"not-one-of-ours"' },
      { 'if-match': '"999"' },
      { 'if-none-match': '*' },
    ];
    for (const headers of conditions) {
      for (const { method, path, body, kind } of await everyChange()) {
        await galley.anyone.send(method, path, { body, headers }).expect(401);
        const absent = path.replace(/(\/api\/v1\/\w+\/)[^/]+/, `$1${UNKNOWN}`);
        if (!isOwn(kind)) await by.send(method, absent, { body, headers }).expect(404);
        if (!isOwn(kind))
          expect([403, 404]).toContain((await foreign.send(method, path, { body, headers })).status);
        if (kind === 'tag' || kind === 'user') await nobody.send(method, path, { body, headers }).expect(403);
        if (body) await by.send(method, path, { body: { unknown: 1 }, headers }).expect(400);
        expect((await by.send(method, path, { body, headers })).status).toBe(412);
      }
      await by.patch('/api/v1/users/no-id', {}, headers).expect(400);
      await by.get(`/api/v1/posts/${UNKNOWN}`, headers).expect(404);
      await galley.anyone.get(`/api/v1/posts/${UNKNOWN}`, headers).expect(404);
    }
  });

  it('of another version says so before the state does: 412 and not 409', async () => {
    const post = await galley.aPost({ status: 'published' });
    await by.post(`/api/v1/posts/${post.id}/publish`).expect(409);
    await by.post(`/api/v1/posts/${post.id}/publish`, undefined, { 'if-match': '"999"' }).expect(412);
    await by.patch('/api/v1/users/me', {}).expect(200);
    const me = `/api/v1/users/${admin.id}`;
    await by.patch(me, { role: 'user' }, { 'if-match': '"999999"' }).expect(412);
    const tag = await galley.aTag();
    const itself = { into: tag.slug };
    await by.post(`/api/v1/tags/${tag.slug}/merge`, itself, { 'if-match': '"999"' }).expect(412);
    await by.post(`/api/v1/tags/${tag.slug}/merge`, itself).expect(409);
  });

  it.each([...KINDS, 'list'])('of another version refuses a read: %s', async (kind) => {
    const { path } = kind === 'list' ? { path: '/api/v1/tags' } : await aResource(kind);
    const etag = etagOf(await by.get(path, { 'accept-encoding': 'identity' }).expect(200));
    for (const method of ['GET', 'HEAD']) {
      const reading = (tag: string, more = {}) =>
        by.send(method, path, { headers: { 'if-match': tag, ...more } });
      for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) await reading(tag).expect(200);
      await reading(etag, { 'if-none-match': etag }).expect(304);
      const refused = await reading('"0-of-old"', { 'if-none-match': etag }).expect(412);
      expect([etagOf(refused), refused.headers.get('cache-control')]).toEqual([null, 'no-store']);
      await reading('garbage').expect(400);
    }
  });

  it('of another version refuses a read of what everybody may see', async () => {
    const { id } = await galley.aPost({ status: 'published' });
    for (const path of [`/api/v1/posts/${id}`, '/api/v1/posts?limit=1']) {
      const tag = etagOf(await galley.anyone.get(path).expect(200));
      await galley.anyone.get(path, { 'if-match': tag }).expect(200);
      const refused = await galley.anyone.get(path, { 'if-match': '"0"' }).expect(412);
      expect(refused.body.code).toBe('version_mismatch');
      expect([etagOf(refused), refused.headers.get('link')]).toEqual([null, null]);
    }
  });

  it('says for each route what is compared: the version, or the whole ETag where there is none', () => {
    const wholeTag = documentedRoutes()
      .filter(({ operation }) =>
        operation.parameters?.some(
          ({ name, description }) => name === 'If-Match' && !description?.includes('version number alone'),
        ),
      )
      .map(({ operation }) => operation.operationId);
    expect(wholeTag.toSorted()).toEqual(['deleteJob', 'retryJob', 'updateNotificationPreferences']);
  });

  it('is documented on every PATCH, DELETE and action of a resource', () => {
    const conditional = documentedRoutes().filter(({ operation }) =>
      operation.parameters?.some((parameter) => parameter.name === 'If-Match'),
    );
    const changing = documentedRoutes().filter(
      ({ method, path }) =>
        !/\/follow$/.test(path) && // It has no representation that a client could have read.
        !/^\/api\/v1\/webhooks\/.*(?:test|replay)$/.test(path) && // They add a delivery, and change no webhook.
        (method === 'PATCH' ||
          method === 'DELETE' ||
          (method === 'POST' && /:\w+\/(?!comments)[\w-]+$/.test(path))),
    );
    expect(conditional.map(({ operation }) => operation.operationId).sort()).toEqual(
      changing.map(({ operation }) => operation.operationId).sort(),
    );
    expect(conditional.length).toBeGreaterThan(15);
  });
});

describe('REQUIRE_IF_MATCH', () => {
  it('makes the absence of If-Match 428 on every conditional route, where the change would be made', async () => {
    const strict = await startGalley({ REQUIRE_IF_MATCH: 'true' }, galley.database);
    try {
      for (const { method, path, body: sent } of await everyChange()) {
        await strict.anyone.send(method, path, { body: sent }).expect(401);
        const { body } = await strict.as(admin).send(method, path, { body: sent }).expect(428);
        expect(body.code).toBe('if_match_required');
      }
      await strict.as(admin).delete(`/api/v1/comments/${UNKNOWN}`).expect(404);
      await strict.as(admin).delete('/api/v1/comments/no-id').expect(400);
      const post = await galley.aPost({ author: admin });
      await strict.as(admin).patch(`/api/v1/posts/${post.id}`, {}, { 'if-match': '"1"' }).expect(200);
      await strict.as(admin).post('/api/v1/posts', { title: 'T', body: '' }).expect(201);
    } finally {
      await strict.stop();
    }
  });
});

describe('two clients at once', () => {
  it('50 changes of one version: exactly one wins, 49 times 412', async () => {
    for (const kind of KINDS.filter((name) => name !== 'me')) {
      const { path } = await aResource(kind);
      const etag = etagOf(await by.get(path).expect(200));
      const change = (n: number) =>
        ({
          post: { title: `N${n}` },
          comment: { body: `N${n}` },
          tag: { description: `N${n}` },
          user: { name: `N${n}` },
          webhook: { description: `N${n}` },
        })[kind];
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, n) => answered(() => by.patch(path, change(n), { 'if-match': etag }))),
      );
      const statuses = answers.map((answer) => answer.status).sort();
      expect([kind, statuses]).toEqual([kind, [200, ...Array<number>(49).fill(412)]]);
      const won = answers.find((answer) => answer.status === 200);
      expect((await by.get(path).expect(200)).body).toEqual(won?.body);
    }
  });

  it('20 publications of one draft: one 200, the rest 409', async () => {
    const post = await galley.aPost();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        answered(() => galley.as(post.by).post(`/api/v1/posts/${post.id}/publish`)),
      ),
    );
    const statuses = answers.map((answer) => answer.status).sort();
    expect(statuses).toEqual([200, ...Array<number>(19).fill(409)]);
    expect((await by.get(`/api/v1/posts/${post.id}`)).body.version).toBe(2);
  });

  it('without a condition every change is made, one after the other', async () => {
    const post = await galley.aPost();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        answered(() => by.patch(`/api/v1/posts/${post.id}`, { title: `N${n}` })),
      ),
    );
    expect(new Set(answers.map((answer) => answer.body.version)).size).toBe(20);
    expect((await by.get(`/api/v1/posts/${post.id}`)).body.version).toBe(21);
  });
});
