import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Passwords } from '../src/auth/passwords.js';
import type { AuditEntryView } from '../src/audit/audit.schemas.js';
import type { Page } from '../src/platform/schemas/schemas.js';
import { AuditLog } from '../src/platform/audit/audit-log.js';
import { Database } from '../src/platform/database/database.js';
import { aJob } from './support/a-job.js';
import { aDelivery, aWebhook, WEBHOOK_SETTINGS } from './support/a-webhook.js';
import type { Person } from './support/builders.js';
import type { Answer, Client } from './support/client.js';
import { command } from './support/command.js';
import { type Galley, startGalley } from './support/galley.js';
import { ghost } from './support/import-files.js';
import { documentedRoutes } from './support/routes.js';

const SOON = '2100-01-01T00:00:00Z';
const PASSWORD = 'correct horse battery staple';

let galley: Galley;
let adminPerson: Person;
let admin: Client;
let writer: Person;
let author: Client;
let hash: string;
beforeAll(async () => {
  galley = await startGalley({ AUTH_MAX_SESSIONS: '2', ...WEBHOOK_SETTINGS });
  adminPerson = await galley.aUser({ role: 'admin' });
  admin = galley.as(adminPerson);
  writer = await galley.aUser({ name: 'Ada Lovelace' });
  author = galley.as(writer);
  hash = await galley.app.get(Passwords).hash(PASSWORD);
});
afterAll(() => galley.stop());

type AuditPage = Page<AuditEntryView>;
type Headers = Record<string, string>;
/** Sends the write with these headers, and returns the id of the target of its entry. */
type Write = (headers: Headers) => Promise<string>;

const sessionOf = (token: string) =>
  (JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString()) as { sid: string }).sid;

async function aMember(): Promise<Person> {
  const person = await galley.aUser();
  await galley.database.query('UPDATE users SET password_hash = $2 WHERE id = $1', [person.id, hash]);
  return person;
}

const sent = async (answer: PromiseLike<Answer>, status: number) => {
  const { status: given, text, body } = await answer;
  expect([given, text.slice(0, given === status ? 0 : 300)]).toEqual([status, '']);
  return body;
};

const actOn = (status: 'draft' | 'published' | 'archived', action: string) => async (): Promise<Write> => {
  const { id } = await galley.aPost({ author: writer, status });
  return async (headers) => {
    await sent(author.post(`/api/v1/posts/${id}/${action}`, undefined, headers), 200);
    return id;
  };
};

const aPrivateEdit = async (): Promise<string> => {
  const { id } = await galley.aPost({ author: writer, status: 'published' });
  await sent(author.patch(`/api/v1/posts/${id}?draft=true`, { title: 'Private' }), 200);
  return id;
};

/** Publishes the values of a private edit, so that nothing of it is left to publish. */
const aSpentEdit = async (): Promise<string> => {
  const id = await aPrivateEdit();
  await sent(author.patch(`/api/v1/posts/${id}`, { title: 'Private' }), 200);
  return id;
};

const onWebhook = (write: (path: string, headers: Headers) => Promise<void>) => async (): Promise<Write> => {
  const { id } = await aWebhook(admin, { active: false });
  return async (headers) => {
    await write(`/api/v1/webhooks/${id}`, headers);
    return id;
  };
};

