import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { hash } from 'bcrypt';
import { ImportService, type ImportOptions } from '../src/import/import.service.js';
import type { ImportReport } from '../src/import/import.report.js';
import type { ImportSource } from '../src/import/import-source.js';
import { Database } from '../src/platform/database/database.js';
import { TagsRepository } from '../src/tags/tags.repository.js';
import { type Galley, startGalley } from './support/galley.js';
import { fileOf, ghost, ghostPost, wxr, wxrComment, wxrItem, wxrMeta } from './support/import-files.js';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley();
});
afterAll(() => galley.stop());
beforeEach(() => galley.database.query('TRUNCATE users, posts, tags, comments, import_keys CASCADE'));

const run = (source: ImportSource, options?: ImportOptions): Promise<ImportReport> =>
  galley.app.get(ImportService).run(source, options);
const importText = (text: string, options?: ImportOptions) => run(fileOf(text), options);

const AUTHOR =
  '<wp:author><wp:author_id>7</wp:author_id><wp:author_login>ada</wp:author_login>' +
  '<wp:author_email>Ada@Blog.example</wp:author_email><wp:author_display_name>Ada</wp:author_display_name></wp:author>';

const category = (name: string, nicename: string) =>
  `<category domain="category" nicename="${nicename}"><![CDATA[${name}]]></category>`;

/** Every row of every table as text, in a fixed order. */
async function everyRow(): Promise<string> {
  const tables = ['users', 'tags', 'posts', 'post_tags', 'comments', 'import_keys'];
  const dumps = await Promise.all(
    tables.map((table) => galley.database.query(`SELECT t::text AS row FROM ${table} t ORDER BY 1`)),
  );
  return JSON.stringify(dumps);
}

async function isEmpty(): Promise<boolean> {
  return (await everyRow()) === JSON.stringify([[], [], [], [], [], []]);
}

