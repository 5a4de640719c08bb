import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { command } from './support/command.js';
import type { Client } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';

const TYPE = { 'content-type': 'application/x-ndjson' };
const LISTS =
  'filter[type]=post,page&filter[status]=draft,scheduled,published,archived&sort=createdAt&limit=100';

let source: Galley;
let folder: string;
beforeAll(async () => {
  source = await startGalley();
  folder = mkdtempSync(join(tmpdir(), 'galley-export-spec-'));
  await fill(source);
});
afterAll(async () => {
  await source.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** One item of each kind that an export must contain. */
async function fill(galley: Galley): Promise<void> {
  const ada = await galley.aUser({ name: 'Ada', email: 'ada@example.com' });
  const bea = await galley.aUser({ name: 'Bea "B" \u2028 Ж', role: 'user' });
  await galley.aUser({ name: 'Reader', role: 'user' });
  await galley
    .as(ada)
    .patch('/api/v1/users/me', { bio: 'Countess', website: 'https://example.com/ada' })
    .expect(200);
  const editor = galley.as(await galley.aUser({ role: 'editor' }));
  await editor.post('/api/v1/tags', { name: 'C++', description: 'With classes' }).expect(201);
  await editor.post('/api/v1/tags', { name: 'Unused' }).expect(201);
  const post = await galley.aPost({
    ...{
      author: ada,
      title: 'Lines\n"and" \u2029 €😀',
      body: '# One\n\n<script>x</script>*two*',
      tags: ['C', 'C++', 'Ü'],
    },
    ...{ status: 'published', slug: `${'long-'.repeat(19)}slug`, publishedAt: '2020-01-02T03:04:05.123456Z' },
  });
  await galley.as(ada).patch(`/api/v1/posts/${post.id}`, { excerpt: 'In short' }).expect(200);
  const page = await galley.aPost({
    author: ada,
    type: 'page',
    bodyFormat: 'html',
    body: '<p>Html</p>',
  });
  await galley.aPost({ author: ada, status: 'scheduled' });
  const top = await galley.aPost({ author: ada, type: 'page' });
  const below = await galley.aPost({ author: ada, type: 'page' });
  const meta = { 'A “name”': 'Lines\n\u2028and 😀', empty: '' };
  await galley
    .as(ada)
    .patch(`/api/v1/posts/${top.id}`, { featured: true, commentsOpen: false, meta })
    .expect(200);
  await galley.as(ada).patch(`/api/v1/posts/${below.id}`, { parentId: top.id }).expect(200);
  // The page above it has the later id, and follows it in the file.
  await galley.as(ada).patch(`/api/v1/posts/${page.id}`, { parentId: below.id }).expect(200);
  const archived = await galley.aPost({ author: ada, status: 'published', tags: ['Ü'] });
  await galley.as(ada).post(`/api/v1/posts/${archived.id}/archive`).expect(200);
  const first = await galley.aComment({ post, author: bea, body: 'First *thing*' });
  const reply = await galley.aComment({ post, author: ada, parentId: first.id });
  await galley.aComment({ post, author: bea, parentId: reply.id });
  const waiting = await galley.aComment({ post, author: bea, body: 'Waits' });
  await editor.post(`/api/v1/comments/${waiting.id}/moderate`, { status: 'pending' }).expect(200);
  await galley.as(ada).delete(`/api/v1/comments/${reply.id}`).expect(204);
  await galley.database.query(`
    INSERT INTO comments (id, post_id, guest_name, body, body_format, html, html_version, status)
    VALUES (gen_random_uuid(), '${post.id}', 'Guest', '<b>Html</b>', 'html', '<b>Html</b>', 1, 'hidden')`);
}

/** Everything that the API returns about posts, comments and their authors, as text. */
async function everything(galley: Galley, by: Client): Promise<Record<string, string>> {
  const seen: Record<string, string> = {};
  const read = async (path: string) => {
    const { text, body } = await by.get(`/api/v1/${path}`).expect(200);
    seen[path] = text;
    return body;
  };
  const { data } = await read(`posts?${LISTS}`);
  for (const { id, slug, authorId } of data) {
    await read(`posts/${id}`);
    await read(`posts/${slug}`);
    await read(`posts/${id}/comments?limit=100`);
    const author = await galley.anyone.get(`/api/v1/users/${authorId}`).expect(200);
    seen[`users/${authorId}`] = author.text;
  }
  seen.public = (await galley.anyone.get('/api/v1/posts?limit=100').expect(200)).text;
  // The cursor is excluded, because it contains the id of a tag, which is created again.
  seen.tags = JSON.stringify((await by.get('/api/v1/tags?limit=100').expect(200)).body.data);
  return seen;
}

const everythingToEditors = async (galley: Galley) =>
  everything(galley, galley.as(await galley.aUser({ role: 'editor' })));

describe('galley export', () => {
  it('imported into an empty system gives the same posts, byte for byte', async () => {
    const { code, output, errors } = await command(['export'], source.database.url);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    const other = await startGalley();
    try {
      const admin = other.as(await other.aUser({ role: 'admin' }));
      const { body } = await admin.post('/api/v1/posts/import', output, TYPE).expect(200);
      expect(body).toMatchObject({ format: 'galley', items: [] });
      const before = await everythingToEditors(source);
      expect(Object.keys(before).length).toBeGreaterThan(12);
      expect(await everythingToEditors(other)).toEqual(before);

      const again = await admin.post('/api/v1/posts/import', output, TYPE).expect(200);
      for (const counts of Object.values(again.body.counts)) expect(counts).toMatchObject({ imported: 0 });
      const second = await command(['export'], other.database.url);
      expect(withoutTime(second.output)).toEqual(withoutTime(output));
    } finally {
      await other.stop();
    }
  });

  it('imported where it came from changes nothing, and brings back what was deleted', async () => {
    const { output } = await command(['export'], source.database.url);
    const admin = source.as(await source.aUser({ role: 'admin' }));
    const before = await everythingToEditors(source);
    const { body } = await admin.post('/api/v1/posts/import', output, TYPE).expect(200);
    for (const counts of Object.values(body.counts))
      expect(counts).toMatchObject({ imported: 0, skipped: 0 });
    expect(await everythingToEditors(source)).toEqual(before);

    await source.database.query(`DELETE FROM posts WHERE status = 'published'`);
    const restored = await admin.post('/api/v1/posts/import', output, TYPE).expect(200);
    expect(restored.body.counts).toMatchObject({ post: { imported: 1 }, comment: { imported: 5 } });
    expect(await everythingToEditors(source)).toEqual(before);
  });

  it('tells no e-mail address unless it is asked to, and never a password', async () => {
    const { output } = await command(['export'], source.database.url);
    expect(output).not.toContain('ada@example.com');
    expect(output).not.toContain('Reader');
    const told = await command(['export', '--emails'], source.database.url);
    expect(told.output).toContain('"email":"ada@example.com"');
    expect(told.output).not.toMatch(/password|\$argon2|\$2b/i);
  });

  it('with e-mail addresses finds the accounts of the other system', async () => {
    const { output } = await command(['export', '--emails'], source.database.url);
    const other = await startGalley();
    try {
      const ada = await other.aUser({ name: 'Here', email: 'ADA@example.com' });
      const admin = other.as(await other.aUser({ role: 'admin' }));
      await admin.post('/api/v1/posts/import', output, TYPE).expect(200);
      const { body } = await other.as(ada).get(`/api/v1/posts?filter[status]=archived`).expect(200);
      expect(body.data[0].author).toMatchObject({ id: ada.id, name: 'Here' });
    } finally {
      await other.stop();
    }
  });

  it('is of one moment, whatever is written meanwhile', async () => {
    const { ExportService } = await import('../src/export/export.service.js');
    const meanwhile = `
      INSERT INTO posts (id, slug, title, body, html, html_version, author_id)
      SELECT gen_random_uuid(), 'meanwhile', 'Meanwhile', '', '', 1, author_id FROM posts LIMIT 1`;
    const lines: string[] = [];
    const counts = await source.app.get(ExportService).run(async (all) => {
      for await (const line of all) {
        if (line.startsWith('{"galley"')) await source.database.query(meanwhile);
        lines.push(line);
      }
    });
    expect(lines.filter((line) => line.startsWith('{"post"'))).toHaveLength(counts.posts);
    expect(lines.join('')).not.toContain('Meanwhile');
    await source.database.query(`DELETE FROM posts WHERE title = 'Meanwhile'`);
  });

  it('writes a file once it is whole, for its owner alone', async () => {
    const path = join(folder, 'all.ndjson');
    const { code, output, errors } = await command(['export', '--output', path], source.database.url);
    expect({ code, output }).toEqual({ code: 0, output: '' });
    expect(errors).toMatch(/^Wrote \d+ posts and pages and \d+ comments to \S+all\.ndjson\n$/);
    expect(readFileSync(path, 'utf8').trimEnd().split('\n').at(-1)).toMatch(/^\{"end":/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['all.ndjson']);
    await command(['export', '--output', '/dev/null'], source.database.url);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it.each<[string, () => string, RegExp]>([
    ['into a folder', () => folder, /is a directory\. Name a file\.\n$/],
    [
      'where there is no folder',
      () => join(folder, 'none/all.ndjson'),
      /^The directory of .* does not exist/,
    ],
  ])('is refused %s with one sentence', async (_, path, sentence) => {
    const { code, errors } = await command(['export', '--output', path()], source.database.url);
    expect(code).toBe(1);
    expect(errors).toMatch(sentence);
  });
});

const withoutTime = (lines: string) => lines.split('\n').slice(1).sort();

/** Real exports of other systems, if they are beside the checkout. */
const DATA = fileURLToPath(new URL('../../shared/data/', import.meta.url));

if (existsSync(DATA)) {
  it.each(['wordpress-theme-test.xml', 'ghost-theme-test.json'])(
    'what %s brought leaves as it is',
    async (name) => {
      const [one, two] = [await startGalley(), await startGalley()];
      try {
        await command(['import', join(DATA, name)], one.database.url);
        const { output } = await command(['export'], one.database.url);
        const { code, errors } = await command(['import', '-'], two.database.url, { input: output });
        expect({ code, errors }).toEqual({ code: 0, errors: '' });
        expect(await everythingToEditors(two)).toEqual(await everythingToEditors(one));
      } finally {
        await one.stop();
        await two.stop();
      }
    },
  );
}
