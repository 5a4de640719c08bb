import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { ImportKeysRepository } from '../src/import/import-keys.repository.js';
import type { Client } from './support/client.js';
import type { Person } from './support/builders.js';
import { type Galley, startGalley } from './support/galley.js';
import { ghost, ghostPost, wxr, wxrComment, wxrItem, wxrMeta } from './support/import-files.js';
import { sendRaw } from './support/raw.js';
import { until } from './support/until.js';

const PATH = '/api/v1/posts/import';
const LIMIT = 1_500_000;
const XML = { 'content-type': 'application/xml' };
const FILE = wxr(wxrItem({ 'wp:status': 'private' }, wxrComment({ id: '1' })));

let galley: Galley;
let admin: Client;
let person: Person;
beforeAll(async () => {
  galley = await startGalley({ UPLOAD_MAX_SIZE: String(LIMIT) });
});
afterAll(() => galley.stop());
beforeEach(async () => {
  await galley.database.query('TRUNCATE users, posts, tags, comments, import_keys, idempotency_keys CASCADE');
  person = await galley.aUser({ role: 'admin' });
  admin = galley.as(person);
});

const count = async (table: string) =>
  (await galley.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]?.n;
/** A test cannot fill the disk, so the file handles return the error. */
async function fileHandlePrototype(): Promise<{ write: unknown }> {
  const handle = await open(fileURLToPath(import.meta.url));
  await handle.close();
  return Object.getPrototypeOf(handle) as { write: unknown };
}

const uploads = () => readdirSync(tmpdir()).filter((name) => name.startsWith('galley-upload-'));

