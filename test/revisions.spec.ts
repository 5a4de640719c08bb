import { randomUUID } from 'node:crypto';
import { applyPatch } from 'diff';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from '../src/platform/schemas/schemas.js';
import type { PostView } from '../src/posts/post-view.schemas.js';
import { RevisionsPurge } from '../src/posts/revisions/revisions-purge.js';
import type {
  RevisionDiffView,
  RevisionItemView,
  RevisionView,
} from '../src/posts/revisions/revisions.schemas.js';
import { answered } from './support/answered.js';
import type { Person } from './support/builders.js';
import type { Client } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';

let galley: Galley;
let ada: Person;
let author: Client;
let editor: Client;
beforeAll(async () => {
  // The job of a worker would delete revisions at any time.
  galley = await startGalley({ REVISIONS_MAX: '12', REVISIONS_DAYS: '30', PROCESS_ROLE: 'api' });
  ada = await galley.aUser({ name: 'Ada Lovelace' });
  author = galley.as(ada);
  editor = galley.as(await galley.aUser({ name: 'Grace Hopper', role: 'editor' }));
});
afterAll(() => galley.stop());

const path = (id: string, rest = '') => `/api/v1/posts/${id}${rest}`;

async function revisionsOf(id: string, query = '?limit=100'): Promise<RevisionItemView[]> {
  const { body } = await editor.get(path(id, `/revisions${query}`)).expect<Page<RevisionItemView>>(200);
  return body.data;
}

const read = async (id: string, number: number) =>
  (await editor.get(path(id, `/revisions/${number}`)).expect<RevisionView>(200)).body;

const diffOf = async (id: string, number: number, query = '') =>
  (await editor.get(path(id, `/revisions/${number}/diff${query}`)).expect<RevisionDiffView>(200)).body;

/** Applies a unified diff with the library of other people. */
const patched = (text: string, { body }: RevisionDiffView) => (body === '' ? text : applyPatch(text, body));

/** Edits a post as the release before does: it knows no revisions. */
const editAsBefore = (id: string, body: string) =>
  galley.database.query(
    'UPDATE posts SET body = $2, html = $2, version = version + 1, updated_at = now() WHERE id = $1',
    [id, body],
  );

