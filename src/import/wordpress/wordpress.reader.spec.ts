import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  fileOf,
  NOW,
  readAll,
  wxr,
  wxrComment,
  wxrItem,
  wxrMeta,
} from '../../../test/support/import-files.js';
import { wordpressExport } from '../../../test/support/wordpress-export.js';
import { readWordPress } from './wordpress.reader.js';
import { namesOf } from './wordpress.names.js';

const read = (channel: string) => readAll(fileOf(wxr(channel)));

async function readOne(fields: Record<string, string>, more = '') {
  const { posts } = await read(wxrItem(fields, more));
  return posts[0];
}

describe('A WordPress export', () => {
  it('gives a post as it came', async () => {
    expect(await readOne({ 'excerpt:encoded': 'Short &amp; sweet' })).toEqual({
      ...namesOf('', '1', 'blog.example', undefined),
      type: 'post',
      title: 'A post',
      slug: 'a-post',
      excerpt: 'Short & sweet',
      body: '<p>Text</p>',
      bodyFormat: 'html',
      bodyDialect: 'wordpress',
      status: 'published',
      publishedAt: new Date('2020-02-03T04:05:06Z'),
      scheduledAt: null,
      createdAt: new Date('2020-02-03T04:05:06Z'),
      updatedAt: new Date('2020-02-03T04:05:06Z'),
      authorKey: 'wordpress blog.example author ada',
      featured: false,
      commentsOpen: true,
      meta: {},
      bodyContext: null,
      addresses: {
        site: 'wordpress blog.example',
        number: '1',
        roots: ['blog.example'],
        formerRoots: [],
        base: 'http://blog.example/',
        current: [],
        former: [],
      },
      tags: [],
      comments: [],
      notes: [],
    });
  });

  it('yields no tag of a post that names too many', async () => {
    const names = Array.from({ length: 1001 }, (_, n) => `<category>tag ${n}</category>`);
    const items = readWordPress(fileOf(wxr(wxrItem({}, names.join('')))), { now: NOW });
    const kinds: string[] = [];
    const read = async () => {
      for await (const item of items) kinds.push(...Object.keys(item));
    };
    await expect(read()).rejects.toThrow(/line \d+.*: a post has more than 1,000 tags/);
    expect(kinds).not.toContain('tag');
  });

  it('takes a post that names one tag many times', async () => {
    const post = await readOne({}, '<category>Same</category><category>same</category>'.repeat(1001));
    expect(post?.tags).toHaveLength(1);
  });

  it('is the same in chunks of any size', async () => {
    const text = `\uFEFF${[...wordpressExport({ posts: 3, authors: 2, tags: 4 })].join('')}`;
    const whole = await readAll(fileOf(text));
    expect(whole.posts).toHaveLength(3);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5000 }), async (size) => {
        expect(await readAll(fileOf(text, size))).toEqual(whole);
      }),
      { numRuns: 10, examples: [[1]] },
    );
  });

  it('of version 1.0, over https and under other prefixes is read alike', async () => {
    const text = wxr(wxrItem({}, '<category><![CDATA[News]]></category>'))
      .replaceAll('http://wordpress.org/export/1.2/', 'https://wordpress.org/export/1.0/')
      .replaceAll(/\bwp(?=[:=])/g, 'w');
    const { posts, tags } = await readAll(fileOf(text));
    expect(posts[0]).toMatchObject({ slug: 'a-post', tags: [{ name: 'News' }] });
    expect(tags).toHaveLength(1);
  });

  it('may begin with a blank line, and still counts lines as an editor does', async () => {
    expect((await readAll(fileOf(`\n\n${wxr(wxrItem())}`))).posts).toHaveLength(1);
    await expect(readAll(fileOf('\n\n<rss></channel>'))).rejects.toThrow(/^line 3,/);
  });
});