/** Prepares each write of the API in the way in which it succeeds. */
const WRITES: Record<string, () => Promise<Write> | Write> = {
  'POST /api/v1/auth/register': () => async (headers) => {
    const body = { email: `${randomUUID()}@example.com`, password: PASSWORD, name: 'New' };
    return (await sent(galley.anyone.post('/api/v1/auth/register', body, headers), 201)).id;
  },
  'POST /api/v1/auth/login': async () => {
    const { email } = await aMember();
    const credentials = { email, password: PASSWORD };
    await sent(galley.anyone.post('/api/v1/auth/login', credentials), 200);
    return async (headers) =>
      sessionOf(
        (await sent(galley.anyone.post('/api/v1/auth/login', credentials, headers), 200)).accessToken,
      );
  },
  'POST /api/v1/auth/refresh': async () => {
    const { refreshToken: first, token } = await galley.aUser();
    let refreshToken = first;
    for (let n = 0; n < 2; n++)
      refreshToken = (await sent(galley.anyone.post('/api/v1/auth/refresh', { refreshToken }), 200))
        .refreshToken;
    return async (headers) => {
      await sent(galley.anyone.post('/api/v1/auth/refresh', { refreshToken: first }, headers), 401);
      return sessionOf(token);
    };
  },
  'POST /api/v1/auth/logout': async () => {
    const { refreshToken, token } = await galley.aUser();
    return async (headers) => {
      await sent(galley.anyone.post('/api/v1/auth/logout', { refreshToken }, headers), 204);
      return sessionOf(token);
    };
  },
  'PUT /api/v1/auth/password': async () => {
    const person = await aMember();
    return async (headers) => {
      const change = { currentPassword: PASSWORD, newPassword: `${PASSWORD} too` };
      await sent(galley.as(person).put('/api/v1/auth/password', change, headers), 204);
      return person.id;
    };
  },
  'PATCH /api/v1/users/me': async () => {
    const person = await galley.aUser();
    return async (headers) => {
      await sent(galley.as(person).patch('/api/v1/users/me', { bio: 'Me' }, headers), 200);
      return person.id;
    };
  },
  'PATCH /api/v1/users/:id': async () => {
    const { id } = await galley.aUser();
    return async (headers) => {
      for (const change of [{ name: 'Other' }, { role: 'editor' }])
        await sent(admin.patch(`/api/v1/users/${id}`, change, headers), 200);
      return id;
    };
  },
  'POST /api/v1/users/:id/disable': async () => {
    const { id } = await galley.aUser();
    return async (headers) =>
      (await sent(admin.post(`/api/v1/users/${id}/disable`, undefined, headers), 200)).id;
  },
  'POST /api/v1/users/:id/enable': async () => {
    const { id } = await galley.aUser({ active: false });
    return async (headers) =>
      (await sent(admin.post(`/api/v1/users/${id}/enable`, undefined, headers), 200)).id;
  },
  'PUT /api/v1/users/:id/follow': async () => {
    const { id } = await galley.aUser();
    return async (headers) => {
      await sent(author.put(`/api/v1/users/${id}/follow`, undefined, headers), 204);
      return id;
    };
  },
  'DELETE /api/v1/users/:id/follow': async () => {
    const { id } = await galley.aUser();
    await author.put(`/api/v1/users/${id}/follow`).expect(204);
    return async (headers) => {
      await sent(author.delete(`/api/v1/users/${id}/follow`, headers), 204);
      return id;
    };
  },
  'POST /api/v1/notifications/read': () => async (headers) => {
    const id = randomUUID();
    await sent(author.post('/api/v1/notifications/read', { ids: [id] }, headers), 204);
    return id;
  },
  'PATCH /api/v1/notifications/preferences': () => async (headers) => {
    const choice = { comment_reply: { email: 'daily' } };
    await sent(author.patch('/api/v1/notifications/preferences', choice, headers), 200);
    return writer.id;
  },
  'POST /api/v1/posts': () => async (headers) => {
    const post = { title: 'T', body: 'B' };
    await sent(author.post('/api/v1/posts', post, headers), 201);
    const scheduled = { ...post, status: 'scheduled', scheduledAt: SOON };
    await sent(author.post('/api/v1/posts', scheduled, headers), 201);
    return (await sent(author.post('/api/v1/posts', { ...post, status: 'published' }, headers), 201)).id;
  },
  'POST /api/v1/posts/bulk': async () => {
    const [post, gone, archived] = await Promise.all([
      galley.aPost({ author: writer }),
      galley.aPost({ author: writer }),
      galley.aPost({ author: writer, status: 'archived' }),
    ]);
    const edited = await aSpentEdit();
    return async (headers) => {
      const operations = [
        { op: 'create', body: { title: 'T', body: 'B' } },
        { op: 'publish', id: edited },
        { op: 'create', body: { title: 'T', body: 'B', status: 'published' } },
        { op: 'create', body: { title: 'T', body: 'B', status: 'scheduled', scheduledAt: SOON } },
        { op: 'update', id: post.id, body: { title: 'Other' } },
        { op: 'publish', id: post.id },
        { op: 'unpublish', id: post.id },
        { op: 'archive', id: post.id },
        { op: 'restore', id: archived.id },
        { op: 'delete', id: gone.id },
      ];
      await sent(author.post('/api/v1/posts/bulk', { atomic: true, operations }, headers), 200);
      return gone.id;
    };
  },
  'PATCH /api/v1/posts/:idOrSlug': async () => {
    const { id } = await galley.aPost({ author: writer });
    const published = await galley.aPost({ author: writer, status: 'published' });
    return async (headers) => {
      for (const title of ['Later', published.title])
        await sent(author.patch(`/api/v1/posts/${published.id}?draft=true`, { title }, headers), 200);
      return (await sent(author.patch(`/api/v1/posts/${id}`, { title: 'Other' }, headers), 200)).id;
    };
  },
  'DELETE /api/v1/posts/:idOrSlug': async () => {
    const { id } = await galley.aPost({ author: writer });
    return async (headers) => {
      await sent(author.delete(`/api/v1/posts/${id}`, headers), 204);
      return id;
    };
  },
  'POST /api/v1/posts/:id/publish': async () => {
    const { id } = await galley.aPost({ author: writer });
    const edited = [await aPrivateEdit(), await aSpentEdit()];
    return async (headers) => {
      for (const one of edited)
        await sent(author.post(`/api/v1/posts/${one}/publish`, undefined, headers), 200);
      return (await sent(author.post(`/api/v1/posts/${id}/publish`, undefined, headers), 200)).id;
    };
  },
  'POST /api/v1/posts/:id/discard': async () => {
    const id = await aPrivateEdit();
    return async (headers) =>
      (await sent(author.post(`/api/v1/posts/${id}/discard`, undefined, headers), 200)).id;
  },
  'POST /api/v1/posts/:id/revisions/:number/restore': async () => {
    const id = await aPrivateEdit();
    await sent(author.patch(`/api/v1/posts/${id}`, { title: 'Public again' }), 200);
    const other = await aPrivateEdit();
    return async (headers) => {
      const ending = `/api/v1/posts/${other}/revisions/1/restore?draft=true`;
      await sent(author.post(ending, undefined, headers), 200);
      const url = `/api/v1/posts/${id}/revisions/1/restore`;
      await sent(author.post(`${url}?draft=true`, undefined, headers), 200);
      return (await sent(author.post(url, undefined, headers), 200)).id;
    };
  },
  'POST /api/v1/posts/:id/unpublish': actOn('published', 'unpublish'),
  'POST /api/v1/posts/:id/schedule': async () => {
    const id = await aSpentEdit();
    await sent(author.post(`/api/v1/posts/${id}/unpublish`), 200);
    return async (headers) =>
      (await sent(author.post(`/api/v1/posts/${id}/schedule`, { at: SOON }, headers), 200)).id;
  },
  'POST /api/v1/posts/:id/archive': actOn('published', 'archive'),
  'POST /api/v1/posts/:id/restore': actOn('archived', 'restore'),
  'POST /api/v1/posts/import': () => async (headers) => {
    const users = [{ id: '1', name: 'Grace', slug: 'grace', email: `${randomUUID()}@example.com` }];
    await sent(admin.send('POST', '/api/v1/posts/import', { body: ghost({ users }), headers }), 200);
    const [entry] = await entriesOf(headers['X-Request-Id'] as string, 'import.completed');
    return entry?.target?.id as string;
  },
  'POST /api/v1/posts/:id/comments': async () => {
    const { id } = await galley.aPost({ author: writer, status: 'published' });
    return async (headers) =>
      (await sent(author.post(`/api/v1/posts/${id}/comments`, { body: 'Yes.' }, headers), 201)).id;
  },
  'PATCH /api/v1/comments/:id': async () => {
    const { id } = await galley.aComment({ author: writer });
    return async (headers) =>
      (await sent(author.patch(`/api/v1/comments/${id}`, { body: 'No.' }, headers), 200)).id;
  },
  'DELETE /api/v1/comments/:id': async () => {
    const { id } = await galley.aComment({ author: writer });
    return async (headers) => {
      await sent(author.delete(`/api/v1/comments/${id}`, headers), 204);
      return id;
    };
  },
  'POST /api/v1/comments/:id/moderate': async () => {
    const { id } = await galley.aComment();
    return async (headers) =>
      (await sent(admin.post(`/api/v1/comments/${id}/moderate`, { status: 'hidden' }, headers), 200)).id;
  },
  'POST /api/v1/admin/jobs/:id/retry': async () => {
    const id = await aJob(galley.database, 'failed');
    return async (headers) => (await sent(admin.post(`/api/v1/admin/jobs/${id}/retry`, {}, headers), 200)).id;
  },
  'DELETE /api/v1/admin/jobs/:id': async () => {
    const id = await aJob(galley.database, 'failed');
    return async (headers) => {
      await sent(admin.delete(`/api/v1/admin/jobs/${id}`, headers), 204);
      return id;
    };
  },
  'POST /api/v1/webhooks': () => async (headers) => {
    const request = {
      url: 'http://127.0.0.1:65535/hook?token=of-the-receiver',
      events: ['*'],
      active: false,
    };
    return (await sent(admin.post('/api/v1/webhooks', request, headers), 201)).id;
  },
  'PATCH /api/v1/webhooks/:id': onWebhook(async (path, headers) => {
    await sent(admin.patch(path, { events: ['post.*'] }, headers), 200);
  }),
  'DELETE /api/v1/webhooks/:id': onWebhook(async (path, headers) => {
    await sent(admin.delete(path, headers), 204);
  }),
  'POST /api/v1/webhooks/:id/test': onWebhook(async (path, headers) => {
    await sent(admin.post(`${path}/test`, {}, headers), 201);
  }),
  'POST /api/v1/webhooks/:id/rotate-secret': onWebhook(async (path, headers) => {
    await sent(admin.post(`${path}/rotate-secret`, {}, headers), 200);
  }),
  'POST /api/v1/webhooks/:id/replay': onWebhook(async (path, headers) => {
    const since = new Date(Date.now() - 1000).toISOString();
    await sent(admin.post(`${path}/replay`, { since }, headers), 200);
  }),
  'POST /api/v1/webhooks/deliveries/:id/replay': async () => {
    const { id, webhookId } = await aDelivery(galley, admin);
    return async (headers) => {
      await sent(admin.post(`/api/v1/webhooks/deliveries/${id}/replay`, {}, headers), 201);
      return webhookId;
    };
  },
  'POST /api/v1/tags': () => async (headers) => {
    const { slug } = await sent(admin.post('/api/v1/tags', { name: `New ${randomUUID()}` }, headers), 201);
    return idOfTag(slug);
  },
  'PATCH /api/v1/tags/:slug': async () => {
    const { slug } = await galley.aTag();
    return async (headers) => {
      await sent(admin.patch(`/api/v1/tags/${slug}`, { description: 'D' }, headers), 200);
      return idOfTag(slug);
    };
  },
  'DELETE /api/v1/tags/:slug': async () => {
    const { slug } = await galley.aTag();
    const id = await idOfTag(slug);
    return async (headers) => {
      await sent(admin.delete(`/api/v1/tags/${slug}`, headers), 204);
      return id;
    };
  },
  'POST /api/v1/tags/:slug/merge': async () => {
    const [{ slug }, { slug: into }] = [await galley.aTag(), await galley.aTag()];
    const id = await idOfTag(slug);
    return async (headers) => {
      await sent(admin.post(`/api/v1/tags/${slug}/merge`, { into }, headers), 200);
      return id;
    };
  },
};