describe('the history of a post', () => {
  it('has a revision for the new post and for each edit, the newest first', async () => {
    const { body: post } = await author
      .post('/api/v1/posts', { title: 'One', body: 'First.', tags: ['Engines'], note: 'A beginning' })
      .expect<PostView>(201);
    await author.patch(path(post.id), { title: 'Two', note: 'A better title' }).expect(200);
    await author.post(path(post.id, '/publish')).expect(200);
    await editor
      .patch(path(post.id), { body: 'Second.\n', tags: ['Looms'], meta: { b: '1', a: '2' } })
      .expect(200);
    const [third, second, first] = await revisionsOf(post.id);
    expect(third).toMatchObject({ number: 3, state: 'current', version: 4, note: null, title: 'Two' });
    expect(third).toMatchObject({ author: { name: 'Grace Hopper' }, changed: ['body', 'tags', 'meta'] });
    expect(second).toMatchObject({ number: 2, state: 'past', version: 2, changed: ['title'] });
    expect(second).toMatchObject({ author: { id: ada.id, name: 'Ada Lovelace' }, note: 'A better title' });
    expect(first).toMatchObject({ number: 1, state: 'past', version: 1, changed: [], note: 'A beginning' });
    expect(await read(post.id, 1)).toMatchObject({
      title: 'One',
      body: 'First.',
      tags: ['Engines'],
      meta: {},
    });
    expect(await read(post.id, 3)).toMatchObject({
      ...{ title: 'Two', body: 'Second.\n', tags: ['Looms'], meta: { a: '2', b: '1' }, excerpt: null },
    });
  });

  it('is listed by cursor in both directions, and with the fields that a caller wants', async () => {
    const post = await galley.aPost({ author: ada });
    for (let n = 2; n <= 7; n++) await author.patch(path(post.id), { title: `Title ${n}` }).expect(200);
    for (const sort of ['number', '-number']) {
      const numbers: number[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const from: string = cursor === '' ? '' : `&cursor=${cursor}`;
        const page: { body: Page<RevisionItemView> } = await author
          .get(path(post.id, `/revisions?limit=2&sort=${sort}&fields=title${from}`))
          .expect(200);
        expect(page.body.data.every((item) => Object.keys(item).length === 2)).toBe(true);
        numbers.push(...page.body.data.map(({ number }) => number));
        cursor = page.body.meta.nextCursor;
      }
      const all = [1, 2, 3, 4, 5, 6, 7];
      expect(numbers).toEqual(sort === 'number' ? all : all.toReversed());
    }
    const other = await galley.aPost({ author: ada });
    const { body } = await author.get(path(post.id, '/revisions?limit=2')).expect(200);
    await author.get(path(other.id, `/revisions?cursor=${body.meta.nextCursor}`)).expect(400);
  });

  it('is for those who may edit the post', async () => {
    const post = await galley.aPost({ author: ada, status: 'published' });
    const draft = await galley.aPost({ author: ada });
    const other = galley.as(await galley.aUser());
    for (const rest of ['/revisions', '/revisions/1', '/revisions/1/diff']) {
      await galley.anyone.get(path(post.id, rest)).expect(401);
      await galley
        .as(await galley.aUser({ role: 'user' }))
        .get(path(post.id, rest))
        .expect(403);
      const { body } = await other.get(path(post.id, rest)).expect(403);
      expect(body.detail).toContain('may read its revisions');
      await other.get(path(draft.id, rest)).expect(404);
      await author.get(path(post.id, rest)).expect(200);
    }
    await author.get(path(post.id, '/revisions/2')).expect(404);
    for (const number of [1_000_000_000, 2_147_483_647])
      await author.get(path(post.id, `/revisions/${number}`)).expect(404);
    for (const number of ['0', '01', '-1', 'x', '2147483648', '99999999999']) {
      const { body } = await author.get(path(post.id, `/revisions/${number}`)).expect(400);
      expect(body.errors[0].message).toContain('a whole number from 1 to 2147483647');
    }
  });

  it('is read as it was at one moment, also while the post is edited', async () => {
    const post = await galley.aPost({ author: ada, status: 'published', body: 'Text 1' });
    let isDone = false;
    const editing = async () => {
      for (let n = 2; n <= 60; n++) await author.patch(path(post.id), { body: `Text ${n}` }).expect(200);
    };
    const edits = editing().finally(() => (isDone = true));
    const reading = async () => {
      while (!isDone) {
        const revisions = await revisionsOf(post.id);
        const { length } = revisions;
        expect(revisions.map(({ number }) => number)).toEqual(revisions.map((_, n) => length - n));
        expect(revisions.map(({ state }) => state)).toEqual(
          revisions.map((_, n) => (n ? 'past' : 'current')),
        );
        expect(revisions.every(({ author: by }) => by?.id === ada.id)).toBe(true);
      }
    };
    await Promise.all([edits, reading(), reading(), reading()]);
  });

  it('is deleted with the post', async () => {
    const post = await galley.aPost({ author: ada });
    await author.patch(path(post.id), { title: 'Two' }, { 'if-match': `"${post.version}"` }).expect(200);
    await author.delete(path(post.id)).expect(204);
    const rows = await galley.database.query('SELECT 1 FROM post_revisions WHERE post_id = $1', [post.id]);
    expect(rows).toHaveLength(0);
  });
});