describe('The state of a WordPress post', () => {
  it.each([
    [{ 'wp:status': 'publish' }, 'published', []],
    [{ 'wp:status': 'draft' }, 'draft', []],
    [{ 'wp:status': 'future', 'wp:post_date_gmt': '2030-01-01 00:00:00' }, 'scheduled', []],
    [{ 'wp:status': 'future' }, 'draft', ['scheduled time has passed: imported as a draft']],
    [{ 'wp:status': 'pending' }, 'draft', ['pending: imported as a draft']],
    [{ 'wp:status': 'private' }, 'draft', ['private: imported as a draft']],
    [{ 'wp:status': 'auto-draft' }, 'draft', ['auto-draft: imported as a draft']],
    [{ 'wp:status': 'of-a-plugin' }, 'draft', ['its status is "of-a-plugin": imported as a draft']],
    [{ 'wp:status': '' }, 'draft', ['no status: imported as a draft']],
    [{ 'wp:post_password': 'x' }, 'draft', ['password-protected: imported as a draft']],
    [{ 'wp:status': 'trash' }, 'archived', ['trash: imported as archived']],
  ])('%j becomes %s', async (fields, status, notes) => {
    const post = await readOne(fields);
    expect(post).toMatchObject({ status, notes });
    expect(post?.publishedAt === null).toBe(status !== 'published');
    expect(post?.scheduledAt).toEqual(status === 'scheduled' ? new Date('2030-01-01T00:00:00Z') : null);
  });

  it('never lets a future date stand for creation or publication', async () => {
    const future = {
      'wp:post_date_gmt': '2030-01-01 00:00:00',
      'wp:post_modified_gmt': '2025-05-05 00:00:00',
    };
    expect(await readOne({ ...future, 'wp:status': 'future' })).toMatchObject({
      createdAt: new Date('2025-05-05T00:00:00Z'),
    });
    expect(await readOne(future)).toMatchObject({ publishedAt: NOW });
  });

  it('keeps the first publication of what was public before the trash', async () => {
    const meta = wxrMeta(['_wp_trash_meta_status', 'publish']);
    expect(await readOne({ 'wp:status': 'trash', 'wp:post_name': 'old__trashed' }, meta)).toMatchObject({
      slug: 'old',
      publishedAt: new Date('2020-02-03T04:05:06Z'),
    });
  });

  const DRAFT = { 'wp:post_date_gmt': '0000-00-00 00:00:00', 'wp:status': 'draft' };
  const PUB_DATE = '<pubDate>Tue, 01 Jan 2019 00:00:00 +0000</pubDate>';

  it.each([
    [
      { 'wp:post_date': '2019-01-01 00:00:00' },
      '',
      '2019-01-01T00:00:00Z',
      ['its date names no time zone; read as UTC'],
    ],
    [{ 'wp:post_date': '2018-01-01 00:00:00' }, PUB_DATE, '2019-01-01T00:00:00Z', []],
    [{}, PUB_DATE, '2019-01-01T00:00:00Z', []],
    [{}, '', NOW, ['has no date; imported with the time of the import']],
    [
      { 'wp:post_date': '-0001-11-30 00:00:00' },
      '',
      NOW,
      ['has no date; imported with the time of the import'],
    ],
    [
      { 'wp:post_date': '2015-02-30 00:00:00' },
      '',
      NOW,
      ['"2015-02-30 00:00:00" is not a date', 'has no date; imported with the time of the import'],
    ],
  ])('is dated by the next best where a draft has no date: %j', async (fields, more, date, notes) => {
    expect(await readOne({ ...DRAFT, ...fields }, more)).toMatchObject({ createdAt: new Date(date), notes });
  });

  it('is dated in the zone of the site, which other items of the same month reveal', async () => {
    const dated = (local: string, gmt: string) =>
      wxrItem({ 'wp:post_date': local, 'wp:post_date_gmt': gmt, 'wp:post_id': local });
    const draft = (local: string) => wxrItem({ ...DRAFT, 'wp:post_date': local, 'wp:post_id': `${local}!` });
    const { posts } = await read(
      dated('2019-01-10 02:00:00', '2019-01-10 01:00:00') +
        dated('2019-07-10 02:00:00', '2019-07-10 00:00:00') +
        dated('2019-08-10 02:07:00', '2019-08-10 00:00:00') +
        draft('2019-01-20 00:00') +
        draft('2019-07-20 00:00:00') +
        draft('2020-01-01 00:00:00'),
    );
    expect(posts.slice(3).map(({ createdAt, notes }) => [createdAt, notes])).toEqual([
      [new Date('2019-01-19T23:00:00Z'), []],
      [new Date('2019-07-19T22:00:00Z'), []],
      [new Date('2019-12-31T22:00:00Z'), []],
    ]);
  });

  it('is the same with white space around every value', async () => {
    const comment = wxrComment({
      id: '1',
      parent: '0',
      user_id: '7',
      date: '2020-02-04 01:00:00',
      type: 'comment',
    });
    const file = wxr(
      `<wp:author><wp:author_id>7</wp:author_id><wp:author_login>ada</wp:author_login></wp:author>${wxrItem(
        { 'wp:post_password': '', 'wp:post_modified': '2021-01-01 00:00:00' },
        `<category domain="post_tag" nicename="new"><![CDATA[New]]></category>${comment}`,
      )}`,
    );
    const spaced = file
      .replaceAll(/<((?:wp|dc):[a-z_]+)><!\[CDATA\[(.*?)\]\]>/g, (_, name: string, value: string) =>
        name === 'wp:comment_content' ? `<${name}>${value}` : `<${name}>\n\t${value} \n`,
      )
      .replaceAll(/(domain|nicename)="(\w+)"/g, '$1=" $2 "')
      .replace('https://blog.example/<', '\n https://blog.example/ \n<');
    expect(await readAll(fileOf(spaced))).toEqual(await readAll(fileOf(file)));
  });
});