const idOfTag = async (slug: string) =>
  (await galley.database.query<{ id: string }>('SELECT id FROM tags WHERE slug = $1', [slug]))[0]
    ?.id as string;

/** Returns the entries of a request, as an administrator reads them. */
async function entriesOf(requestId: string, action?: string): Promise<AuditEntryView[]> {
  const filter = action ? `&filter[action]=${action}` : '';
  const { body } = await admin.get(`/api/v1/admin/audit?limit=100${filter}`).expect(200);
  return (body.data as AuditEntryView[]).filter((entry) => entry.requestId === requestId);
}

interface Declared {
  actions?: string[];
  reason?: string;
}
const declared = documentedRoutes()
  .filter(({ method }) => method !== 'GET')
  .map(({ method, path, operation }) => {
    const audit = (operation as { 'x-audit'?: Declared })['x-audit'];
    return { route: `${method} ${path}`, audit };
  });

describe('every write of the API', () => {
  it('declares what it records, or why it records nothing', () => {
    for (const { route, audit } of declared) {
      expect([route, Boolean(audit?.actions?.length) !== Boolean(audit?.reason)]).toEqual([route, true]);
      if (audit?.reason) expect(audit.reason).toMatch(/^[A-Z].{20,}\.$/);
    }
    expect(declared.map(({ route }) => route).sort()).toEqual(Object.keys(WRITES).sort());
  });

  it.each(declared.map(({ route, audit }) => [route, audit?.actions ?? []] as const))(
    '%s records %j',
    async (route, actions) => {
      const write = await (WRITES[route] as () => Promise<Write> | Write)();
      const requestId = randomUUID();
      const target = await write({ 'X-Request-Id': requestId });
      const entries = await entriesOf(requestId);
      expect([...new Set(entries.map(({ action }) => action))].sort()).toEqual([...actions].sort());
      for (const { actor, network } of entries) {
        expect(network).toBe('127.0.0.1');
        expect([route, actor?.via]).toEqual([route, route.endsWith('/register') ? 'anonymous' : 'session']);
        if (actor?.via === 'session') expect([actor.id, actor.credentialId]).not.toContain(null);
      }
      if (actions.length > 0) expect(entries.map((entry) => entry.target?.id)).toContain(target);
    },
  );
});

