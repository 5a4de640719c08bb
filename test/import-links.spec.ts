import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ExportService } from '../src/export/export.service.js';
import { type ImportOptions, ImportService } from '../src/import/import.service.js';
import { type Galley, startGalley } from './support/galley.js';
import { fileOf, ghost, ghostPost, wxr, wxrItem, wxrMeta } from './support/import-files.js';
import { renderedAgain } from './support/rerendering.js';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley();
});
afterAll(() => galley.stop());
beforeEach(() => galley.database.query('TRUNCATE users, posts, tags, comments, import_keys CASCADE'));

const LINKS = { post: 'https://new.example/posts/{slug}', page: '/{slug}' };
const run = (text: string, options: ImportOptions = { links: LINKS }) =>
  galley.app.get(ImportService).run(fileOf(text), options);

async function postOf(slug: string): Promise<{ html: string; body: string }> {
  return (await galley.anyone.get(`/api/v1/posts/${encodeURIComponent(slug)}`).expect(200)).body as never;
}
const htmlOf = async (slug: string) => (await postOf(slug)).html;
const hrefsOf = async (slug: string) =>
  [...(await htmlOf(slug)).matchAll(/ href="([^"]*)"/g)].map(([, href]) => href);

const link = (href: string) => `<a href="${href}">x</a>`;
const item = (id: string, slug: string, fields: Record<string, string> = {}, more = '') =>
  wxrItem(
    {
      'wp:post_id': id,
      'wp:post_name': slug,
      link: `https://blog.example/2010/01/${slug}/`,
      guid: `https://blog.example/?p=${id}`,
      ...fields,
    },
    more,
  );
const page = (id: string, slug: string, fields: Record<string, string> = {}) =>
  item(id, slug, { 'wp:post_type': 'page', link: `https://blog.example/${slug}/`, ...fields });

/** A post that links to everything before and after it in the file. */
const linking = (hrefs: string[], fields: Record<string, string> = {}) =>
  item('1', 'first', { 'content:encoded': hrefs.map(link).join('\n'), ...fields });

const LATER = item('2', 'later', {}, wxrMeta(['_wp_old_slug', 'former'], ['_wp_old_slug', 'caf%C3%A9']));