describe('An imported post', () => {
  it('keeps its times, its body as it came, and begins at version 1', async () => {
    await importText(
      wxr(
        wxrItem({
          'content:encoded': '<p onclick="steal()">Text</p><script>steal()</script>',
          'excerpt:encoded': 'In short',
          'wp:post_modified_gmt': '2021-01-01 00:00:00',
        }),
      ),
    );
    const { body } = await galley.anyone.get('/api/v1/posts/a-post').expect(200);
    expect(body).toMatchObject({
      title: 'A post',
      body: '<p onclick="steal()">Text</p><script>steal()</script>',
      bodyFormat: 'html',
      html: '<p>Text</p>',
      excerpt: 'In short',
      publishedAt: '2020-02-03T04:05:06Z',
      createdAt: '2020-02-03T04:05:06Z',
      updatedAt: '2021-01-01T00:00:00Z',
      version: 1,
    });
  });

  it('keeps its slug; one that is not safe in a path or is taken becomes another one, and is listed', async () => {
    await galley.aPost({ slug: 'taken' });
    const report = await importText(
      wxr(
        ['Набор', 'my_old_post', 'v1.2', 'UPPER', '-a--b', 'taken', 'a/b', '***', '']
          .map((slug, n) => wxrItem({ 'wp:post_id': `${n}`, 'wp:post_name': slug, title: 'Été' }))
          .join(''),
      ),
    );
    const rows = await galley.database.query<{ slug: string }>(
      'SELECT slug FROM posts WHERE created_at < now() - interval $$1 year$$ ORDER BY id',
    );
    expect(rows.map(({ slug }) => slug)).toEqual([
      'Набор',
      'my_old_post',
      'v1.2',
      'UPPER',
      '-a--b',
      'taken-2',
      'a-b',
      'ete',
      'ete-2',
    ]);
    for (const { slug } of rows) {
      const { body } = await galley.anyone.get(`/api/v1/posts/${encodeURIComponent(slug)}`).expect(200);
      expect(body.slug).toBe(slug);
      await galley.anyone.get(`/api/v1/posts/${encodeURIComponent(slug)}/comments`).expect(200);
    }
    const posts = report.items.filter(({ kind }) => kind === 'post');
    expect(posts.flatMap(({ reasons }) => reasons)).toEqual([
      'the slug "taken" is taken; imported with the slug "taken-2"',
      'the slug "a/b" cannot be part of a path; imported with the slug "a-b"',
      'the slug "***" cannot be part of a path; imported with the slug "ete"',
      'the slug "ete" is taken; imported with the slug "ete-2"',
    ]);
  });

  it('may be one of hundreds with the same slug', async () => {
    const items = Array.from({ length: 250 }, (_, n) =>
      wxrItem({ 'wp:post_id': `${n}`, 'wp:post_name': 'x' }),
    );
    await importText(wxr(items.join('')));
    const [row] = await galley.database.query(
      'SELECT count(DISTINCT slug)::int AS slugs, max(length(slug)) AS longest FROM posts',
    );
    expect(row).toEqual({ slugs: 250, longest: 5 });
  });

  it.each([
    ['a draft', { 'wp:status': 'draft' }],
    ['pending', { 'wp:status': 'pending' }],
    ['private', { 'wp:status': 'private' }],
    ['password-protected', { 'wp:post_password': 'secret' }],
    ['in the trash', { 'wp:status': 'trash' }],
    ['scheduled', { 'wp:status': 'future', 'wp:post_date_gmt': '2999-01-01 00:00:00' }],
    ['a scheduled one whose time is past', { 'wp:status': 'future' }],
  ])('is not public when it is %s', async (_, fields) => {
    const comment = wxrComment({ id: '9', content: 'Said below' });
    await importText(wxr(wxrItem(fields, comment)));
    await galley.anyone.get('/api/v1/posts/a-post').expect(404);
    await galley.anyone.get('/api/v1/posts/a-post/comments').expect(404);
    const list = await galley.anyone.get('/api/v1/posts?filter[type]=post,page').expect(200);
    expect(list.body.data).toEqual([]);
    const [row] = await galley.database.query<{ id: string }>('SELECT id FROM comments');
    await galley.anyone.get(`/api/v1/comments/${row?.id}`).expect(404);
  });

  it('may have more than 20 tags and a longer title than a request', async () => {
    const categories = Array.from({ length: 30 }, (_, n) => category(`Tag ${n}`, `tag-${n}`)).join('');
    await importText(wxr(wxrItem({ title: 'x'.repeat(300) }, categories)));
    const { body } = await galley.anyone.get('/api/v1/posts/a-post').expect(200);
    expect(body.title).toHaveLength(300);
    expect(body.tags.map((tag: any) => tag.name)).toEqual(Array.from({ length: 30 }, (_, n) => `Tag ${n}`));
  });
});

describe('What an imported post has beside its texts', () => {
  it('comes from WordPress, with pages and images that follow later in the file', async () => {
    const page = {
      'wp:post_type': 'page',
      'wp:post_name': 'below',
      'wp:post_parent': '2',
      'wp:comment_status': 'closed',
    };
    const file = wxr(
      wxrItem(page, wxrMeta(['_thumbnail_id', '3'], ['Colour', 'green'])) +
        wxrItem(
          { 'wp:post_id': '2', 'wp:post_type': 'page', 'wp:post_name': 'above', 'wp:is_sticky': '1' },
          wxrMeta(['_thumbnail_id', '9']),
        ) +
        wxrItem({
          'wp:post_id': '3',
          'wp:post_type': 'attachment',
          'wp:attachment_url': 'https://blog.example/a.jpg',
        }),
    );
    const report = await importText(file);
    const { body: above } = await galley.anyone.get('/api/v1/posts/above').expect(200);
    const { body: below } = await galley.anyone.get('/api/v1/posts/below').expect(200);
    expect(above).toMatchObject({ featured: true, commentsOpen: true, parentId: null, meta: {}, version: 1 });
    expect(below).toMatchObject({
      ...{ featured: false, commentsOpen: false, parentId: above.id, version: 1 },
      meta: { Colour: 'green', featuredImage: 'https://blog.example/a.jpg' },
    });
    expect(report.items.filter(({ kind }) => kind === 'page')).toMatchObject([
      {
        title: 'A post',
        reasons: ['the featured image was not imported, because the file does not contain its address'],
      },
    ]);
    const before = await everyRow();
    await importText(file);
    expect(await everyRow()).toBe(before);
  });
});