describe('an entry', () => {
  it('says who, what, on what, when, from where, and the values before and after', async () => {
    const { id } = await galley.aPost({ author: writer });
    const requestId = randomUUID();
    const before = new Date();
    await author.post(`/api/v1/posts/${id}/publish`, undefined, { 'X-Request-Id': requestId }).expect(200);
    const [entry] = await entriesOf(requestId);
    expect(entry).toEqual({
      id: expect.any(String),
      at: expect.any(String),
      actor: { id: writer.id, name: 'Ada Lovelace', via: 'session', credentialId: sessionOf(writer.token) },
      action: 'post.published',
      target: { type: 'post', id },
      network: '127.0.0.1',
      requestId,
      changes: { status: ['draft', 'published'] },
    });
    expect(Math.abs(Date.parse(entry?.at as string) - before.getTime())).toBeLessThan(60_000);
  });

  it('names a body, and keeps neither it nor more than a part of a long value', async () => {
    const { id } = await galley.aPost({ author: writer, title: 'Before', body: 'secret words' });
    const requestId = randomUUID();
    const change = { title: 'After', body: 'other words', tags: ['x'], meta: { a: 'words' }, featured: true };
    await author.patch(`/api/v1/posts/${id}`, change, { 'X-Request-Id': requestId }).expect(200);
    const [post] = await entriesOf(requestId);
    const none = [null, null];
    expect(post?.changes).toEqual({
      ...{ title: ['Before', 'After'], featured: [false, true], body: none, meta: none, tags: none },
    });
    const bio = 'x'.repeat(2000);
    await author.patch('/api/v1/users/me', { bio }, { 'X-Request-Id': requestId }).expect(200);
    const [user] = await entriesOf(requestId, 'user.updated');
    expect(user?.changes).toEqual({ bio: [null, `${'x'.repeat(500)}…`] });
  });

  it('exists if the write was committed, once for a repeated request, and otherwise not at all', async () => {
    const { id, version } = await galley.aPost({ author: writer });
    const headers = { 'X-Request-Id': randomUUID(), 'Idempotency-Key': randomUUID() };
    for (let n = 0; n < 2; n++)
      await author.post(`/api/v1/posts/${id}/publish`, undefined, headers).expect(200);
    expect(await entriesOf(headers['X-Request-Id'])).toHaveLength(1);
    const late = { 'X-Request-Id': randomUUID(), 'If-Match': `"${version}"` };
    await author.post(`/api/v1/posts/${id}/unpublish`, undefined, late).expect(412);
    expect(await entriesOf(late['X-Request-Id'])).toEqual([]);

    const log = galley.app.get(AuditLog);
    const lost = randomUUID();
    const work = galley.app.get(Database).transaction(async () => {
      await log.record({ action: 'post.published', targetId: lost });
      throw new Error('rolled back');
    });
    await expect(work).rejects.toThrow('rolled back');
    expect((await admin.get(`/api/v1/admin/audit?filter[targetId]=${lost}`).expect(200)).body.data).toEqual(
      [],
    );
    await expect(log.record({ action: 'post.published', targetId: lost })).rejects.toThrow(
      'requires a transaction',
    );
  });

  it('of a dry run of an import does not exist', async () => {
    const requestId = randomUUID();
    const users = [{ id: '1', name: 'Grace', slug: 'grace', email: `${randomUUID()}@example.com` }];
    const headers = { 'X-Request-Id': requestId };
    const dry = { body: ghost({ users }), headers };
    await sent(admin.send('POST', '/api/v1/posts/import?dryRun=true', dry), 200);
    expect(await entriesOf(requestId)).toEqual([]);
  });

  it('of a command names the command, and that of periodic work the work', async () => {
    const email = `${randomUUID()}@example.com`;
    const args = ['user:create', '--email', email, '--role', 'editor'];
    const { code } = await command(args, galley.database.url, { input: `${PASSWORD}\n` });
    expect(code).toBe(0);
    const { body } = await admin.get('/api/v1/admin/audit?filter[via]=cli&limit=1').expect(200);
    expect(body.data[0]).toMatchObject({
      actor: { id: null, name: 'user:create', via: 'cli', credentialId: null },
      action: 'user.created',
      network: null,
      requestId: null,
      changes: { email: [null, email], role: [null, 'editor'] },
    });
  });

  it('contains no password, no hash and no token', async () => {
    const person = await aMember();
    const tokens = (
      await galley.anyone.post('/api/v1/auth/login', { email: person.email, password: PASSWORD })
    ).body;
    const rows = await galley.database.query<{ text: string }>('SELECT e::text AS text FROM audit_entries e');
    const all = rows.map(({ text }) => text).join('\n');
    expect(all).toContain(person.id);
    for (const secret of [PASSWORD, hash, '$argon2', tokens.accessToken, tokens.refreshToken])
      expect(all).not.toContain(secret);
  });
});