describe('a difference', () => {
  it('names the fields, and is a unified diff of the bodies that other tools apply', async () => {
    const lines = Array.from({ length: 40 }, (_, n) => `Line ${n}\n`);
    const post = await galley.aPost({ author: ada, title: 'Old', body: lines.join('') });
    const after = lines.with(3, 'Another line\n').toSpliced(20, 2).join('').trimEnd();
    await author.patch(path(post.id), { title: 'New', body: after, excerpt: 'A summary' }).expect(200);
    const diff = await diffOf(post.id, 2);
    expect(diff).toMatchObject({ from: 1, to: 2 });
    expect(diff.fields).toEqual([
      { name: 'title', before: 'Old', after: 'New' },
      { name: 'excerpt', before: null, after: 'A summary' },
    ]);
    expect(diff.body).toMatch(/^--- 1\n\+\+\+ 2\n@@ -1,7 \+1,7 @@\n Line 0\n/);
    expect(patched(lines.join(''), diff)).toBe(after);
    expect(patched(after, await diffOf(post.id, 1, '?against=2'))).toBe(lines.join(''));
    expect(await diffOf(post.id, 2, '?against=2')).toEqual({ from: 2, to: 2, fields: [], body: '' });
    expect(await diffOf(post.id, 1)).toMatchObject({ from: null, to: 1 });
    expect(patched('', await diffOf(post.id, 1))).toBe(lines.join(''));
    await editor.get(path(post.id, '/revisions/2/diff?against=9')).expect(404);
  });

  it('of large texts without a common line is exact and lets other requests in', async () => {
    const line = () => `${randomUUID()}\n`;
    const [before, after] = [0, 1].map(() => Array.from({ length: 5_000 }, line).join(''));
    const post = await galley.aPost({ author: ada, body: before });
    await author.patch(path(post.id), { body: after }).expect(200);
    const diff = diffOf(post.id, 2);
    let waited = 0;
    const asking = setInterval(() => waited++, 5);
    expect(patched(before as string, await diff)).toBe(after);
    clearInterval(asking);
    expect(waited).toBeGreaterThan(1);
  });

  it('of texts with more than 100,000 lines replaces all lines, without comparing them', async () => {
    const lines = (count: number) => Array.from({ length: count }, (_, n) => `${n % 9}\n`);
    const [before, after] = [lines(60_000), lines(60_000).with(7, 'x\n')].map((all) => all.join(''));
    const post = await galley.aPost({ author: ada, body: `<pre>${before}</pre>`, bodyFormat: 'html' });
    await author.patch(path(post.id), { body: `<pre>${after}</pre>` }).expect(200);
    const diff = await diffOf(post.id, 2);
    expect(diff.body.startsWith('--- 1\n+++ 2\n@@ -1,60001 +1,60001 @@\n-<pre>0\n-1\n')).toBe(true);
    expect(diff.body.endsWith('+</pre>\n\\ No newline at end of file\n')).toBe(true);
    expect(patched(`<pre>${before}</pre>`, diff)).toBe(`<pre>${after}</pre>`);
  });
});