describe('Imported tags', () => {
  it('come many with one statement, but for those whose slug is taken', async () => {
    const one = jest.spyOn(galley.app.get(TagsRepository), 'insert');
    const names = Array.from({ length: 500 }, (_, n) => `Tag ${n}`);
    const categories = names.map((name) => `<category domain="post_tag">${name}</category>`);
    const report = await importText(wxr(wxrItem({}, [...categories, category('Last', 'tag-7')].join(''))));
    expect(report.counts.tag).toEqual({ imported: 501, present: 0, skipped: 0 });
    expect(one.mock.calls.map(([{ name }]) => name)).toEqual(['Last']);
    one.mockRestore();
    const rows = await galley.database.query(
      `SELECT slug FROM tags WHERE name IN ('Tag 7', 'Last') ORDER BY 1`,
    );
    expect(rows).toEqual([{ slug: 'tag-7' }, { slug: 'tag-7-2' }]);
  });

  it('keep their slugs where they are safe in a path, and list each that changes', async () => {
    const report = await importText(
      wxr(
        wxrItem(
          {},
          category('Art', 'Art_2') +
            category('文化', '文化') +
            category('Odd', 'a/b') +
            category('No', '文化'),
        ),
      ),
    );
    const { body } = await galley.anyone.get('/api/v1/tags?sort=name').expect(200);
    expect(body.data.map(({ slug }: any) => slug)).toEqual(['Art_2', '文化-2', 'a-b', '文化']);
    await galley.anyone.get(`/api/v1/tags/${encodeURIComponent('文化')}`).expect(200);
    const tagged = await galley.anyone
      .get(`/api/v1/posts?filter[tag]=${encodeURIComponent('文化')}`)
      .expect(200);
    expect(tagged.body.data).toHaveLength(1);
    const tags = report.items.filter(({ kind }) => kind === 'tag');
    expect(tags.flatMap(({ reasons }) => reasons)).toEqual([
      'its slug "a/b" became "a-b"',
      'its slug "文化" became "文化-2"',
    ]);
  });

  it('are one without regard to case, in the spelling and with the slug that came first', async () => {
    const admin = await galley.aUser({ role: 'admin' });
    await galley.as(admin).post('/api/v1/tags', { name: 'News' }).expect(201);
    const report = await importText(
      wxr(
        wxrItem(
          {},
          category('NEWS', 'other') + category('C', 'c') + category('C++', 'c') + category('c', 'c-2'),
        ),
      ),
    );
    const { body } = await galley.anyone.get('/api/v1/posts/a-post').expect(200);
    expect(body.tags).toEqual([
      { name: 'News', slug: 'news' },
      { name: 'C', slug: 'c' },
      { name: 'C++', slug: 'c-2' },
    ]);
    expect(report.counts.tag).toEqual({ imported: 2, present: 1, skipped: 1 });
  });
});