describe('What a WordPress post is made of', () => {
  it('is a plain title, or "(untitled)"', async () => {
    expect(await readOne({ title: 'A <em>b</em> &amp; c' })).toMatchObject({ title: 'A b & c' });
    expect(await readOne({ title: ' ' })).toMatchObject({ title: '(untitled)', notes: ['has no title'] });
  });

  it('is a decoded slug, or none', async () => {
    expect(await readOne({ 'wp:post_name': '%ce%b5%cf%80-2' })).toMatchObject({ slug: 'επ-2' });
    expect(await readOne({ 'wp:post_name': '' })).toMatchObject({ slug: null });
  });

  it('is an author: a declared one without regard to case, or one made from the creator', async () => {
    const ada =
      '<wp:author><wp:author_id>7</wp:author_id><wp:author_login>Ada</wp:author_login><wp:author_email>ada@blog.example</wp:author_email><wp:author_display_name>Ada L.</wp:author_display_name></wp:author>';
    const { authors, posts } = await read(
      ada + wxrItem() + wxrItem({ 'dc:creator': 'Bob' }) + wxrItem({ 'dc:creator': 'Bob' }),
    );
    expect(authors).toMatchObject([
      {
        key: 'wordpress blog.example author ada',
        name: 'Ada L.',
        email: 'ada@blog.example',
        notes: [],
      },
      { key: 'wordpress blog.example author bob', name: 'Bob', email: null, passwordHash: null },
    ]);
    expect(authors[1]?.notes).toHaveLength(1);
    expect(posts.map((post) => post.authorKey)).toEqual([authors[0]?.key, authors[1]?.key, authors[1]?.key]);
  });

  it('is tags: equal names are one, in the first spelling and with the first slug', async () => {
    const { tags, posts, skipped } = await read(
      `<wp:category><wp:category_nicename>news-2</wp:category_nicename><wp:cat_name>News &amp;amp; Co</wp:cat_name><wp:category_description>What is new</wp:category_description></wp:category>` +
        `<wp:tag><wp:tag_slug>news</wp:tag_slug><wp:tag_name>news &amp;amp; co</wp:tag_name></wp:tag>${wxrItem(
          {},
          '<category domain="post_tag" nicename="news">NEWS &amp;amp; CO</category><category domain="category" nicename="news-2">News &amp;amp; Co</category><category domain="post_tag" nicename="new">New</category><category domain="post_format" nicename="post-format-aside">Aside</category>',
        )}`,
    );
    expect(tags).toEqual([
      { name: 'News & Co', slug: 'news-2', description: 'What is new' },
      { name: 'New', slug: 'new', description: null },
    ]);
    expect(posts[0]).toMatchObject({
      tags,
      ...{ notes: [], meta: { postFormat: 'aside' } },
    });
    expect(skipped).toMatchObject([{ kind: 'tag', key: 'news' }]);
  });

  it('is tags with their description, wherever the file has it', async () => {
    const term = (name: string, description: string) =>
      `<wp:term><wp:term_taxonomy>category</wp:term_taxonomy><wp:term_slug>news</wp:term_slug><wp:term_name>${name}</wp:term_name><wp:term_description>${description}</wp:term_description></wp:term>`;
    const { tags, skipped } = await read(
      `<wp:category><wp:category_nicename>news</wp:category_nicename><wp:cat_name>News</wp:cat_name></wp:category>${term('News', 'New')}${term('news', 'Other')}${wxrItem()}`,
    );
    expect(tags).toEqual([{ name: 'News', slug: 'news', description: 'New' }]);
    expect(skipped).toMatchObject([{ kind: 'tag', reason: expect.stringContaining('its description') }]);
  });

  it.each([
    ['attachment', 'inherit'],
    ['nav_menu_item', 'publish'],
    ['revision', 'inherit'],
    ['wp_block', 'publish'],
    ['', 'publish'],
    ['post', 'inherit'],
  ])('is not an item of type "%s" in state %s, which is listed', async (type, status) => {
    const { posts, skipped, authors } = await read(wxrItem({ 'wp:post_type': type, 'wp:status': status }));
    expect({ posts, authors }).toEqual({ posts: [], authors: [] });
    expect(skipped).toMatchObject([{ kind: type || 'item', key: '1', title: 'A post' }]);
  });

  it('is not a menu, which is listed', async () => {
    const menu =
      '<wp:term><wp:term_taxonomy>nav_menu</wp:term_taxonomy><wp:term_slug>main</wp:term_slug><wp:term_name>Main</wp:term_name></wp:term>';
    expect(await read(menu)).toMatchObject({
      tags: [],
      skipped: [{ kind: 'nav_menu', key: 'main', title: 'Main' }],
    });
  });
});