describe('the list of entries', () => {
  const list = async (query: string) =>
    (await admin.get(`/api/v1/admin/audit?limit=100&${query}`).expect(200)).body.data as AuditEntryView[];

  it('is filtered by actor, via, action, target and time', async () => {
    const post = await galley.aPost({ author: writer, status: 'published' });
    await galley.aPost({ status: 'published' });
    const [published] = await list(`filter[targetId]=${post.id}`);
    for (const [query, holds] of [
      [`filter[actor]=${writer.id}`, ({ actor }) => actor?.id === writer.id],
      [`filter[actor]=${writer.id},${adminPerson.id}`, ({ actor }) => actor?.id !== null],
      ['filter[via]=cli', ({ actor }) => actor?.via === 'cli'],
      ['filter[action]=post.published', ({ action }) => action === 'post.published'],
      ['filter[targetType]=tag,user', ({ target }) => target?.type !== 'post'],
      [`filter[at][gte]=${published?.at}`, ({ at }) => (at ?? '') >= (published?.at ?? '')],
      [`filter[at][lt]=${published?.at}`, ({ at }) => (at ?? '') < (published?.at ?? '')],
    ] satisfies [string, (entry: AuditEntryView) => boolean][]) {
      const entries = await list(query);
      expect([query, entries.length > 0, entries.every(holds)]).toEqual([query, true, true]);
    }
  });

  it('refuses patterns, which name no action', async () => {
    for (const query of ['filter[action]=post.*', 'filter[action]=zz', 'filter[targetType]=post.*']) {
      const { body } = await admin.get(`/api/v1/admin/audit?${query}`).expect(400);
      expect(body.errors[0].message).toMatch(/^must be (?:an action|a type) such as post/);
    }
  });

  it('is read page by page in both directions, newest first', async () => {
    for (const sort of ['-at', 'at']) {
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null && seen.length < 30) {
        const next: string = cursor && `&cursor=${cursor}`;
        const page = await admin
          .get(`/api/v1/admin/audit?limit=7&sort=${sort}${next}`)
          .expect<AuditPage>(200);
        seen.push(...page.body.data.map(({ at, id }) => `${at} ${id}`));
        cursor = page.body.meta.nextCursor;
      }
      expect(new Set(seen).size).toBe(seen.length);
      const sorted = seen.toSorted();
      expect(seen).toEqual(sort === 'at' ? sorted : sorted.reverse());
    }
  });
});