describe('Imported authors', () => {
  it('come as authors, and log in with the password that they had', async () => {
    const user = {
      ...{ id: '1', name: 'Ada', email: 'ada@ghost.example', status: 'active' },
      password: await hash('an old password', 4),
      roles: ['Administrator'],
    };
    await importText(ghost({ users: [user], posts: [ghostPost({ author_id: '1' })] }));
    const login = await galley.anyone
      .post('/api/v1/auth/login', { email: 'ADA@ghost.example', password: 'an old password' })
      .expect(200);
    const me = await galley.anyone.get('/api/v1/users/me', {
      authorization: `Bearer ${login.body.accessToken}`,
    });
    expect(me.body).toMatchObject({ name: 'Ada', role: 'author', emailVerified: false });
  });

  it('are the account that has their e-mail address, which stays as it is', async () => {
    const ada = await galley.aUser({ name: 'Countess', email: 'ada@blog.EXAMPLE', role: 'editor' });
    const [before] = await galley.database.query('SELECT * FROM users');
    const report = await importText(wxr(AUTHOR + wxrItem()));
    expect(await galley.database.query('SELECT * FROM users')).toEqual([before]);
    const { body } = await galley.anyone.get('/api/v1/posts/a-post').expect(200);
    expect(body.author).toMatchObject({ id: ada.id, name: 'Countess' });
    expect(report.counts.author).toEqual({ imported: 0, present: 1, skipped: 0 });
    expect(report.items[0]?.reasons[0]).toMatch(/an account with its email address already exists/);
  });

  it('without a usable e-mail address or website come without, and are listed', async () => {
    const user = { id: '1', name: 'Ada', email: 'nobody', website: 'javascript:alert(1)', status: 'active' };
    const report = await importText(ghost({ users: [user] }));
    const rows = await galley.database.query('SELECT name, email, website, role FROM users');
    expect(rows).toEqual([{ name: 'Ada', email: null, website: null, role: 'author' }]);
    expect(report.items[0]?.reasons).toEqual(
      expect.arrayContaining([expect.stringContaining('nobody'), expect.stringContaining('javascript')]),
    );
  });

  it('that were deleted since come again for their new posts', async () => {
    await importText(wxr(AUTHOR));
    await galley.database.query('DELETE FROM users');
    const report = await importText(wxr(AUTHOR + wxrItem()));
    expect(report.counts.author?.imported).toBe(1);
    expect((await importText(wxr(AUTHOR + wxrItem()))).counts.author?.present).toBe(1);
  });
});

describe('Imported comments', () => {
  it('keep their threads, times, names and states; only visible ones are seen and counted', async () => {
    const comments =
      wxrComment({ id: '2', parent: '1', author: 'Bea', content: 'An <em>answer</em><img src=x>' }) +
      wxrComment({ id: '1', user_id: '7', author: 'Somebody', content: 'First' }) +
      wxrComment({ id: '3', approved: '0', content: 'Waits' });
    await importText(wxr(AUTHOR + wxrItem({}, comments)));
    const { body } = await galley.anyone.get('/api/v1/posts/a-post/comments').expect(200);
    const [ada] = await galley.database.query<{ id: string }>('SELECT id FROM users');
    const [first, answer] = body.data;
    expect(body.data).toHaveLength(2);
    expect([first.author, answer.author]).toEqual([
      { id: ada?.id, name: 'Ada' },
      { id: null, name: 'Bea' },
    ]);
    expect(answer).toMatchObject({
      parentId: first.id,
      html: '<p>An <em>answer</em></p>\n',
      createdAt: '2020-02-04T00:00:00Z',
      version: 1,
    });
    const post = await galley.anyone.get('/api/v1/posts/a-post').expect(200);
    expect(post.body.commentCount).toBe(2);
  });

  it('that are new join a post that came earlier, and leave it as it is', async () => {
    const one = wxrComment({ id: '1', content: 'First' });
    await importText(wxr(wxrItem({}, one)));
    await importText(wxr(wxrItem({ title: 'Renamed there' }, one + wxrComment({ id: '2', parent: '1' }))));
    const { body } = await galley.anyone.get('/api/v1/posts/a-post').expect(200);
    expect(body).toMatchObject({ title: 'A post', commentCount: 2, version: 1 });
    const comments = await galley.anyone.get('/api/v1/posts/a-post/comments').expect(200);
    expect(comments.body.data[1].parentId).toBe(comments.body.data[0].id);
  });

  it('are listed where the comment to which they reply is not here', async () => {
    const one = wxrComment({ id: '1' });
    const first = await importText(
      wxr(wxrItem({}, one + wxrComment({ id: '2', parent: '12', author: 'Bea' }))),
    );
    const lost = (id: string) =>
      `the comment "${id}" to which it replies was not imported; it starts a thread instead`;
    expect(first.items.filter(({ kind }) => kind === 'comment')).toEqual([
      {
        ...{ outcome: 'imported', kind: 'comment', key: 'wordpress blog.example comment 2' },
        ...{ title: 'Bea on “A post”', reasons: [lost('12')] },
      },
    ]);
    await galley.database.query('DELETE FROM comments');
    const { items } = await importText(wxr(wxrItem({}, one + wxrComment({ id: '3', parent: '1' }))));
    expect(items.flatMap(({ kind, reasons }) => (kind === 'comment' ? reasons : []))).toEqual([
      'a comment with its number was deleted here after an earlier import',
      lost('1'),
    ]);
    const rows = await galley.database.query<{ parent: string | null }>(
      'SELECT parent_id AS parent FROM comments',
    );
    expect(rows).toEqual([{ parent: null }]);
  });

  it('of a post that was deleted here are left out', async () => {
    await importText(wxr(wxrItem()));
    await galley.database.query('DELETE FROM posts');
    const report = await importText(wxr(wxrItem({}, wxrComment({ id: '1' }))));
    expect(report.counts).toMatchObject({
      post: { present: 0, skipped: 1 },
      comment: { imported: 0, skipped: 1 },
    });
    expect(report.items.map(({ kind, reasons }) => [kind, reasons])).toEqual([
      ['post', ['was deleted here after an earlier import, and does not come again']],
      ['comment', ['its post was deleted after an earlier import']],
    ]);
    expect(await galley.database.query('SELECT 1 FROM posts')).toEqual([]);
  });
});

