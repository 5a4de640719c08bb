import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Passwords } from '../src/auth/passwords.js';
import type { Role } from '../src/platform/http/access/principal.js';
import type { Person } from './support/builders.js';
import type { Answer } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';

const PASSWORD = 'correct horse battery staple';
let galley: Galley;
let hash: string;
beforeAll(async () => {
  galley = await startGalley();
  hash = await galley.app.get(Passwords).hash(PASSWORD);
});
afterAll(() => galley.stop());

const keyed = (key: string = randomUUID()) => ({ 'idempotency-key': `"${key}"` });
const change = (statement: string, ...values: unknown[]) => galley.database.query(statement, values);

async function withPassword(): Promise<Person> {
  const person = await galley.aUser();
  await change('UPDATE users SET password_hash = $1 WHERE id = $2', hash, person.id);
  return person;
}
const login = (email: string, password: string, headers = keyed('login-1')) =>
  galley.anyone.post('/api/v1/auth/login', { email, password }, headers);
const refresh = (refreshToken: string, headers = {}) =>
  galley.anyone.post('/api/v1/auth/refresh', { refreshToken }, headers);
const isReplay = ({ headers }: Answer) => headers.get('idempotency-replayed') === 'true';

describe('routes under /auth keep no answers, so a key', () => {
  it('is no way to try passwords: every guess is counted, and the right one begins a session of its own', async () => {
    const limited = await startGalley({ AUTH_RATE_LIMIT_MAX: '5' }, galley.database);
    try {
      const { email } = await withPassword();
      const guess = (password: string) =>
        limited.anyone.post('/api/v1/auth/login', { email, password }, keyed('login-1'));
      const { body: victim } = await guess(PASSWORD).expect(200);
      const { body: other } = await guess(PASSWORD).expect(200);
      expect(other.accessToken).not.toBe(victim.accessToken);
      expect(other.refreshToken).not.toBe(victim.refreshToken);
      const statuses = [];
      for (let n = 0; n < 20; n++) statuses.push((await guess(`a wrong guess ${n}`)).status);
      expect(statuses).toEqual([...Array<number>(5).fill(401), ...Array<number>(15).fill(429)]);
      await guess(PASSWORD).expect(429);
    } finally {
      await limited.stop();
    }
  });

  it('does not bring back an old password', async () => {
    const { email } = await withPassword();
    const { body } = await login(email, PASSWORD).expect(200);
    const next = { currentPassword: PASSWORD, newPassword: 'another horse battery staple' };
    await galley
      .as({ ...body, token: body.accessToken })
      .put('/api/v1/auth/password', next)
      .expect(204);
    await login(email, PASSWORD).expect(401);
  });

  it("of a stranger's logout leaves mine as it is: it ends my session", async () => {
    await galley.anyone.post('/api/v1/auth/logout', {}, keyed('logout')).expect(204);
    const { refreshToken } = await galley.aUser();
    const mine = await galley.anyone
      .post('/api/v1/auth/logout', { refreshToken }, keyed('logout'))
      .expect(204);
    expect(isReplay(mine)).toBe(false);
    await refresh(refreshToken).expect(401);
    const { token, refreshToken: other, ...person } = await galley.aUser();
    const signedIn = galley.as({ ...person, token, refreshToken: other });
    await signedIn.post('/api/v1/auth/logout', undefined, keyed('logout')).expect(204);
    await signedIn.get('/api/v1/users/me').expect(401);
  });

  it('does not keep an old refresh token from ending its session', async () => {
    const { refreshToken } = await galley.aUser();
    const first = await refresh(refreshToken, keyed('refresh')).expect(200);
    const second = await refresh(first.body.refreshToken).expect(200);
    const old = await refresh(refreshToken, keyed('refresh')).expect(401);
    expect(old.body.code).toBe('refresh_token_reused');
    await refresh(second.body.refreshToken).expect(401);
  });

  it('leaves no record, whatever it says', async () => {
    const person = await withPassword();
    await change('DELETE FROM idempotency_keys');
    await login(person.email, PASSWORD, keyed('')).expect(200);
    const email = `${randomUUID()}@example.com`;
    const registration = { email, password: PASSWORD, name: 'Ada' };
    await galley.anyone.post('/api/v1/auth/register', registration, keyed('r')).expect(201);
    await galley.anyone.post('/api/v1/auth/register', registration, keyed('r')).expect(409);
    const same = { currentPassword: PASSWORD, newPassword: PASSWORD };
    await galley.as(person).put('/api/v1/auth/password', same, keyed('p')).expect(204);
    expect(await change('SELECT id FROM idempotency_keys')).toEqual([]);
  });
});

