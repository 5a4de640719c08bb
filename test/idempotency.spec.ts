import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IdempotencyPurge } from '../src/platform/idempotency/idempotency-purge.js';
import { SessionsService } from '../src/auth/sessions.service.js';
import { Client } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';
import { documentedWrites } from './support/routes.js';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley();
});
afterAll(() => galley.stop());

const keyed = (key: string = randomUUID()) => ({ 'idempotency-key': `"${key}"` });
const rowsWithTitle = async (title: string) =>
  (await galley.database.query('SELECT id FROM posts WHERE title = $1', [title])).length;

describe('a write with Idempotency-Key', () => {
  it('is done once, and answered alike when it is sent again', async () => {
    const author = galley.as(await galley.aUser());
    const headers = keyed();
    const first = await author.post('/api/v1/posts', { title: 'Once', body: 'Words.' }, headers).expect(201);
    const second = await author.post('/api/v1/posts', { title: 'Once', body: 'Words.' }, headers).expect(201);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.text).toBe(first.text);
    for (const name of ['etag', 'location', 'content-type']) {
      expect(second.headers.get(name)).toBe(first.headers.get(name));
      expect(second.headers.get(name)).not.toBeNull();
    }
    expect(await rowsWithTitle('Once')).toBe(1);
  });

  it('answers as it would without a key', async () => {
    const author = galley.as(await galley.aUser());
    const plain = await author.post('/api/v1/posts', { title: 'Same', body: 'Words.' }).expect(201);
    const withKey = await author
      .post('/api/v1/posts', { title: 'Same', body: 'Words.' }, keyed())
      .expect(201);
    expect(Object.keys(withKey.body)).toEqual(Object.keys(plain.body));
    expect([...withKey.headers.keys()].sort()).toEqual([...plain.headers.keys()].sort());
  });

  it('takes the key bare, as many clients send it', async () => {
    const author = galley.as(await galley.aUser());
    const headers = { 'idempotency-key': randomUUID() };
    const quoted = { 'idempotency-key': `"${headers['idempotency-key']}"` };
    await author.post('/api/v1/posts', { title: 'Bare', body: '' }, headers).expect(201);
    const again = await author.post('/api/v1/posts', { title: 'Bare', body: '' }, quoted).expect(201);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it.each(['', '""', 'a'.repeat(256), '"a', 'ä'])('is refused when the key is %j', async (key) => {
    const author = galley.as(await galley.aUser());
    const headers = { 'idempotency-key': Buffer.from(key, 'utf8').toString('latin1') };
    const answer = await author.post('/api/v1/posts', { title: 'Bad key', body: '' }, headers).expect(400);
    expect(answer.body.code).toBe('invalid_idempotency_key');
  });

  it('is 422 when another payload, path or query comes with the key', async () => {
    const author = galley.as(await galley.aUser());
    const headers = keyed();
    const post = (await author.post('/api/v1/posts', { title: 'One', body: '' }, headers).expect(201)).body;
    const other = await author.post('/api/v1/posts', { title: 'Two', body: '' }, headers).expect(422);
    expect(other.body.code).toBe('idempotency_key_reused');
    const second = (await author.post('/api/v1/posts', { title: 'Other', body: '' }).expect(201)).body;
    await author.post(`/api/v1/posts/${post.id}/publish`, undefined, headers).expect(200);
    await author.post(`/api/v1/posts/${second.id}/publish`, undefined, headers).expect(422);
  });

  it('is the same request whatever the order of its JSON keys, and whatever If-Match says', async () => {
    const author = galley.as(await galley.aUser());
    const headers = keyed();
    const one = '{"title":"Order","body":"Words.","tags":["a","b"],"type":"post"}';
    const two = '{"type":"post","tags":["a","b"],"body":"Words.","title":"\\u004frder"}';
    const three = '{"title":"Order","body":"Words.","tags":["b","a"],"type":"post"}';
    const { body: post } = await author.post('/api/v1/posts', one, headers).expect(201);
    const again = await author.post('/api/v1/posts', two, headers).expect(201);
    expect([again.headers.get('idempotency-replayed'), again.body.id]).toEqual(['true', post.id]);
    await author.post('/api/v1/posts', three, headers).expect(422);
    const patch = (version: string, key: Record<string, string>) =>
      author.patch(`/api/v1/posts/${post.id}`, { title: 'New' }, { ...key, 'if-match': version });
    const conditional = keyed();
    await patch('"1"', conditional).expect(200);
    const replayed = await patch('"2"', conditional).expect(200);
    expect([replayed.headers.get('idempotency-replayed'), replayed.body.version]).toEqual(['true', 2]);
  });

  it('comes with any body: one that is nested without end is refused as it would be without a key', async () => {
    const author = galley.as(await galley.aUser());
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    const answer = await author.post('/api/v1/posts', deep, keyed()).expect(400);
    expect(answer.body.code).toBe('validation_failed');
  });

  it('is taken by every write outside of /auth, and by none under it', () => {
    const offered = documentedWrites().filter(({ parameters = [] }) =>
      parameters.some(({ name }) => name === 'Idempotency-Key'),
    );
    const wanted = documentedWrites().filter(({ path }) => !path.startsWith('/api/v1/auth/'));
    expect(offered.map(({ route }) => route)).toEqual(wanted.map(({ route }) => route));
    expect(wanted.length).toBeGreaterThan(15);
  });

  it('belongs to its session: to another of the same caller it is new', async () => {
    const person = await galley.aUser();
    const headers = keyed();
    const { accessToken } = await galley.app.get(SessionsService).begin(person.id, null);
    const write = (token: string) =>
      new Client(galley.url, token)
        .post('/api/v1/posts', { title: 'Session', body: '' }, headers)
        .expect(201);
    const [first, second] = [await write(person.token), await write(accessToken)];
    expect(second.body.id).not.toBe(first.body.id);
    expect(second.headers.get('idempotency-replayed')).toBeNull();
  });

  it('belongs to its caller and route', async () => {
    const headers = keyed();
    const [one, two] = [galley.as(await galley.aUser()), galley.as(await galley.aUser())];
    const first = await one.post('/api/v1/posts', { title: 'Mine', body: '' }, headers).expect(201);
    const second = await two.post('/api/v1/posts', { title: 'Mine', body: '' }, headers).expect(201);
    expect(second.body.id).not.toBe(first.body.id);
  });

  it.each([
    ['a changed profile', 'PATCH', '/api/v1/users/me', 'SELECT count(*) FROM users WHERE name = $1'],
    ['a tag', 'POST', '/api/v1/tags', 'SELECT count(*) FROM tags WHERE name = $1'],
    ['a post', 'POST', '/api/v1/posts', 'SELECT count(*) FROM posts WHERE title = $1'],
  ])('leaves nothing of %s whose record cannot be written', async (_, method, path, counting) => {
    const name = `Half ${randomUUID()}`;
    const body = path.endsWith('posts') ? { title: name, body: '' } : { name };
    const editor = galley.as(await galley.aUser({ role: 'editor' }));
    const effects = async () =>
      Number((await galley.database.query<{ count: string }>(counting, [name]))[0]?.count);
    const headers = keyed();
    await galley.database.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '53100'; END$$;
      CREATE TRIGGER refuse BEFORE INSERT ON idempotency_keys FOR EACH ROW EXECUTE FUNCTION refuse()`);
    try {
      await editor.send(method, path, { body, headers }).expect(503);
      expect(await effects()).toBe(0);
    } finally {
      await galley.database.query('DROP FUNCTION refuse CASCADE');
    }
    expect([200, 201]).toContain((await editor.send(method, path, { body, headers })).status);
    expect(await effects()).toBe(1);
  });

  it('leaves no record of a refusal: its retry is judged anew', async () => {
    const author = galley.as(await galley.aUser());
    const post = (await author.post('/api/v1/posts', { title: 'Later', body: '' }).expect(201)).body;
    const headers = keyed();
    await author.post(`/api/v1/posts/${post.id}/unpublish`, undefined, headers).expect(409);
    await author.post(`/api/v1/posts/${post.id}/publish`).expect(200);
    const retried = await author.post(`/api/v1/posts/${post.id}/unpublish`, undefined, headers).expect(200);
    expect(retried.headers.get('idempotency-replayed')).toBeNull();
  });

  it('replays what succeeded although it would be refused now', async () => {
    const author = galley.as(await galley.aUser());
    const post = (await author.post('/api/v1/posts', { title: 'Twice', body: '' }).expect(201)).body;
    const headers = keyed();
    await author.post(`/api/v1/posts/${post.id}/publish`, undefined, headers).expect(200);
    await author.post(`/api/v1/posts/${post.id}/publish`).expect(409);
    await author.post(`/api/v1/posts/${post.id}/publish`, undefined, headers).expect(200);
    const gone = keyed();
    await author.delete(`/api/v1/posts/${post.id}`, gone).expect(204);
    const replayed = await author.delete(`/api/v1/posts/${post.id}`, gone).expect(204);
    expect(replayed.headers.get('idempotency-replayed')).toBe('true');
  });

  it('is done once by a hundred at once: one answer, the rest replays or 409 with Retry-After', async () => {
    const author = galley.as(await galley.aUser());
    const headers = keyed();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        author.post('/api/v1/posts', { title: 'Hundred', body: '' }, headers),
      ),
    );
    expect(await rowsWithTitle('Hundred')).toBe(1);
    expect(new Set(answers.filter(({ status }) => status === 201).map(({ text }) => text)).size).toBe(1);
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect([answer.status, answer.body.code]).toEqual([409, 'idempotency_key_in_use']);
      expect(answer.headers.get('retry-after')).toBe('1');
    }
  });

  it('is forgotten after 24 hours, and purged in small batches', async () => {
    const author = galley.as(await galley.aUser());
    const headers = keyed();
    await author.post('/api/v1/posts', { title: 'Old', body: '' }, headers).expect(201);
    await galley.database.query(`UPDATE idempotency_keys SET created_at = now() - interval '25 hours'`);
    const anew = await author.post('/api/v1/posts', { title: 'Old', body: '' }, headers).expect(201);
    expect(anew.headers.get('idempotency-replayed')).toBeNull();
    expect(await rowsWithTitle('Old')).toBe(2);
    await galley.database.query(`
      INSERT INTO idempotency_keys (id, fingerprint, status, headers, created_at)
      SELECT sha256(n::text::bytea), '', 200, '{}', now() - interval '2 days' FROM generate_series(1, 600) n`);
    const purge = galley.app.get(IdempotencyPurge);
    expect(await purge.purge()).toBe(500);
    expect(await purge.purge()).toBeGreaterThanOrEqual(100);
    const kept = await author.post('/api/v1/posts', { title: 'Old', body: '' }, headers).expect(201);
    expect(kept.headers.get('idempotency-replayed')).toBe('true');
  });
});