describe('A second import', () => {
  const file = wxr(AUTHOR + wxrItem({}, category('News', 'news') + wxrComment({ id: '1' })));

  it('changes nothing', async () => {
    await importText(file);
    const before = await everyRow();
    const report = await importText(file);
    expect(await everyRow()).toBe(before);
    expect(report.counts).toMatchObject({
      author: { imported: 0, present: 1 },
      tag: { imported: 0, present: 1 },
      post: { imported: 0, present: 1 },
      comment: { imported: 0, present: 1 },
    });
  });

  it('leaves what was edited here', async () => {
    await importText(file);
    const admin = await galley.aUser({ role: 'admin' });
    await galley.as(admin).patch('/api/v1/posts/a-post', { title: 'Ours', tags: [] }).expect(200);
    await importText(file);
    const { body } = await galley.anyone.get('/api/v1/posts/a-post').expect(200);
    expect(body).toMatchObject({ title: 'Ours', tags: [], version: 2 });
  });

  it.each([
    'http://blog.example',
    'https://www.blog.example/',
    'HTTP://WWW.Blog.Example:80',
    'https://blog.example.',
  ])('at another address of the same site changes nothing: %s', async (address) => {
    await importText(file);
    const before = await everyRow();
    const report = await importText(file.replaceAll('https://blog.example', address));
    expect(await everyRow()).toBe(before);
    expect(Object.values(report.counts).every(({ imported }) => imported === 0)).toBe(true);
  });

  it.each(['https://blog.example', 'http://www.Blog.example:80', 'https://blog.example.'])(
    'recognizes the keys of earlier releases, which contain the address %s',
    async (address) => {
      await importText(file);
      await galley.database.query(
        `UPDATE import_keys SET key = replace(key, 'wordpress blog.example ', 'wordpress ${address} ')`,
      );
      const before = await everyRow();
      const report = await importText(file);
      expect(await everyRow()).toBe(before);
      expect(report.counts).toMatchObject({
        ...{ author: { imported: 0 }, post: { imported: 0 }, comment: { imported: 0 } },
      });
    },
  );

  it('of a site that has moved to another host asks which site it is, and then changes nothing', async () => {
    const post = (site: string) =>
      wxr(AUTHOR + wxrItem({ guid: 'https://blog.example/?p=1' }, wxrComment({ id: '1' }))).replaceAll(
        '>https://blog.example',
        `>https://${site}`,
      );
    await importText(post('blog.example'));
    const before = await everyRow();
    await expect(importText(post('new.example'))).rejects.toThrow(
      /brought the post “A post” from the site blog\.example, and this file is of the site new\.example/,
    );
    expect(await everyRow()).toBe(before);
    const report = await importText(post('new.example'), { site: 'https://www.blog.example' });
    expect(report.counts.post).toEqual({ imported: 0, present: 1, skipped: 0 });
    await galley.database.query("DELETE FROM import_keys WHERE key LIKE 'wordpress new.example at %'");
    expect(await everyRow()).toBe(before); // Besides its address at the new host, which links of later posts can name.
    const other = await importText(post('new.example'), { site: 'new.example' });
    expect(other.counts.post?.imported).toBe(1);
    expect((await importText(post('new.example'))).counts.post?.present).toBe(1);
  });

  it('at the same time leaves each item once', async () => {
    const reports = await Promise.all([importText(file), importText(file), importText(file)]);
    const imported = reports.map(({ counts }) => counts.post?.imported ?? 0);
    expect(imported.reduce((sum, n) => sum + n)).toBe(1);
    expect(await galley.database.query('SELECT 1 FROM comments')).toHaveLength(1);
  });

  it('within one file is listed', async () => {
    const report = await importText(wxr(AUTHOR + wxrItem() + wxrItem({ title: 'Again' })));
    expect(report.counts.post).toEqual({ imported: 1, present: 0, skipped: 1 });
    expect(report.items).toMatchObject([
      { title: 'Again', reasons: ['an earlier item in this file has the same key'] },
    ]);
  });
});