describe('a restored revision', () => {
  it('is a new version and a new revision with the old content', async () => {
    const post = await galley.aPost({ author: ada, title: 'Old', body: '*Old.*', tags: ['Engines'] });
    await author.patch(path(post.id), {
      title: 'New',
      body: 'New.',
      tags: null,
      slug: `new-${randomUUID()}`,
    });
    const { body } = await author
      .post(path(post.id, '/revisions/1/restore'), { note: 'Back' }, { 'if-match': '"2"' })
      .expect<PostView>(200);
    expect(body).toMatchObject({ title: 'Old', html: '<p><em>Old.</em></p>\n', slug: post.slug, version: 3 });
    expect(body.tags).toEqual(post.tags);
    const [newest] = await revisionsOf(post.id);
    expect(newest).toMatchObject({ number: 3, restoredFrom: 1, note: 'Back', version: 3 });
    await author.post(path(post.id, '/revisions/9/restore')).expect(404);
    await author.post(path(post.id, '/revisions/1/restore'), {}, { 'if-match': '"2"' }).expect(412);
  });

  it('whose slug another post has by now is restored without it', async () => {
    const slug = `slug-${randomUUID()}`;
    const post = await galley.aPost({ author: ada, slug, body: 'Old.' });
    await author.patch(path(post.id), { slug: `${slug}-2`, body: 'New.' }).expect(200);
    await galley.aPost({ author: ada, slug });
    const { body: problem } = await author.post(path(post.id, '/revisions/1/restore')).expect(409);
    expect(problem.code).toBe('slug_taken');
    expect(problem.detail).toMatch(/Name the `fields` to restore, without `slug`\.$/);
    const { body } = await author
      .post(path(post.id, '/revisions/1/restore'), { fields: ['body', 'title'] })
      .expect<PostView>(200);
    expect(body).toMatchObject({ body: 'Old.', slug: `${slug}-2` });
  });

  it('of an import has values that a client could not choose, and is rendered as it was', async () => {
    const post = await galley.aPost({ author: ada, body: 'One\n\nTwo', bodyFormat: 'html' });
    const title = 'x'.repeat(300);
    await galley.database.query(
      `UPDATE posts SET title = $2, body_dialect = 'wordpress', version = version + 1 WHERE id = $1`,
      [post.id, title],
    );
    const { body: edited } = await author
      .patch(path(post.id), { title: 'Short', body: 'Three', bodyFormat: 'html' })
      .expect<PostView>(200);
    expect(edited.html).toBe('Three');
    const { body } = await author.post(path(post.id, '/revisions/2/restore')).expect<PostView>(200);
    expect(body).toMatchObject({ title, html: '<p>One</p>\n<p>Two</p>\n' });
  });
});

describe('a post that was written without revisions', () => {
  it('has a history that begins with its present content', async () => {
    const post = await galley.aPost({ author: ada, body: 'Imported.' });
    await galley.database.query('DELETE FROM post_revisions WHERE post_id = $1', [post.id]);
    await galley.database.query('DELETE FROM post_histories WHERE post_id = $1', [post.id]);
    const [only, ...none] = await revisionsOf(post.id);
    expect([only, none]).toMatchObject([{ number: 1, state: 'current', author: null, version: 1 }, []]);
    expect(await read(post.id, 1)).toMatchObject({ body: 'Imported.' });
    await author.patch(path(post.id), { body: 'Edited.' }).expect(200);
    expect(await revisionsOf(post.id)).toMatchObject([
      { number: 2, state: 'current', author: { id: ada.id }, version: 2 },
      { number: 1, state: 'past', author: null, version: 1 },
    ]);
    expect(await read(post.id, 1)).toMatchObject({ body: 'Imported.' });
  });

  it('loses nothing that the release before writes between two edits', async () => {
    const post = await galley.aPost({ author: ada, body: 'One.' });
    await author.patch(path(post.id), { body: 'Two.' }).expect(200);
    await editAsBefore(post.id, 'Three.');
    expect(await revisionsOf(post.id)).toMatchObject([
      { number: 3, state: 'current', author: null, changed: ['body'], version: 3 },
      { number: 2, state: 'past', version: 2 },
      { number: 1, state: 'past', version: 1 },
    ]);
    expect(await diffOf(post.id, 3)).toMatchObject({
      from: 2,
      to: 3,
      body: expect.stringContaining('+Three.'),
    });
    await author.patch(path(post.id), { body: 'Four.' }).expect(200);
    expect((await revisionsOf(post.id)).map(({ number }) => number)).toEqual([4, 3, 2, 1]);
    const bodies = await Promise.all([1, 2, 3, 4].map(async (n) => (await read(post.id, n)).body));
    expect(bodies).toEqual(['One.', 'Two.', 'Three.', 'Four.']);
  });

  it('has no revision for a merge or a deletion of its tags, which are no edits of it', async () => {
    const [from, into] = [`From ${randomUUID()}`, `Into ${randomUUID()}`];
    const post = await galley.aPost({ author: ada, tags: [from] });
    const target = await galley.aTag({ name: into });
    const slug = post.tags?.[0]?.slug as string;
    await editor.post(`/api/v1/tags/${slug}/merge`, { into: target.slug }).expect(200);
    expect(await revisionsOf(post.id)).toHaveLength(1);
    await author.patch(path(post.id), { title: 'Two' }).expect(200);
    const [newest] = await revisionsOf(post.id);
    expect(newest).toMatchObject({ number: 2, changed: ['title'] });
    expect(await read(post.id, 2)).toMatchObject({ tags: [into] });
  });
});