describe('A link to another post of a WordPress export', () => {
  it.each([
    'https://blog.example/2010/01/later/',
    'http://www.blog.example/2010/01/later',
    'HTTPS://BLOG.EXAMPLE:443/2010/01/Later/',
    '//blog.example/2010/01/later/',
    '/2010/01/later/',
    '../later/',
    'https://blog.example/index.php/2010/01/later/',
    'https://blog.example/?p=2',
    '/?p=2&amp;preview=true',
    'https://blog.example/2010/01/later/feed/',
    'https://blog.example/2010/01/later/feed/atom/',
    'https://blog.example/2010/01/later/trackback/',
    'https://blog.example/2010/01/later/comment-page-3/',
    'https://blog.example/2010/01/later/2/',
    'https://blog.example/2010/01/former/',
    'https://blog.example/2010/01/café/',
    'https://blog.example/2010/01/caf%C3%A9/',
    'https://blog.example/later/',
    'https://blog.example/2009/12/31/later/',
    'https://blog.example/archives/2',
    'https://blog.example/2010/01/later.html',
    ' https://blog.example/2010/01/later/ ',
  ])('leads to its new address: %j', async (href) => {
    const { links, items } = await run(wxr(linking([href]) + LATER));
    expect(await hrefsOf('first')).toEqual(['https://new.example/posts/later']);
    expect((await postOf('first')).body).toBe(link(href));
    expect(links).toEqual({ rewritten: 1, kept: 0 });
    expect(items).toEqual([expect.objectContaining({ kind: 'author' })]);
  });

  it.each([
    ['https://blog.example/2010/01/later/#a', 'https://new.example/posts/later#user-content-a'],
    ['https://blog.example/2010/01/later/#comment-7', 'https://new.example/posts/later#comment-7'],
    ['https://blog.example/2010/01/later/?a=1&amp;p=3#more-2', 'https://new.example/posts/later?a=1#more-2'],
    ['https://blog.example/?p=2&amp;b=%26', 'https://new.example/posts/later?b=%26'],
    ['https://blog.example/about/', '/about'],
    ['https://blog.example/?page_id=3', '/about'],
  ])('keeps its query and fragment: %j', async (href, to) => {
    await run(wxr(linking([href]) + LATER + page('3', 'about')));
    expect(await hrefsOf('first')).toEqual([to.replaceAll('&', '&amp;')]);
  });

  it.each([
    'https://other.example/2010/01/later/',
    'https://blog.example.evil.example/2010/01/later/',
    'https://blog.example/category/later/',
    'https://blog.example/wp-content/uploads/later.jpg',
    'https://blog.example/2010/01/',
    'mailto:later@blog.example',
    '#later',
    '/',
  ])('is not what leads elsewhere: %j', async (href) => {
    const { links } = await run(wxr(linking([href]) + LATER));
    expect(await hrefsOf('first')).toEqual([href.replace('#', '#user-content-')]);
    expect(links).toEqual({ rewritten: 0, kept: 0 });
  });

  it('leads to the slug that the post has here', async () => {
    const editor = galley.as(await galley.aUser({ role: 'editor' }));
    await editor.post('/api/v1/posts', { title: 'Later', body: 'x', slug: 'later' }).expect(201);
    await run(wxr(linking(['/2010/01/later/']) + LATER + item('4', 'v1 ü', {})));
    expect(await hrefsOf('first')).toEqual(['https://new.example/posts/later-2']);
  });

  it('leads to a post of an earlier import, and to a post that was here before addresses were stored', async () => {
    await run(wxr(LATER));
    await galley.database.query(`DELETE FROM import_keys WHERE key LIKE '% at %'`);
    await run(wxr(LATER + linking(['/2010/01/former/'])));
    await run(wxr(item('9', 'ninth', { 'content:encoded': link('/2010/01/later/') })));
    expect([await hrefsOf('first'), await hrefsOf('ninth')]).toEqual([
      ['https://new.example/posts/later'],
      ['https://new.example/posts/later'],
    ]);
  });

  it('of a site that has moved leads there from the former host, too', async () => {
    const moved = (text: string) => text.replaceAll('https://blog.example/?p', 'http://old.example/?p');
    const hrefs = ['http://old.example/2010/01/later/', 'http://old.example/?p=2'];
    await run(moved(wxr(linking(hrefs.map((href) => href.replace('?p', '?P'))) + LATER)).replace('?P', '?p'));
    expect(await hrefsOf('first')).toEqual(Array(2).fill('https://new.example/posts/later'));
  });

  it('stays rewritten when an editor saves the body and when a newer renderer renders it', async () => {
    await run(wxr(linking(['/?p=2']) + LATER));
    const html = await htmlOf('first');
    await renderedAgain(galley, 'old', async (next) => {
      expect((await next.anyone.get('/api/v1/posts/first').expect(200)).body).toMatchObject({ html });
    });
    const editor = galley.as(await galley.aUser({ role: 'editor' }));
    await editor.patch('/api/v1/posts/first', { body: `${link('/?p=2')} more` }).expect(200);
    expect(await hrefsOf('first')).toEqual(['https://new.example/posts/later']);
    await editor.patch('/api/v1/posts/first', { bodyFormat: 'html' }).expect(200);
    expect(await hrefsOf('first')).toEqual(['/?p=2']);
  });

  it('does not change posts that are here already', async () => {
    const file = wxr(linking(['/?p=2']) + LATER);
    await run(file, {});
    const dump = () =>
      galley.database.query('SELECT t::text FROM posts t UNION SELECT t::text FROM import_keys t ORDER BY 1');
    const before = await dump();
    expect(await run(file)).toMatchObject({ links: { rewritten: 0, kept: 0 } });
    expect(await dump()).toEqual(before);
  });

  it('stays and is listed if the new addresses are not named', async () => {
    const hrefs = [
      '/?p=2',
      'https://blog.example/about/',
      'https://blog.example/tag/x/',
      '/wp-content/a.jpg',
    ];
    const file = wxr(linking(hrefs) + LATER + page('3', 'about'));
    const listed = (href: string, slug: string) =>
      `the link "${href}" to the imported post "${slug}" keeps its address; name the new addresses with --post-links, or postLinks, in the first import`;
    const rest = 'links to pages and files of the former site that were not imported: 2';
    const report = await run(file, { dryRun: true });
    expect(report.links).toEqual({ rewritten: 0, kept: 2 });
    expect(report.items.filter(({ kind }) => kind === 'post')).toMatchObject([
      {
        key: 'wordpress blog.example post 1',
        reasons: [listed(hrefs[0]!, 'later'), listed(hrefs[1]!, 'about'), rest],
      },
    ]);
    expect(report.groups.find(({ reason }) => reason.startsWith('the link "…"'))).toMatchObject({ count: 2 });
    const onlyPages = await run(file, { links: { page: '/p/{slug}' } });
    expect(onlyPages.links).toEqual({ rewritten: 1, kept: 1 });
    expect(await hrefsOf('first')).toEqual([hrefs[0], '/p/about', hrefs[2], hrefs[3]]);
  });

  it('leads to its new address over HTTP, where another thread reads the file', async () => {
    const admin = galley.as(await galley.aUser({ role: 'admin' }));
    const post = (query: string) =>
      admin.post(`/api/v1/posts/import?${query}`, wxr(linking(['/?p=2']) + LATER), {
        'content-type': 'application/xml',
      });
    const { body: problem } = await post('postLinks=/posts').expect(400);
    expect(problem.errors).toMatchObject([{ path: 'postLinks', message: expect.stringMatching(/\{slug\}/) }]);
    const { body } = await post(`postLinks=${encodeURIComponent('/posts/{slug}')}`).expect(200);
    expect(body.links).toEqual({ rewritten: 1, kept: 0 });
    expect(await hrefsOf('first')).toEqual(['/posts/later']);
  });

  it('is the same in another Galley', async () => {
    await run(wxr(linking(['/?p=2']) + LATER));
    let lines = '';
    await galley.app.get(ExportService).run(async (all) => {
      for await (const line of all) lines += line;
    });
    const html = await htmlOf('first');
    await galley.database.query('TRUNCATE users, posts, tags, comments, import_keys CASCADE');
    await run(lines, {});
    expect(await htmlOf('first')).toBe(html);
  });

  it('may be one of thousands, of which the first are examined', async () => {
    const many = Array.from({ length: 3000 }, (_, n) => `/?p=2&amp;n=${n}`);
    const { links, items } = await run(wxr(linking(many) + LATER));
    expect(links).toEqual({ rewritten: 2000, kept: 0 });
    expect(items.find(({ kind }) => kind === 'post')?.reasons).toEqual([
      'links that were not examined, because the post has too many: 1,000',
    ]);
    expect((await hrefsOf('first')).filter((href) => href?.startsWith('https://new.example/'))).toHaveLength(
      2000,
    );
  });
});