describe('Of an import that does not end', () => {
  it.each([
    ['is cut in the middle', wxr(AUTHOR + wxrItem()).slice(0, -200)],
    ['is empty', ''],
    ['has an odd end', wxr(AUTHOR + wxrItem()).replace('</rss>', '')],
  ])('nothing stays when the file %s', async (_, text) => {
    await expect(importText(text)).rejects.toMatchObject({ name: 'ImportFileError' });
    expect(await isEmpty()).toBe(true);
  });

  it('nothing stays of hundreds of posts before the fault', async () => {
    const items = Array.from({ length: 350 }, (_, n) => wxrItem({ 'wp:post_id': `${n}` })).join('');
    await expect(importText(wxr(`${items}<item>`))).rejects.toMatchObject({ name: 'ImportFileError' });
    expect(await isEmpty()).toBe(true);
  });

  it('nothing stays when it is stopped', async () => {
    const stop = new AbortController();
    const whole = fileOf(wxr(AUTHOR + wxrItem()), 16);
    const source: ImportSource = async function* () {
      yield* whole();
      stop.abort(new Error('stopped'));
    };
    await expect(run(source, { signal: stop.signal })).rejects.toThrow('stopped');
    expect(await isEmpty()).toBe(true);
  });

  it('nothing stays of a dry run, which reports what an import would do', async () => {
    const file = wxr(AUTHOR + wxrItem({ 'wp:status': 'private' }, wxrComment({ id: '1' })));
    const tried = await importText(file, { dryRun: true });
    expect(await isEmpty()).toBe(true);
    expect({ ...tried, dryRun: false }).toEqual(await importText(file));
    expect(tried.dryRun).toBe(true);
  });

  it('nothing stays of a dry run within a transaction that goes on', async () => {
    const file = wxr(AUTHOR + wxrItem() + wxrItem({ title: 'Again' }));
    const tried = await galley.app.get(Database).transaction(() => importText(file, { dryRun: true }));
    expect(tried.counts.post).toEqual({ imported: 1, present: 0, skipped: 1 });
    expect(await isEmpty()).toBe(true);
  });
});

describe('The time limit of requests', () => {
  it('does not bind an import that waits', async () => {
    const slow = await startGalley({ DATABASE_STATEMENT_TIMEOUT_MS: '50' }, galley.database);
    const trigger = `CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_sleep(0.2); RETURN NEW; END'; CREATE TRIGGER slowly BEFORE INSERT ON posts FOR EACH ROW EXECUTE FUNCTION slowly()`;
    await galley.database.query(trigger);
    try {
      const report = await slow.app.get(ImportService).run(fileOf(wxr(wxrItem())));
      expect(report.counts.post?.imported).toBe(1);
    } finally {
      await galley.database.query('DROP FUNCTION slowly CASCADE');
      await slow.stop();
    }
  });
});