describe('20 editors', () => {
  it('lose no text with If-Match: each accepted edit is a revision, and versions and numbers have no gap', async () => {
    const posts = await Promise.all(
      Array.from({ length: 10 }, () => galley.aPost({ author: ada, body: '' })),
    );
    const editors = await Promise.all(
      Array.from({ length: 20 }, async () => galley.as(await galley.aUser({ role: 'editor' }))),
    );
    let refused = 0;
    const accepted = new Map<string, string[]>(posts.map(({ id }) => [id, []]));
    /** Adds a line to the text, and reads it again if somebody else was faster. */
    const addLine = async (client: Client, id: string, line: string): Promise<void> => {
      for (;;) {
        const present = await client.get(path(id)).expect<PostView>(200);
        const edited = { body: `${present.body.body}${line}\n`, note: line };
        const ifMatch = { 'if-match': present.headers.get('etag') as string };
        const answer = await answered(() => client.patch(path(id), edited, ifMatch));
        if (answer.status === 200) return void accepted.get(id)?.push(line);
        expect(answer.status).toBe(412);
        refused += 1;
      }
    };
    await Promise.all(
      editors.map(async (client, e) => {
        for (let n = 0; n < 50; n++) await addLine(client, posts[(e + n) % 10]!.id, `${e}-${n}`);
      }),
    );
    expect(refused).toBeGreaterThan(0);
    for (const { id } of posts) {
      const lines = accepted.get(id) as string[];
      expect(lines).toHaveLength(100);
      const { body } = await editor.get(path(id)).expect<PostView>(200);
      expect(body.version).toBe(101);
      expect(body.body.trim().split('\n').sort()).toEqual(lines.toSorted());
      const all: RevisionItemView[] = [];
      for (const page of [1, 2]) all.push(...(await revisionsOf(id, `?limit=100&page=${page}`)));
      expect(all.map(({ number }) => number)).toEqual(Array.from({ length: 101 }, (_, n) => 101 - n));
      expect(all.map(({ version }) => version)).toEqual(all.map(({ number }) => number));
      expect(new Set(all.map(({ note }) => note).filter(Boolean))).toEqual(new Set(lines));
      for (const n of [2, 50, 101]) {
        const { body: text, note } = await read(id, n);
        expect(text.endsWith(`${note}\n`)).toBe(true);
        expect(text.split('\n')).toHaveLength(n);
      }
    }
  });
});