describe('A link to another post of a Ghost export', () => {
  const file = (base: string) =>
    ghost({
      posts: [
        ghostPost({ html: ['b', '2020/b', 'tag/b'].map((path) => link(`${base}/${path}/#x`)).join('') }),
        ghostPost({ id: 'p2', uuid: '22222222-2222-4222-8222-222222222222', slug: 'b', type: 'page' }),
      ],
    });
  const expected = (base: string) => ['/b#user-content-x', '/b#user-content-x', `${base}/tag/b/#x`];

  it('leads to its new address, with and without the address of the site', async () => {
    await run(file('__GHOST_URL__'));
    expect(await hrefsOf('a-post')).toEqual(expected('__GHOST_URL__'));
    await galley.database.query('TRUNCATE users, posts, tags, comments, import_keys CASCADE');
    await run(file('__GHOST_URL__'), { links: LINKS, site: 'https://blog.example' });
    expect(await hrefsOf('a-post')).toEqual(expected('https://blog.example'));
    await galley.database.query('TRUNCATE users, posts, tags, comments, import_keys CASCADE');
    await run(file('http://www.blog.example'), { links: LINKS, site: 'https://blog.example' });
    expect(await hrefsOf('a-post')).toEqual(expected('http://www.blog.example'));
  });
});