describe('POST /posts/import', () => {
  it('takes the file as the body, and answers with what became of it', async () => {
    const { body } = await admin.post(PATH, FILE, XML).expect(200);
    expect(body).toMatchObject({
      format: 'wordpress',
      dryRun: false,
      counts: { post: { imported: 1, present: 0, skipped: 0 }, comment: { imported: 1 } },
      items: [{ kind: 'author' }, { kind: 'post', reasons: ['private: imported as a draft'] }],
    });
    expect(await count('posts')).toBe(1);
    await until(() => uploads().length === 0);
  });

  it.each([
    'application/json',
    'application/xml',
    'text/xml',
    'application/x-ndjson',
    'application/octet-stream',
  ])('finds the format from the content, whatever %s says', async (type) => {
    const file = ghost({ posts: [ghostPost()] });
    const { body } = await admin.post(PATH, file, { 'content-type': `${type}; charset=utf-8` }).expect(200);
    expect(body).toMatchObject({ format: 'ghost', counts: { post: { imported: 1 } } });
  });

  it('takes JSON beyond the limit of JSON bodies, which holds for every other route', async () => {
    const post = ghostPost({ html: `<p>${'x'.repeat(LIMIT - 1000)}</p>` });
    await admin.post(PATH, ghost({ posts: [post] })).expect(200);
    const large = { title: 'Large', body: 'x'.repeat(2_000_000) };
    const refused = await admin.post('/api/v1/posts', large).expect(413);
    expect(refused.body.code).toBe('body_too_large');
    const file = await admin
      .post('/api/v1/posts', FILE, { 'content-type': 'application/octet-stream' })
      .expect(415);
    expect(file.body.code).toBe('unsupported_media_type');
  });

  it.each(['ENOSPC', 'EDQUOT'])(
    'is 507 when the disk for it is full (%s), and takes the next file',
    async (code) => {
      const prototype = await fileHandlePrototype();
      const { write } = prototype;
      prototype.write = () => Promise.reject(Object.assign(new Error(`${code}: write`), { code }));
      try {
        const { body } = await admin.post(PATH, FILE, XML).expect(507);
        expect([body.code, body.detail]).toEqual(['no_room_for_file', expect.stringContaining('full')]);
      } finally {
        prototype.write = write;
      }
      expect([await count('posts'), uploads()]).toEqual([0, []]);
      await admin.post(PATH, FILE, XML).expect(200);
    },
  );

  it('tries without writing', async () => {
    const tried = await admin.post(`${PATH}?dryRun=true`, FILE, XML).expect(200);
    expect(tried.body).toMatchObject({ dryRun: true, counts: { post: { imported: 1 } } });
    expect([await count('posts'), await count('import_keys')]).toEqual([0, 0]);
  });

  it('repairs what is not quite XML, and lists it; strictly, it refuses it with its place', async () => {
    const file = FILE.replace('<p>Text</p>', '<p>\u001fText</p>').replace(
      '</item>',
      '<link>a &nbsp; & b</link></item>',
    );
    const { body } = await admin.post(PATH, file, XML).expect(200);
    expect(body.counts.post.imported).toBe(1);
    expect(body.repairs).toMatchObject([
      { kind: 'character', count: 1, line: 7, example: 'U+001F' },
      { kind: 'entity', count: 1, line: 7, example: '&nbsp;' },
      { kind: 'ampersand', count: 1, line: 7, example: '&' },
    ]);
    const refused = await admin.post(`${PATH}?strict=true`, file, XML).expect(400);
    expect(refused.body.errors).toEqual([
      {
        path: expect.stringMatching(/^line 7, column \d+$/),
        code: 'invalid_file',
        message: expect.stringMatching(/U\+001F/),
      },
    ]);
    await admin.post(`${PATH}?strict=true`, FILE, XML).expect(200);
  });

  it('groups what it lists', async () => {
    const items = Array.from({ length: 5 }, (_, n) =>
      wxrItem({ 'wp:post_id': `${n}`, 'wp:post_type': 'nav_menu_item' }),
    );
    const { body } = await admin
      .post(PATH, wxr(items.join('') + wxrItem({ 'wp:status': 'private' })), XML)
      .expect(200);
    const example = { key: 'wordpress blog.example post 1', title: 'A post' };
    expect(body.groups).toMatchObject([
      {
        outcome: 'imported',
        kind: 'post',
        reason: 'private: imported as a draft',
        count: 1,
        examples: [example],
      },
      { outcome: 'imported', kind: 'author', count: 1 },
      {
        outcome: 'skipped',
        kind: 'nav_menu_item',
        reason: 'menus are not imported',
        count: 5,
        examples: { length: 3 },
      },
    ]);
  });

  it('tells that media files stay where they are, and which parameters a second import could not apply', async () => {
    const attachment = {
      'wp:post_id': '5',
      'wp:post_type': 'attachment',
      'wp:status': 'inherit',
      title: 'Photo',
    };
    const file = wxr(wxrItem() + wxrItem(attachment));
    const media =
      'Media files were not copied (1). Posts show them from their former addresses: keep these files there.';
    const links = `${PATH}?postLinks=/posts/{slug}&pageLinks=/{slug}`;
    const first = await admin.post(links, file, XML).expect(200);
    expect(first.body.hints).toEqual([media]);
    const again = await admin.post(links, file, XML).expect(200);
    expect(again.body.hints).toEqual([
      media,
      'postLinks and pageLinks had no effect on posts and pages that were already present (1), because an import does not change them.',
    ]);
    const tags = await admin.post(PATH, ghost({ posts: [] }), XML).expect(200);
    expect(tags.body.hints).toEqual([]);
  });

  it('counts the fields for which Galley has no place, content first', async () => {
    const fields = { 'wp:ping_status': 'open' };
    const values = wxrMeta(['_edit_last', '1'], ['_rating', '5']);
    const items = ['1', '2'].map((id) => wxrItem({ ...fields, 'wp:post_id': id }, values));
    const { body } = await admin.post(PATH, wxr(`<title>Blog</title>${items.join('')}`), XML).expect(200);
    const first = { key: 'wordpress blog.example post 1', title: 'A post' };
    expect(body.omitted).toEqual([
      { kind: 'post', field: 'wp:postmeta _rating', count: 2, internal: false, ...first },
      { kind: 'post', field: 'wp:ping_status', count: 2, internal: true, ...first },
      { kind: 'post', field: 'wp:postmeta _edit_last', count: 2, internal: true, ...first },
      { kind: 'site', field: 'title', count: 1, internal: false, key: 'blog.example', title: '' },
    ]);
  });

  it('takes the site from the request', async () => {
    await admin.post(`${PATH}?site=https://www.Old.example`, FILE, XML).expect(200);
    const rows = await galley.database.query(
      `SELECT 1 FROM import_keys WHERE key = 'wordpress old.example post 1'`,
    );
    expect(rows).toHaveLength(1);
    const { body } = await admin.post(`${PATH}?site=ftp://x`, FILE, XML).expect(400);
    expect(body.errors).toMatchObject([{ path: 'site', message: 'must be the host or the URL of a site' }]);
  });

  it('brings the items of one file once, however often and at once it comes', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => admin.post(PATH, FILE, XML).expect(200)),
    );
    const posts = answers.map(({ body }) => body.counts.post as { imported: number; present: number });
    expect(posts.map(({ imported }) => imported).sort()).toEqual([0, 0, 0, 0, 1]);
    expect(posts.map(({ present }) => present).sort()).toEqual([0, 1, 1, 1, 1]);
    expect([await count('posts'), await count('comments')]).toEqual([1, 1]);
  });

  it('does not keep the connections of readers while imports wait for each other', async () => {
    const [lock] = [`SELECT pg_advisory_lock(6284519204)`];
    const pool = await startGalley({ DATABASE_POOL_MAX: '3' }, galley.database);
    const holder = new pg.Client({ connectionString: galley.database.url });
    await holder.connect();
    await holder.query(lock);
    try {
      const tries = jest.spyOn(pool.app.get(ImportKeysRepository), 'tryLock');
      const imports = Promise.all(Array.from({ length: 6 }, () => pool.as(person).post(PATH, FILE, XML)));
      // One waits for the lock, and the others wait for that one.
      await until(() => tries.mock.calls.length > 1);
      await pool.anyone.get('/api/v1/posts').expect(200);
      await holder.query('SELECT pg_advisory_unlock_all()');
      for (const answer of await imports) expect(answer.status).toBe(200);
    } finally {
      await holder.end();
      await pool.stop();
    }
  });

  it('is not bound by the time limit of requests', async () => {
    const slow = await startGalley({ DATABASE_STATEMENT_TIMEOUT_MS: '50' }, galley.database);
    await galley.database.query(`CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_sleep(1); RETURN NEW; END'; CREATE TRIGGER slowly BEFORE INSERT ON posts FOR EACH ROW EXECUTE FUNCTION slowly()`);
    try {
      await slow.as(person).post(PATH, FILE, XML).expect(200);
      await galley.database.query('DELETE FROM posts');
      const author = slow.as(person);
      await author.post('/api/v1/posts', { title: 'Bound', body: '' }).expect(503);
    } finally {
      await galley.database.query('DROP FUNCTION slowly CASCADE');
      await slow.stop();
    }
  });
});