describe('a replay', () => {
  it('counts as any request: it has a tier, and is refused when that is used up', async () => {
    const limited = await startGalley({ RATE_LIMIT_USER_WRITE_MAX: '4' }, galley.database);
    try {
      const author = limited.as(await galley.aUser());
      const write = () => author.post('/api/v1/posts', { title: 'Counted', body: '' }, keyed('counted'));
      const rests = [];
      for (let n = 0; n < 4; n++)
        rests.push((await write().expect(201)).headers.get('ratelimit')?.slice(0, 11));
      expect(rests).toEqual(['"write";r=3', '"write";r=2', '"write";r=1', '"write";r=0']);
      const refused = await write().expect(429);
      expect(refused.body.code).toBe('too_many_requests');
    } finally {
      await limited.stop();
    }
  });

  it('shows a demoted editor no draft: what they did is told, and nothing of the post', async () => {
    const editor = await galley.aUser({ role: 'editor' });
    const draft = await galley.aPost({ body: 'Not for everybody.' });
    const patch = () =>
      galley.as(editor).patch(`/api/v1/posts/${draft.id}`, { title: 'Edited' }, keyed('patch'));
    await patch().expect(200);
    await change(`UPDATE users SET role = 'author' WHERE id = $1`, editor.id);
    const replay = await patch().expect(404);
    expect(replay.body.code).toBe('post_not_found');
    expect([isReplay(replay), replay.headers.get('location'), replay.headers.get('etag')]).toEqual([
      true,
      null,
      null,
    ]);
    expect(replay.text).not.toContain('Edited');
    await change(`UPDATE users SET role = 'user' WHERE id = $1`, editor.id);
    expect((await patch().expect(403)).body.code).toBe('not_allowed');
  });

  it('shows a demoted admin nothing of an account', async () => {
    const admin = await galley.aUser({ role: 'admin' });
    const { id, email } = await galley.aUser();
    const patch = () => galley.as(admin).patch(`/api/v1/users/${id}`, { bio: 'New' }, keyed('account'));
    expect((await patch().expect(200)).body.email).toBe(email);
    await change(`UPDATE users SET role = 'editor' WHERE id = $1`, admin.id);
    expect((await patch().expect(403)).text).not.toContain(email);
  });

  it('repeats nothing that was taken back since: an erased comment, a corrected post', async () => {
    const post = await galley.aPost({ status: 'published' });
    const reader = galley.as(await galley.aUser({ role: 'user' }));
    const say = () => reader.post(`/api/v1/posts/${post.id}/comments`, { body: 'My secret.' }, keyed('say'));
    const { body: comment } = await say().expect(201);
    await galley.aComment({ post, parentId: comment.id });
    await reader.delete(`/api/v1/comments/${comment.id}`).expect(204);
    const replay = await say().expect(201);
    expect(replay.body).toMatchObject({ id: comment.id, status: 'deleted', body: '', author: null });
    expect(replay.text).not.toContain('My secret.');
    expect(await change('SELECT id FROM idempotency_keys WHERE body IS NOT NULL')).toEqual([]);
  });

  it('of what is gone says that it is gone', async () => {
    const author = galley.as(await galley.aUser());
    const write = () => author.post('/api/v1/posts', { title: 'Gone', body: '' }, keyed('gone'));
    const { body } = await write().expect(201);
    await author.delete(`/api/v1/posts/${body.id}`).expect(204);
    const replay = await write().expect(404);
    expect([isReplay(replay), replay.body.code]).toEqual([true, 'post_not_found']);
  });
});

const ROLES: Role[] = ['user', 'author', 'editor', 'admin'];
const STATES = ['draft', 'scheduled', 'published', 'archived'];

/** Actions of a caller with any role on their own resources and on those of others. */
interface Scene {
  me: Person;
  /** Whether the post belongs to the caller or to another account. */
  post: { id: string; slug: string };
  comment: { id: string };
  tag: { slug: string };
  other: Person;
}

type Write = [method: string, path: (scene: Scene) => string, body?: unknown, shown?: string];
const WRITES: Record<string, Write> = {
  'a new post': ['POST', () => '/api/v1/posts', { title: 'T', body: 'B', tags: ['Old'] }, 'posts'],
  'an edit': ['PATCH', ({ post }) => `/api/v1/posts/${post.id}`, { title: 'Edited' }, 'posts'],
  'a publication': ['POST', ({ post }) => `/api/v1/posts/${post.id}/publish`, undefined, 'posts'],
  'an archiving': ['POST', ({ post }) => `/api/v1/posts/${post.id}/archive`, undefined, 'posts'],
  'a deletion': ['DELETE', ({ post }) => `/api/v1/posts/${post.id}`],
  'a new comment': ['POST', ({ post }) => `/api/v1/posts/${post.id}/comments`, { body: 'C' }, 'comments'],
  'an edit of a comment': [
    'PATCH',
    ({ comment }) => `/api/v1/comments/${comment.id}`,
    { body: 'D' },
    'comments',
  ],
  'a moderation': [
    'POST',
    ({ comment }) => `/api/v1/comments/${comment.id}/moderate`,
    { status: 'hidden' },
    'comments',
  ],
  'a new tag': ['POST', () => '/api/v1/tags', { name: `Tag ${randomUUID()}` }, 'tags'],
  'an edit of a tag': ['PATCH', ({ tag }) => `/api/v1/tags/${tag.slug}`, { description: 'About' }, 'tags'],
  'an edit of a profile': ['PATCH', () => '/api/v1/users/me', { bio: 'Me' }, 'users'],
  'an edit of an account': ['PATCH', ({ other }) => `/api/v1/users/${other.id}`, { bio: 'They' }, 'users'],
  'a disabling': ['POST', ({ other }) => `/api/v1/users/${other.id}/disable`, undefined, 'users'],
};