describe('A gallery of a WordPress export', () => {
  const image = (id: string, fields: Record<string, string> = {}, alt = '') =>
    wxrItem(
      {
        title: `Image ${id}`,
        'wp:post_id': id,
        'wp:post_type': 'attachment',
        'wp:status': 'inherit',
        'wp:attachment_url': `https://blog.example/${id}.jpg`,
        'excerpt:encoded': `Caption ${id}`,
        ...fields,
      },
      wxrMeta(['_wp_attachment_image_alt', alt]),
    );
  const imagesOf = async (slug: string) =>
    [...(await htmlOf(slug)).matchAll(/<img src="https:\/\/blog\.example\/(\d+)\.jpg" alt="([^"]*)"/g)].map(
      ([, id, alt]) => [id, alt],
    );

  it('shows the images that follow in the file, by their numbers and of the post', async () => {
    const body = `${link('/?p=2')}\n\n[gallery ids="12,11"]\n\n[gallery]`;
    const report = await run(
      wxr(
        item('1', 'first', { 'content:encoded': body }) +
          image('11', { 'wp:post_parent': '1', 'wp:menu_order': '2' }, 'Eleven') +
          image('12') +
          image('9', { 'wp:post_parent': '1', 'wp:menu_order': '1' }) +
          image('10', { 'wp:post_parent': '1', 'wp:menu_order': '1' }) +
          LATER,
      ),
    );
    expect(await imagesOf('first')).toEqual([
      ...[
        ['12', ''],
        ['11', 'Eleven'],
      ],
      ...[
        ['9', ''],
        ['10', ''],
        ['11', 'Eleven'],
      ],
    ]);
    expect((await hrefsOf('first'))[0]).toBe('https://new.example/posts/later');
    expect(await htmlOf('first')).toContain('<figcaption class="gallery-caption">Caption 12</figcaption>');
    expect(report.items.filter(({ kind }) => kind === 'post')).toEqual([]);
    const html = await htmlOf('first');
    await renderedAgain(galley, 'old', async (next) => {
      expect((await next.anyone.get('/api/v1/posts/first').expect(200)).body).toMatchObject({ html });
    });
    const [left] = await galley.database.query(
      'SELECT (SELECT count(*) FROM import_files) + (SELECT count(*) FROM import_references) AS count',
    );
    expect(left).toEqual({ count: '0' });
  });

  it('is listed for what the file does not contain', async () => {
    const report = await run(
      wxr(
        item('1', 'first', { 'content:encoded': '[gallery ids="11,12"]' }) +
          item('2', 'second', { 'content:encoded': '[gallery]\n\n[playlist ids="12"]' }) +
          image('11'),
      ),
    );
    expect(await imagesOf('first')).toEqual([['11', '']]);
    expect(report.items.filter(({ kind }) => kind === 'post').map(({ reasons }) => reasons)).toEqual([
      ['a gallery lacks the files "12", which the export does not contain'],
      [
        'a gallery was left out, because the export contains no such files of the post',
        'a playlist was left out, because the export does not contain its files "12"',
      ],
    ]);
  });
});

it('A footnote of WordPress and its number in the text link to each other', async () => {
  const body =
    '<!-- wp:paragraph -->\n<p>Text<sup data-fn="f1" class="fn"><a href="#f1" id="f1-link">1</a></sup></p>\n<!-- /wp:paragraph -->\n\n<!-- wp:footnotes /-->';
  const footnotes = JSON.stringify([{ content: 'See <a href="/?p=2">x</a>', id: 'f1' }]);
  const report = await run(
    wxr(
      item('1', 'first', { 'content:encoded': body }, wxrMeta(['footnotes', `<![CDATA[${footnotes}]]>`])) +
        LATER,
    ),
  );
  expect(await hrefsOf('first')).toEqual([
    '#user-content-f1',
    'https://new.example/posts/later',
    '#user-content-f1-link',
  ]);
  const html = await htmlOf('first');
  expect(html).toMatch(/ id="user-content-f1-link"/);
  expect(html).toMatch(/<li id="user-content-f1">/);
  const { meta } = (await galley.anyone.get('/api/v1/posts/first').expect(200)).body as { meta: object };
  expect(meta).toMatchObject({ footnotes });
  expect(report.items.filter(({ kind }) => kind === 'post')).toEqual([]);
});

it('Long footnotes of WordPress are shown, although they are too long for meta', async () => {
  const footnotes = JSON.stringify([{ content: `${'word '.repeat(10_000)}end`, id: 'f1' }]);
  const file = (id: string, slug: string, value: string) =>
    wxr(item(id, slug, { 'content:encoded': '<!-- wp:footnotes /-->' }, wxrMeta(['footnotes', value])));
  const { items } = await run(file('1', 'first', footnotes));
  expect(await htmlOf('first')).toContain('word end');
  expect(items.find(({ kind }) => kind === 'post')?.reasons).toEqual([
    expect.stringMatching(/^the value "footnotes" was not imported/),
  ]);
  const { items: listed } = await run(file('7', 'other', 'x'.repeat(200_000)));
  expect(listed.find(({ kind }) => kind === 'post')?.reasons).toEqual([
    'its footnotes were not imported: they are too long',
    expect.stringContaining('footnotes'),
  ]);
});