describe('A file that cannot be imported', () => {
  it.each<[string, string, string, RegExp]>([
    ['is XML and broken', FILE.slice(0, 900), '', /^line \d+, column \d+$/],
    ['is JSON and broken', '{"db":[{"data":{"posts":[{"id": }]}}]}', '', /^\$\.db\[0\]\.data\.posts\[0\]/],
    ['is an export of Galley and broken', '{"galley":{"format":1}}\n{"post":1}', '', /^line 2$/],
    ['is empty', '', '', /^$/],
    ['is none', 'id,title\n', '', /^$/],
    ['is in another format than it was said to be', FILE, '?format=ghost', /^$/],
  ])('is 400 when it %s, and nothing is left', async (_, file, query, place) => {
    const { body } = await admin.post(PATH + query, file, XML).expect(400);
    expect(body.code).toBe('import_refused');
    expect(body.detail).toMatch(/Nothing was imported\.$/);
    expect(body.errors).toEqual([
      { path: expect.stringMatching(place), code: 'invalid_file', message: expect.any(String) },
    ]);
    expect([await count('posts'), await count('import_keys')]).toEqual([0, 0]);
    await until(() => uploads().length === 0);
  });

  it('is 400 when a body is beyond a limit of rendering, and names its post', async () => {
    const huge = ghostPost({ title: 'Huge', html: '&'.repeat(900_000) });
    const { body } = await admin.post(PATH, ghost({ posts: [huge] })).expect(400);
    expect(body).toMatchObject({ code: 'body_too_complex', detail: expect.stringContaining('“Huge”') });
    expect(await count('posts')).toBe(0);
  });

  it.each(['?format=blogger', '?dryRun=perhaps', '?unknown=1'])('is 400 with %s', async (query) => {
    const { body } = await admin.post(PATH + query, FILE, XML).expect(400);
    expect(body.code).toBe('validation_failed');
  });

  it('is 400 when there is none', async () => {
    const { body } = await admin.post(PATH).expect(400);
    expect(body).toMatchObject({
      code: 'import_refused',
      detail: 'The file is empty. Nothing was imported.',
    });
  });

  it.each([
    ['a type that no export has', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['compression', { ...XML, 'content-encoding': 'gzip' }],
  ])('is 415 with %s', async (_, headers) => {
    const { body } = await admin.post(PATH, FILE, headers).expect(415);
    expect(body.code).toBe('unsupported_media_type');
  });

  it('is 413 above the limit, and says what to do instead', async () => {
    const { body } = await admin.post(PATH, 'x'.repeat(LIMIT + 1), XML).expect(413);
    expect(body.code).toBe('file_too_large');
    expect(body.detail).toContain('galley import <file>');
    await until(() => uploads().length === 0);
  });

  it('is 413 above the limit also when it does not say its length, and is not read to its end', async () => {
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 65_536;
        if (sent > 50_000_000) controller.close();
        else controller.enqueue(new Uint8Array(65_536));
      },
    });
    const answer = await fetch(galley.url + PATH, {
      method: 'POST',
      body,
      headers: { ...XML, authorization: `Bearer ${person.token}` },
      duplex: 'half',
    });
    expect(answer.status).toBe(413);
    expect(sent).toBeLessThan(50_000_000);
  });

  it('writes nothing to the disk for those who may not import', async () => {
    const user = await galley.aUser({ role: 'editor' });
    const head = `POST ${PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${user.token}\r\nContent-Type: text/xml\r\nContent-Length: 200000\r\n\r\n`;
    const answer = await sendRaw(galley.url, `${head}${'x'.repeat(1000)}`);
    expect(answer.status).toBe(403);
  });
});