type Change = (scene: Scene) => Promise<unknown>;
const CHANGES: Record<string, Change> = {
  ...Object.fromEntries(
    STATES.map((status): [string, Change] => [
      `the posts are ${status}`,
      () =>
        change(
          `UPDATE posts SET status = $1::text, version = version + 1, published_at = coalesce(published_at, now()),
             scheduled_at = CASE WHEN $1::text = 'scheduled' THEN now() + interval '1 day' END`,
          status,
        ),
    ]),
  ),
  ...Object.fromEntries(
    ['visible', 'pending', 'hidden', 'deleted'].map((status): [string, Change] => [
      `the comments are ${status}`,
      () => change('UPDATE comments SET status = $1, version = version + 1', status),
    ]),
  ),
  ...Object.fromEntries(
    ROLES.map((role): [string, Change] => [
      `the caller is ${role}`,
      ({ me }) => change('UPDATE users SET role = $1 WHERE id = $2', role, me.id),
    ]),
  ),
  'the posts are edited': () =>
    change(`UPDATE posts SET title = 'Corrected', body = 'New', version = version + 1`),
  'the posts are gone': () => change('DELETE FROM posts'),
  'the comments are gone': () => change('DELETE FROM comments'),
  'the tags are on no post': () => change('DELETE FROM post_tags'),
  'the posts are somebody else’s': ({ other }) => change('UPDATE posts SET author_id = $1', other.id),
  'the caller is disabled': ({ me }) => change('UPDATE users SET active = false WHERE id = $1', me.id),
  'the other is disabled': ({ other }) => change('UPDATE users SET active = false WHERE id = $1', other.id),
  'the other has another address': ({ other }) =>
    change('UPDATE users SET email = $1 WHERE id = $2', `${randomUUID()}@example.com`, other.id),
};

async function aScene(role: Role, owns: boolean): Promise<Scene> {
  await change('TRUNCATE posts, comments, tags, idempotency_keys CASCADE');
  const [me, other] = [await galley.aUser({ role }), await galley.aUser()];
  const author = owns && role !== 'user' ? me : other;
  const post = await galley.aPost({ author, status: 'published', tags: ['Old'] });
  const comment = await galley.aComment({ post, author: owns ? me : other });
  return { me, other, post, comment, tag: { slug: 'old' } };
}

/** Returns all values of a response, as path and value. */
const facts = (value: unknown, path = ''): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, child]) => facts(child, `${path}/${name}`))
    : [`${path} ${JSON.stringify(value)}`];

describe('what a replay shows', () => {
  it('is a part of what a GET shows the same caller at that moment, whatever became of roles and things', async () => {
    let replays = 0;
    const moment = fc.record({
      role: fc.constantFrom(...ROLES),
      owns: fc.boolean(),
      write: fc.constantFrom(...Object.keys(WRITES)),
      changes: fc.array(fc.constantFrom(...Object.keys(CHANGES)), { minLength: 1, maxLength: 4 }),
    });
    const rule = fc.asyncProperty(moment, async ({ role, owns, write, changes }) => {
      const scene = await aScene(role, owns);
      const [method, path, body, shown] = WRITES[write] as Write;
      const send = () => galley.as(scene.me).send(method, path(scene), { body, headers: keyed('the key') });
      const first = await send();
      fc.pre(first.status < 300);
      for (const name of changes) await CHANGES[name]?.(scene);
      const replay = await send();
      replays++;
      if (replay.status >= 400) {
        expect(replay.headers.get('content-type')).toContain('application/problem+json');
        return;
      }
      expect([isReplay(replay), replay.status]).toEqual([true, first.status]);
      if (!shown) return expect(replay.text).toBe('');
      const fresh = await galley
        .as(scene.me)
        .get(`/api/v1/${shown}/${shown === 'tags' ? first.body.slug : first.body.id}`)
        .expect(200);
      expect(new Set(facts(fresh.body))).toEqual(new Set([...facts(fresh.body), ...facts(replay.body)]));
      expect(replay.headers.get('etag')).toBe(fresh.headers.get('etag'));
    });
    await fc.assert(rule, { numRuns: 40 });
    expect(replays).toBeGreaterThanOrEqual(40);
  }, 300_000);
});