describe('What a WordPress post has beside its texts', () => {
  it('comes along: sticky, closed comments, the page above, the image, footnotes, custom fields and old slugs', async () => {
    const fields = {
      'wp:post_type': 'page',
      'wp:is_sticky': '1',
      'wp:comment_status': 'closed',
      'wp:post_parent': '9',
    };
    const values = wxrMeta(
      ['_thumbnail_id', '5'],
      ['footnotes', '[{"id":"a","content":"b"}]'],
      ['enclosure', 'https://blog.example/a.mp3'],
      ['Colour', 'green'],
      ['_wp_old_slug', 'before'],
      ['_wp_old_slug', 'long-before'],
      ['_edit_last', '1'],
    );
    expect(await readOne(fields, values)).toMatchObject({
      ...{ featured: true, commentsOpen: false, notes: [] },
      parentKey: 'wordpress blog.example post 9',
      imageKey: 'wordpress blog.example post 5',
      meta: {
        footnotes: '[{"id":"a","content":"b"}]',
        enclosure: 'https://blog.example/a.mp3',
        Colour: 'green',
        oldSlugs: 'before,long-before',
      },
    });
  });

  it('is listed where it has no place', async () => {
    const values = wxrMeta(
      ['Colour', 'green'],
      ['Colour', 'red'],
      ['long', 'x'.repeat(20_000)],
      ['__proto__', 'x'],
      ...Array.from({ length: 60 }, (_, n): [string, string] => [`field ${n}`, 'x']),
    );
    const post = await readOne({}, values);
    expect(Object.keys(post?.meta ?? {})).toHaveLength(49);
    expect(post?.notes.slice(0, 2)).toEqual([
      'the value "Colour" was not imported: another one has the same name; it is "red"',
      'the value "long" was not imported: all of them together have more than 14,284 bytes',
    ]);
  });

  it('is too long also after white space, and is not cut in silence', async () => {
    const spaces = ' '.repeat(20_000);
    const long = await readOne(
      {},
      wxrMeta(['a', spaces + 'x'.repeat(20_000)], ['b', `x${spaces}y`], ['c', `${spaces}kept${spaces}`]),
    );
    expect(long?.meta).toEqual({ c: 'kept' });
    expect(long?.notes).toHaveLength(2);
  });

  it('is what plugins show of it, unless it is a template', async () => {
    const { posts, omitted } = await read(
      wxrItem(
        { link: 'https://blog.example/2020/a-post/', 'wp:menu_order': '3' },
        wxrMeta(
          ['_yoast_wpseo_title', 'Better'],
          ['_yoast_wpseo_metadesc', '%%excerpt%%'],
          ['_genesis_canonical_uri', 'https://first.example/a'],
        ),
      ),
    );
    expect(posts[0]?.meta).toEqual({
      ...{ metaTitle: 'Better', canonicalUrl: 'https://first.example/a', menuOrder: '3' },
      originalUrl: 'https://blog.example/2020/a-post/',
    });
    expect(omitted).toMatchObject([{ field: 'wp:postmeta _yoast_wpseo_metadesc', count: 1 }]);
  });

  it('is counted by its name where Galley has no place for it', async () => {
    const author = (name: string, value: string) => `<wp:author_${name}>${value}</wp:author_${name}>`;
    const names = [
      ['login', 'ada'] as const,
      ['display_name', 'Ada'] as const,
      ['first_name', 'Ada'] as const,
    ];
    const rating = wxrMeta(['rating', '5']).replaceAll('wp:postmeta', 'wp:commentmeta');
    const comment = wxrComment({ id: '1', author_email: 'a@x.example', user_id: '9' });
    const { omitted, posts } = await read(
      [
        '<title>Blog</title><image><url>x</url></image>',
        `<wp:author>${names.map(([name, value]) => author(name, value)).join('')}${author('last_name', 'L.')}</wp:author>`,
        '<wp:category><wp:cat_name>A</wp:cat_name><wp:category_parent>b</wp:category_parent>',
        '<wp:category_description/>',
        wxrMeta(['order', '1']).replaceAll('wp:postmeta', 'wp:termmeta'),
        '</wp:category>',
        wxrItem(
          { 'wp:ping_status': 'open', description: ' ', 'wp:menu_order': '0', 'wp:post_parent': '7' },
          wxrMeta(['_edit_last', '1'], ['_panel_3_x', '1'], ['_empty', ''], ['__proto__', 'x']) +
            comment.replace('</wp:comment>', `${rating}</wp:comment>`),
        ),
        wxrItem({ 'wp:post_id': '2', 'wp:ping_status': 'open' }, wxrMeta(['_panel_4_x', '1'])),
        wxrItem({ 'wp:post_type': 'attachment', 'wp:ping_status': 'open' }),
      ].join(''),
    );
    expect(posts[0]?.notes).toEqual([]);
    expect(omitted.map(({ kind, field, count }) => `${count} ${kind} ${field}`).sort()).toEqual([
      '1 author wp:author_last_name',
      '1 comment wp:comment_author_email',
      '1 comment wp:comment_user_id',
      '1 comment wp:commentmeta rating',
      '1 post wp:post_parent',
      '1 post wp:postmeta __proto__',
      '1 post wp:postmeta _edit_last',
      '1 site image',
      '1 site title',
      '1 tag wp:category_parent',
      '1 tag wp:termmeta order',
      '2 post wp:ping_status',
      '2 post wp:postmeta _panel_…_x',
    ]);
    expect(omitted.find(({ field }) => field === 'wp:postmeta _panel_…_x')).toMatchObject({
      ...{ key: 'wordpress blog.example post 1', title: 'A post' },
    });
  });

  it('counts dates and names that contradict those that it brings', async () => {
    const date = '2020-02-03 04:05:06';
    const dates = (local: string, pubDate: string, modified = date) =>
      wxrItem({
        ...{ 'wp:post_date_gmt': date, 'wp:post_date': local, pubDate },
        ...{ 'wp:post_modified_gmt': modified, 'wp:post_modified': modified },
      });
    const named = (id: string, name: string) => wxrComment({ id, user_id: '1', author: name });
    const { omitted } = await read(
      [
        '<wp:author><wp:author_id>1</wp:author_id><wp:author_login>ada</wp:author_login>',
        '<wp:author_display_name>Ada</wp:author_display_name></wp:author>',
        dates('2020-02-03 09:35:06', 'Mon, 03 Feb 2020 04:05:06 +0000'),
        dates('2020-02-04 09:35:06', 'Thu, 01 Jan 1970 00:00:00 +0000', '2019-01-01 00:00:00'),
        dates(date, 'Wed, 30 Nov -0001 00:00:00 +0000'),
        wxrItem({ 'wp:post_date_gmt': date }, named('1', 'Ada') + named('2', 'Bob')),
      ].join(''),
    );
    expect(omitted.map(({ kind, field, count }) => `${count} ${kind} ${field}`).sort()).toEqual([
      '1 comment wp:comment_author',
      '1 post pubDate',
      '1 post wp:post_date',
      '1 post wp:post_modified',
      '1 post wp:post_modified_gmt',
    ]);
  });

  it('has its image from an attachment anywhere in the file', async () => {
    const attachment = (id: string, url: string) =>
      wxrItem({ 'wp:post_id': id, 'wp:post_type': 'attachment', 'wp:attachment_url': url });
    const { files, skipped } = await read(
      attachment('5', 'https://blog.example/a.jpg') + attachment('6', 'javascript:1'),
    );
    expect(files).toEqual([
      {
        key: 'wordpress blog.example post 5',
        number: '5',
        parent: '0',
        position: 0,
        file: { url: 'https://blog.example/a.jpg', title: 'A post' },
      },
    ]);
    expect(skipped).toHaveLength(2);
  });
});

