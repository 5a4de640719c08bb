import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hash } from 'bcrypt';
import { answered } from './support/answered.js';
import { Client } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley();
});
afterAll(() => galley.stop());

const OLD = 'the old password, long';
const NEW = 'the new password, long';

async function anAccount(): Promise<{ email: string; client: Client }> {
  const email = `${randomUUID()}@example.com`;
  await galley.anyone.post('/api/v1/auth/register', { email, password: OLD, name: 'Ada' }).expect(201);
  const { body } = await galley.anyone.post('/api/v1/auth/login', { email, password: OLD }).expect(200);
  return { email, client: new Client(galley.url, body.accessToken as string) };
}

const login = (email: string, password: string, on = galley) =>
  on.anyone.post('/api/v1/auth/login', { email, password });

describe('a password change', () => {
  it('leaves no session that a login with the old one begins beside it', async () => {
    for (let round = 0; round < 6; round++) {
      const { email, client } = await anAccount();
      const change = client.put('/api/v1/auth/password', { currentPassword: OLD, newPassword: NEW });
      const logins = await Promise.all(Array.from({ length: 6 }, () => login(email, OLD)));
      await change.expect(204);
      for (const { status, body } of logins) {
        if (status !== 200) continue;
        const me = await new Client(galley.url, body.accessToken as string).get('/api/v1/users/me');
        expect(me.status).toBe(401);
      }
      await login(email, OLD).expect(401);
    }
  });

  it('is not undone by a login that renews an imported hash', async () => {
    for (let round = 0; round < 4; round++) {
      const { email, client } = await anAccount();
      await galley.database.query('UPDATE users SET password_hash = $2 WHERE email = $1', [
        email,
        await hash(OLD, 10),
      ]);
      const change = client.put('/api/v1/auth/password', { currentPassword: OLD, newPassword: NEW });
      await Promise.all([login(email, OLD), login(email, OLD)]);
      const { status } = await change;
      await login(email, status === 204 ? NEW : OLD).expect(200);
      await login(email, status === 204 ? OLD : NEW).expect(401);
    }
  });
});

describe('a limit', () => {
  it('refuses before anything is done: no session, no changed password', async () => {
    const strict = await startGalley({ RATE_LIMIT_USER_WRITE_MAX: '2' }, galley.database);
    try {
      const { email } = await anAccount();
      const first = await login(email, OLD, strict).expect(200);
      const by = new Client(strict.url, first.body.accessToken as string);
      await by.patch('/api/v1/users/me', { name: 'Ada' }).expect(200);
      await login(email, OLD, strict).expect(429);
      await by.put('/api/v1/auth/password', { currentPassword: OLD, newPassword: NEW }).expect(429);
      await login(email, OLD).expect(200);
      const sessions = await galley.database.query(
        'SELECT 1 FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.email = $1',
        [email],
      );
      expect(sessions).toHaveLength(3);
    } finally {
      await strict.stop();
    }
  });

  it('of failures is not used up by right passwords, nor by refreshes', async () => {
    const strict = await startGalley({ AUTH_RATE_LIMIT_MAX: '10' }, galley.database);
    try {
      const { email } = await anAccount();
      const answers = await Promise.all(Array.from({ length: 40 }, () => login(email, OLD, strict)));
      expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(10);
      const { body } = await login(email, OLD, strict).expect(200);
      const refreshes = await Promise.all(
        Array.from({ length: 120 }, () =>
          answered(() => strict.anyone.post('/api/v1/auth/refresh', { refreshToken: body.refreshToken })),
        ),
      );
      expect(new Set(refreshes.map(({ status }) => status))).toEqual(new Set([200]));
      await login(email, OLD, strict).expect(200);
    } finally {
      await strict.stop();
    }
  });

  it('of refreshes does not hide a stolen token', async () => {
    const strict = await startGalley({ REFRESH_RATE_LIMIT_MAX: '2' }, galley.database);
    try {
      const person = await galley.aUser();
      const refresh = (refreshToken: string) => strict.anyone.post('/api/v1/auth/refresh', { refreshToken });
      const first = await refresh(person.refreshToken).expect(200);
      const second = await refresh(first.body.refreshToken as string).expect(200);
      await refresh(second.body.refreshToken as string).expect(429);
      expect((await refresh(person.refreshToken).expect(401)).body.code).toBe('refresh_token_reused');
      await galley.as(person).get('/api/v1/users/me').expect(401);
    } finally {
      await strict.stop();
    }
  });
});

describe('writes that cross', () => {
  it('never end in 503: comments that go while their post goes', async () => {
    const editor = galley.as(await galley.aUser({ role: 'editor' }));
    for (let round = 0; round < 6; round++) {
      const post = await galley.aPost({ status: 'published' });
      const comments = await Promise.all(Array.from({ length: 6 }, () => galley.aComment({ post })));
      const answers = await Promise.all([
        ...comments.map(({ id }) => editor.delete(`/api/v1/comments/${id}`)),
        editor.delete(`/api/v1/posts/${post.id}`),
      ]);
      for (const { status } of answers) expect([204, 404]).toContain(status);
    }
  });

  it('never end in 503: tags that merge while posts name them', async () => {
    const editor = galley.as(await galley.aUser({ role: 'editor' }));
    for (let round = 0; round < 5; round++) {
      const [one, two] = [await galley.aTag(), await galley.aTag()];
      const posts = await Promise.all(
        Array.from({ length: 5 }, () => galley.aPost({ tags: [one.name, two.name] })),
      );
      const answers = await Promise.all([
        ...posts.map(({ id }, n) =>
          editor.patch(`/api/v1/posts/${id}`, { tags: n % 2 ? [one.name] : [two.name, one.name] }),
        ),
        editor.post(`/api/v1/tags/${one.slug}/merge`, { into: two.slug }),
      ]);
      for (const { status } of answers) expect(status).toBe(200);
    }
  });
});