describe('Idempotency-Key of an import', () => {
  const key = () => ({ ...XML, 'idempotency-key': `"${randomUUID()}"` });

  it('belongs to the bytes of the file: they are imported once, and the answer is repeated', async () => {
    const headers = key();
    const first = await admin.post(PATH, FILE, headers).expect(200);
    const again = await admin.post(PATH, FILE, headers).expect(200);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.text).toBe(first.text);
    expect(again.body.counts.post).toEqual({ imported: 1, present: 0, skipped: 0 });
    const other = await admin.post(PATH, FILE.replace('Text', 'Next'), headers).expect(422);
    expect(other.body.code).toBe('idempotency_key_reused');
    await admin.post(`${PATH}?dryRun=true`, FILE, headers).expect(422);
  });

  it('leaves no record of a refusal', async () => {
    const headers = key();
    await admin.post(PATH, FILE.slice(0, -10), headers).expect(400);
    expect(await count('idempotency_keys')).toBe(0);
  });
});

describe('A client that leaves', () => {
  const LOCK = 6_284_519_204;
  const waiting = async () =>
    (
      await galley.database.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
        AND pid <> pg_backend_pid() AND query LIKE '%pg_try_advisory_xact_lock%' AND xact_start IS NOT NULL`)
    ).length > 0;

  /** Disconnects while the import waits for another one. `after` states what must happen before that one ends. */
  async function leave(header: string, after: () => Promise<void>) {
    const holder = new pg.Client({ connectionString: galley.database.url });
    await holder.connect();
    try {
      await holder.query('SELECT pg_advisory_lock($1)', [LOCK]);
      const { hostname, port } = new URL(galley.url);
      const head = `POST ${PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${person.token}\r\nContent-Type: application/xml\r\n${header}`;
      const socket: Socket = connect(Number(port), hostname, () =>
        socket.write(`${head}Content-Length: ${Buffer.byteLength(FILE)}\r\n\r\n${FILE}`),
      );
      await until(waiting);
      socket.destroy();
      await after();
    } finally {
      await holder.end();
    }
  }

  it('ends the import, and nothing of it stays', async () => {
    await leave('', () => until(async () => !(await waiting())));
    await admin.post(PATH, ghost({ posts: [ghostPost()] }), XML).expect(200);
    expect(await count('posts')).toBe(1);
  });

  it('gets the answer by its Idempotency-Key when it comes back', async () => {
    const key = `"${randomUUID()}"`;
    await leave(`Idempotency-Key: ${key}\r\n`, () => Promise.resolve());
    await until(async () => (await count('idempotency_keys')) === 1);
    const answer = await admin.post(PATH, FILE, { ...XML, 'idempotency-key': key }).expect(200);
    expect(answer.headers.get('idempotency-replayed')).toBe('true');
    expect(answer.body.counts.post.imported).toBe(1);
  });
});

describe('A slow sender', () => {
  const head = (path: string, type: string) =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${person.token}\r\nContent-Type: ${type}\r\nContent-Length: 200000\r\n\r\n`;

  /** Sends `bytes` every 100 ms. Resolves with the response and the time when the server closes the connection. */
  const drip = async (start: string, bytes: number) => {
    const { hostname, port } = new URL(galley.url);
    const since = performance.now();
    let text = '';
    const socket: Socket = connect(Number(port), hostname, () => socket.write(start));
    socket.on('data', (chunk) => (text += chunk.toString())).on('error', () => undefined);
    const timer = setInterval(() => socket.writable && socket.write('x'.repeat(bytes)), 100);
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(timer);
    return { text, seconds: (performance.now() - since) / 1000 };
  };

  it('of a file is cut off below 32 KiB/s, and of any other body after 10 s', async () => {
    const [file, json, stranger] = await Promise.all([
      drip(head(PATH, 'application/xml'), 1000),
      drip(head('/api/v1/posts', 'application/json'), 1),
      drip(head(PATH, 'application/xml').replace(/Authorization.*\r\n/, ''), 1),
    ]);
    expect(file.text).toMatch(/^HTTP\/1\.1 408 [^]*"code":"upload_too_slow"/);
    expect(json.text).toMatch(/^HTTP\/1\.1 408 [^]*"code":"request_timeout"/);
    expect(stranger.text).toMatch(/^HTTP\/1\.1 401 /);
    for (const { seconds } of [file, json, stranger]) expect(seconds).toBeGreaterThan(9);
  });

  it('of a file may take longer than any other body', async () => {
    const BYTES_PER_MS = 60; // This is twice the minimum rate. A busy machine sends delayed data at once.
    const size = 12_000 * BYTES_PER_MS;
    const roomy = await startGalley({}, galley.database);
    try {
      const post = ghost({ posts: [ghostPost({ html: 'x'.repeat(size) })] });
      async function* slowly() {
        const since = performance.now();
        for (let at = 0; at < post.length;) {
          const due = Math.floor((performance.now() - since) * BYTES_PER_MS);
          if (due > at) yield Buffer.from(post.slice(at, due));
          at = Math.max(at, due);
          await delay(95);
        }
      }
      const answer = await fetch(roomy.url + PATH, {
        method: 'POST',
        body: ReadableStream.from(slowly()),
        headers: { 'content-type': 'application/json', authorization: `Bearer ${person.token}` },
        duplex: 'half',
      });
      expect(answer.status).toBe(200);
    } finally {
      await roomy.stop();
    }
  });
});

/** Real exports, if they are beside the checkout. The numbers are those of `galley import`. */
const DATA = fileURLToPath(new URL('../../shared/data/', import.meta.url));
const REAL = [
  {
    name: 'wordpress-theme-test.xml',
    users: 3,
    tags: 175,
    posts: 58,
    pages: 21,
    post_tags: 327,
    comments: 29,
  },
  { name: 'ghost-theme-test.json', users: 1, tags: 46, posts: 17, pages: 2, post_tags: 91, comments: 0 },
];

if (existsSync(DATA)) {
  it.each(REAL)('$name comes over HTTP as it does by the command', async ({ name, ...rows }) => {
    const roomy = await startGalley({}, galley.database);
    try {
      const file = readFileSync(join(DATA, name));
      const headers = { 'content-type': 'application/octet-stream' };
      const reports = await Promise.all(
        [1, 2].map(() => roomy.as(person).post(PATH, file, headers).expect(200)),
      );
      expect(reports.map(({ body }) => body.counts.post.imported).sort()).toEqual([0, rows.posts].sort());
      const [counted] = await galley.database.query(`
        SELECT (SELECT count(*)::int FROM users WHERE role = 'author') AS users, (SELECT count(*)::int FROM tags) AS tags,
          (SELECT count(*)::int FROM posts WHERE type = 'post') AS posts,
          (SELECT count(*)::int FROM posts WHERE type = 'page') AS pages,
          (SELECT count(*)::int FROM post_tags) AS post_tags, (SELECT count(*)::int FROM comments) AS comments`);
      expect(counted).toEqual(rows);
    } finally {
      await roomy.stop();
    }
  });
}