describe('The site of a WordPress export', () => {
  const at = (address: string) => wxr(wxrItem()).replaceAll('https://blog.example', address);
  const keyOf = async (...file: Parameters<typeof readAll>) => (await readAll(...file)).posts[0]?.key;

  it.each([
    'http://blog.example',
    'https://www.blog.example',
    'HTTPS://Blog.Example',
    'https://blog.example.:443/',
  ])('is the same at %s', async (address) => {
    expect(await keyOf(fileOf(at(address)))).toBe('wordpress blog.example post 1');
  });

  it('is another one in another folder or at another port', async () => {
    expect(await keyOf(fileOf(at('https://blog.example/News')))).toBe('wordpress blog.example/News post 1');
    expect(await keyOf(fileOf(at('https://blog.example:8443')))).toBe('wordpress blog.example:8443 post 1');
  });

  it('is the one that the caller names', async () => {
    const site = { name: 'old.example', url: 'https://old.example' };
    const { posts, authors } = await readAll(fileOf(at('https://new.example')), undefined, { site });
    expect([posts[0]?.key, authors[0]?.key, posts[0]?.authorKey]).toEqual([
      'wordpress old.example post 1',
      'wordpress old.example author ada',
      'wordpress old.example author ada',
    ]);
  });
});

describe('The comments of a WordPress post', () => {
  it('without a date have that of the post, which is listed', async () => {
    const { posts } = await read(
      wxrItem(
        {},
        wxrComment({ id: '1', date_gmt: '' }) + wxrComment({ id: '2', date_gmt: '2020-02-31 00:00:00' }),
      ),
    );
    expect(posts[0]).toMatchObject({
      comments: [
        { createdAt: new Date('2020-02-03T04:05:06Z') },
        { createdAt: new Date('2020-02-03T04:05:06Z') },
      ],
      notes: ['comments without a date were imported with the date of the post: 2'],
    });
  });

  it('keep names, threads and their state, and list what is left behind', async () => {
    const { posts, skipped } = await read(
      `<wp:author><wp:author_id>7</wp:author_id><wp:author_login>ada</wp:author_login></wp:author>${wxrItem(
        {},
        wxrComment({ id: '3', parent: '2', user_id: '7' }) +
          wxrComment({
            id: '2',
            parent: '0',
            approved: '0',
            author_email: 'g@x.example',
            author_IP: '192.0.2.1',
          }) +
          wxrComment({ id: '4', parent: '9' }) +
          wxrComment({ id: '5', approved: 'spam' }) +
          wxrComment({ id: '6', approved: 'trash' }) +
          wxrComment({ id: '9', type: 'pingback' }) +
          wxrComment({ id: '10', type: 'trackback' }) +
          wxrComment({ id: '11', type: 'order_note' }),
      )}`,
    );
    const key = (id: number) => `wordpress blog.example comment ${id}`;
    expect(posts[0]?.comments).toMatchObject([
      {
        key: key(2),
        parentKey: null,
        status: 'pending',
        authorName: 'Guest',
        authorKey: null,
        body: 'Hello',
      },
      {
        key: key(3),
        parentKey: key(2),
        status: 'visible',
        authorKey: 'wordpress blog.example author ada',
      },
      { key: key(4), parentKey: null, status: 'visible', createdAt: new Date('2020-02-04T00:00:00Z') },
    ]);
    expect(JSON.stringify(posts)).not.toMatch(/192\.0\.2\.1|g@x\.example/);
    expect(skipped.map(({ kind, key }) => [kind, key])).toEqual([
      ['comment', '5'],
      ['comment', '6'],
      ['pingback', '9'],
      ['trackback', '10'],
      ['order_note', '11'],
    ]);
  });
});