describe('the purge', () => {
  const purge = () => galley.app.get(RevisionsPurge).run(new AbortController().signal);

  it('keeps REVISIONS_MAX revisions, each one readable as it was, and the numbers go on', async () => {
    const post = await galley.aPost({ author: ada, body: 'Text 1' });
    for (let n = 2; n <= 60; n++) await author.patch(path(post.id), { body: `Text ${n}` }).expect(200);
    await purge();
    const numbers = (await revisionsOf(post.id)).map(({ number }) => number);
    expect(numbers).toEqual(Array.from({ length: 12 }, (_, n) => 60 - n));
    for (const n of numbers) expect(await read(post.id, n)).toMatchObject({ body: `Text ${n}` });
    await author.get(path(post.id, '/revisions/48')).expect(404);
    expect(await diffOf(post.id, 49)).toMatchObject({ from: null });
    await author.patch(path(post.id), { body: 'Text 61' }).expect(200);
    expect(await read(post.id, 61)).toMatchObject({ body: 'Text 61' });
  });

  /** Moves everything about a post into the past. */
  async function age(id: string, days: number) {
    const by = `interval '${days} days'`;
    const statements = [
      `UPDATE post_revisions SET created_at = created_at - ${by}, replaced_at = replaced_at - ${by} WHERE post_id = $1`,
      `UPDATE post_histories SET newest_at = newest_at - ${by}, oldest_at = oldest_at - ${by} WHERE post_id = $1`,
      `UPDATE posts SET created_at = created_at - ${by}, updated_at = updated_at - ${by} WHERE id = $1`,
    ];
    for (const statement of statements) await galley.database.query(statement, [id]);
  }

  async function keptOf(id: string): Promise<[number, string][]> {
    await purge();
    return (await revisionsOf(id)).map(({ number, state }) => [number, state]);
  }

  const edit = (id: string, body: string) => author.patch(path(id), { body }).expect(200);
  const draft = (id: string, body: string) => author.patch(path(id, '?draft=true'), { body }).expect(200);

  it('deletes what was replaced REVISIONS_DAYS ago, but never the current and the pending revision', async () => {
    const { id } = await galley.aPost({ author: ada, body: 'Text 1', status: 'published' });
    await edit(id, 'Text 2');
    await draft(id, 'Private 3');
    await draft(id, 'Private 4');
    await age(id, 31);
    expect(await keptOf(id)).toEqual([
      [4, 'pending'],
      [2, 'current'],
    ]);
    const { body } = await author.post(path(id, '/publish')).expect<PostView>(200);
    expect(body).toMatchObject({ body: 'Private 4' });
    await age(id, 31);
    expect(await keptOf(id)).toEqual([[4, 'current']]);
  });

  it('keeps what was replaced only now, however old it is', async () => {
    const imported = randomUUID();
    const at = '2015-03-04T05:06:07.000000Z';
    const post = {
      ...{
        id: imported,
        type: 'post',
        slug: `slug-${imported}`,
        title: 'Old',
        excerpt: null,
        body: 'Of 2015',
      },
      ...{ bodyFormat: 'markdown', status: 'published', publishedAt: at, scheduledAt: null, createdAt: at },
      ...{ updatedAt: at, version: 1, authorId: ada.id, parentId: null, tags: [] },
    };
    const profile = {
      ...{ id: ada.id, name: 'A', bio: null, website: null, avatarUrl: null, createdAt: at },
    };
    const lines = [{ galley: { format: 1 } }, { author: profile }, { post }, { end: {} }];
    const file = lines.map((line) => JSON.stringify(line)).join('\n');
    await galley
      .as(await galley.aUser({ role: 'admin' }))
      .post('/api/v1/posts/import', file, { 'content-type': 'application/x-ndjson' })
      .expect(200);
    const own = await galley.aPost({ author: ada, body: 'Of last year' });
    await age(own.id, 400);
    for (const [id, text] of [
      [imported, 'Of 2015'],
      [own.id, 'Of last year'],
    ] as const) {
      await edit(id, 'Edited');
      expect(await keptOf(id)).toEqual([
        [2, 'current'],
        [1, 'past'],
      ]);
      expect(await read(id, 1)).toMatchObject({ body: text });
      await age(id, 29);
      await author.post(path(id, '/revisions/1/restore')).expect(200);
      expect((await keptOf(id)).map(([number]) => number)).toEqual([3, 2, 1]);
      await age(id, 2);
      expect((await keptOf(id)).map(([number]) => number)).toEqual([3, 2]);
      await age(id, 29);
      expect((await keptOf(id)).map(([number]) => number)).toEqual([3]);
    }
  });

  it('keeps what readers saw until a private edit of last month is published', async () => {
    const { id } = await galley.aPost({ author: ada, body: 'Public 1', status: 'published' });
    await draft(id, 'Private 2');
    await age(id, 31);
    await author.post(path(id, '/publish')).expect(200);
    expect(await keptOf(id)).toEqual([
      [2, 'current'],
      [1, 'past'],
    ]);
    await draft(id, 'Private 3');
    await age(id, 31);
    await edit(id, 'Public 4');
    // The private edit changes the same field, so that it is given again.
    await draft(id, 'Private 5');
    await author.post(path(id, '/publish')).expect(200);
    expect(await keptOf(id)).toEqual([
      [5, 'current'],
      [4, 'past'],
      [3, 'past'],
      [2, 'past'],
    ]);
  });

  it('keeps a private edit of last month that is discarded or continued only now', async () => {
    const [one, two] = [0, 1].map(() => galley.aPost({ author: ada, body: 'Public 1', status: 'published' }));
    const [discarded, continued] = [(await one!).id, (await two!).id];
    for (const id of [discarded, continued]) {
      await draft(id, 'Private 2');
      await edit(id, 'Public 3');
      await age(id, 31);
    }
    await author.post(path(discarded, '/discard')).expect(200);
    await draft(continued, 'Private 4');
    expect(await keptOf(discarded)).toEqual([
      [3, 'current'],
      [2, 'past'],
    ]);
    expect(await keptOf(continued)).toEqual([
      [4, 'pending'],
      [3, 'current'],
      [2, 'past'],
    ]);
    await age(discarded, 31);
    expect(await keptOf(discarded)).toEqual([[3, 'current']]);
  });

  it('is not held up by a history that it cannot trim', async () => {
    const [one, two] = [await galley.aPost({ author: ada }), await galley.aPost({ author: ada })];
    for (const { id } of [one, two])
      for (let n = 2; n <= 14; n++) await author.patch(path(id), { body: `Text ${n}` }).expect(200);
    for (const [broken, whole] of [
      [one, two],
      [two, one],
    ] as const) {
      const content = await galley.database.query(
        'SELECT number, content FROM post_revisions WHERE post_id = $1',
        [broken.id],
      );
      await galley.database.query(`UPDATE post_revisions SET content = 'x' WHERE post_id = $1`, [broken.id]);
      await expect(purge()).rejects.toThrow();
      expect(await revisionsOf(whole.id)).toHaveLength(12);
      for (const { number, content: bytes } of content)
        await galley.database.query(
          'UPDATE post_revisions SET content = $3 WHERE post_id = $1 AND number = $2',
          [broken.id, number, bytes],
        );
      await purge();
      expect(await revisionsOf(broken.id)).toHaveLength(12);
      for (const { id } of [one, two])
        for (const text of ['One more', 'Another']) await author.patch(path(id), { body: text }).expect(200);
    }
  });
});

describe('the storage of revisions', () => {
  it('costs what the edits differ, not what they contain', async () => {
    const words = Array.from({ length: 8_000 }, () => randomUUID().slice(0, 8));
    const post = await galley.aPost({ author: ada, body: words.join(' ') });
    for (let n = 0; n < 40; n++) {
      words[(n * 997) % words.length] = `edited ${n}`;
      await author.patch(path(post.id), { body: words.join(' ') }).expect(200);
    }
    const [row] = await galley.database.query<{
      whole: number;
      deltas: number;
      count: number;
    }>(
      `SELECT sum(octet_length(content)) FILTER (WHERE is_whole)::int AS whole,
         sum(octet_length(content)) FILTER (WHERE NOT is_whole)::int AS deltas,
         count(*) FILTER (WHERE NOT is_whole)::int AS count
       FROM post_revisions WHERE post_id = $1`,
      [post.id],
    );
    const { whole = 0, deltas = 0, count = 0 } = row ?? {};
    expect(count).toBe(40);
    expect(whole).toBeGreaterThan(30_000);
    expect(deltas / count).toBeLessThan(500);
    expect((await read(post.id, 41)).body).toBe(words.join(' '));
  });
});
