import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fileOf, ghost, ghostPost, NOW, readAll } from '../../../test/support/import-files.js';

const HASH = `$2a$10$${'a'.repeat(53)}`;
const ada = {
  id: 'u1',
  name: 'Ada',
  email: 'Ada@x.example',
  password: HASH,
  status: 'active',
  profile_image: '//img.example/a.png',
};

type Tables = Parameters<typeof ghost>[0];

const read = (tables: Tables) => readAll(fileOf(ghost(tables)));

async function readOne(fields: Record<string, unknown>, tables: Tables = {}) {
  const { posts } = await read({ posts: [ghostPost(fields)], ...tables });
  return posts[0];
}

describe('A Ghost export', () => {
  const tables: Tables = {
    posts_tags: [{ post_id: 'p1', tag_id: 't1', sort_order: 0 }],
    posts: [ghostPost({ title: 'Ünï \ud83d\ude00 "quoted"' })],
    users: [ada],
    tags: [{ id: 't1', name: 'News', slug: 'news', visibility: 'public' }],
    posts_authors: [{ post_id: 'p1', author_id: 'u1', sort_order: 0 }],
  };

  it('gives a post as it came, whatever the order of the tables', async () => {
    const result = await read(tables);
    expect(result.posts).toEqual([
      {
        key: 'ghost post 11111111-1111-4111-8111-111111111111',
        type: 'post',
        title: 'Ünï 😀 "quoted"',
        slug: 'a-post',
        excerpt: null,
        body: '<p>Text</p>',
        bodyFormat: 'html',
        status: 'published',
        publishedAt: new Date('2020-02-03T04:05:06Z'),
        scheduledAt: null,
        createdAt: new Date('2020-02-03T04:05:06Z'),
        updatedAt: new Date('2020-02-03T04:05:06Z'),
        authorKey: 'ghost user ada@x.example',
        featured: false,
        meta: {},
        addresses: {
          site: 'ghost ghost.invalid',
          number: '',
          roots: ['ghost.invalid'],
          formerRoots: [],
          base: 'http://ghost.invalid/',
          current: [
            'ghost ghost.invalid at /a-post',
            'ghost ghost.invalid at /p/11111111-1111-4111-8111-111111111111',
          ],
          former: [],
        },
        tags: [{ name: 'News', slug: 'news', description: null }],
        comments: [],
        notes: [],
      },
    ]);
    const reversed = Object.fromEntries(Object.entries(tables).reverse());
    expect(await read(reversed)).toEqual(result);
  });

  it('is the same in chunks of any size, and without "db"', async () => {
    const whole = await read(tables);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 300 }), async (size) => {
        expect(await readAll(fileOf(ghost(tables), size))).toEqual(whole);
        expect(await readAll(fileOf(JSON.stringify({ meta: {}, data: tables }, null, 2), size))).toEqual(
          whole,
        );
      }),
      { numRuns: 10, examples: [[1]] },
    );
  });

  it('lists the tables of which nothing comes along', async () => {
    const { omitted } = await read({ migrations: [{ id: 1 }], members: [{ id: 'm' }, { id: 'n' }] });
    expect(omitted.map(({ kind, field, count }) => [kind, field, count])).toEqual([
      ['table', 'members', 2],
      ['table', 'migrations', 1],
    ]);
  });
});

describe('The state of a Ghost post', () => {
  it.each([
    [{}, 'published', []],
    [{ status: 'draft', visibility: 'paid' }, 'draft', []],
    [{ status: 'scheduled', published_at: '2030-01-01 00:00:00' }, 'scheduled', []],
    [{ status: 'scheduled' }, 'draft', ['scheduled time has passed: imported as a draft']],
    [{ status: 'scheduled', published_at: null }, 'draft', ['scheduled without a time: imported as a draft']],
    [{ status: 'sent' }, 'draft', ['sent by email only: imported as a draft']],
    [{ visibility: 'members' }, 'draft', ['visible to "members": imported as a draft']],
    [{ visibility: 'tiers' }, 'draft', ['visible to "tiers": imported as a draft']],
    [{ status: 'odd' }, 'draft', ['its status is "odd": imported as a draft']],
  ])('%j becomes %s', async (fields, status, notes) => {
    const post = await readOne(fields);
    expect(post).toMatchObject({ status, notes });
    expect(post?.publishedAt === null).toBe(status !== 'published');
    expect(post?.scheduledAt === null).toBe(status !== 'scheduled');
  });

  it.each([
    [{ type: 'page' }, 'page'],
    [{ type: undefined, page: 1 }, 'page'],
    [{ type: undefined, page: true }, 'page'],
    [{ type: undefined, page: 0 }, 'post'],
  ])('and its type: %j is a %s', async (fields, type) => {
    expect(await readOne(fields)).toMatchObject({ type });
  });

  it('and what it has beside its texts', async () => {
    const fields = {
      featured: 1,
      feature_image: '__GHOST_URL__/content/images/a.jpg',
      canonical_url: 'https://first.example/a',
      meta_title: 'Old',
      codeinjection_head: '<script></script>',
    };
    const posts_meta = [
      { post_id: 'p1', meta_title: 'New', meta_description: 'About', feature_image_alt: 'Alt' },
    ];
    const settings = [{ key: 'url', value: 'https://g.example' }];
    expect(await readOne(fields, { posts_meta, settings })).toMatchObject({
      featured: true,
      meta: {
        featuredImage: 'https://g.example/content/images/a.jpg',
        canonicalUrl: 'https://first.example/a',
        ...{ metaTitle: 'Old', metaDescription: 'About', featuredImageAlt: 'Alt' },
      },
      notes: ['the column "codeinjection_head" was not imported'],
    });
    expect(await readOne({ feature_image: `data:image/png;base64,${'A'.repeat(5000)}` })).toMatchObject({
      ...{ meta: {}, notes: ['the column "feature_image" is not a URL and was not imported'] },
    });
  });

  it('and what social networks show of it, wherever Ghost stored it', async () => {
    const posts_meta = [
      { post_id: 'p1', og_title: 'Og', og_image: '__GHOST_URL__/o.png', twitter_image: '/t.png' },
    ];
    const settings = [{ key: 'url', value: 'https://g.example' }];
    const post = await readOne(
      { og_description: 'About', locale: 'de', image: '/old.jpg' },
      { posts_meta, settings },
    );
    expect(post?.meta).toEqual({
      ...{ ogTitle: 'Og', ogDescription: 'About', ogImage: 'https://g.example/o.png', locale: 'de' },
      ...{ twitterImage: '/t.png', featuredImage: '/old.jpg' },
    });
  });

  it('and every other column is counted, unless it has no value', async () => {
    const { omitted } = await read({
      users: [{ ...ada, location: 'London', facebook: '', tour: '[]', slug: 'ada' }],
      posts: [
        ghostPost({ custom_template: 'wide', comment_id: 'p1', email_recipient_filter: 'none' }),
        ghostPost({
          id: 'p2',
          uuid: '2',
          type: 'page',
          custom_template: 'wide',
          show_title_and_feature_image: 0,
        }),
        ghostPost({ id: 'p3', uuid: '3', custom_template: 'tall', status: 'draft', reading: 3 }),
      ],
      posts_meta: [{ id: 'x', post_id: 'p1', email_subject: 'Hi' }],
      tags: [{ id: 't', name: 'News', slug: 'news', feature_image: 'a.png', created_at: '2020-01-01' }],
      comments: [{ id: 'c', post_id: 'gone', status: 'published', html: 'x', likes: 2 }],
    });
    expect(omitted.map(({ kind, field, count }) => `${count} ${kind} ${field}`)).toEqual([
      ...['2 post custom_template', '1 author location', '1 author slug', '1 post email_subject'],
      ...['1 post reading', '1 tag feature_image', '1 comment likes', '1 page custom_template'],
      '1 page show_title_and_feature_image',
      ...['1 post comment_id', '1 post published_at', '1 tag created_at'],
    ]);
    expect(omitted[1]).toMatchObject({ key: 'u1', title: 'Ada' });
  });

  it('takes dates as text or milliseconds, and the import’s own where there are none', async () => {
    expect(await readOne({ created_at: 1388318511000 })).toMatchObject({
      createdAt: new Date('2013-12-29T12:01:51Z'),
    });
    expect(await readOne({ created_at: null, published_at: null })).toMatchObject({
      createdAt: NOW,
      publishedAt: NOW,
    });
  });

  it('has a title that PostgreSQL can store, or "(untitled)"', async () => {
    expect(await readOne({ title: 'a\0b' })).toMatchObject({ title: 'ab' });
    expect(await readOne({ title: '' })).toMatchObject({ title: '(untitled)', notes: ['has no title'] });
  });

  it('has the site’s address in place of Ghost’s placeholder', async () => {
    const fields = { html: '<img src="__GHOST_URL__/a.png">' };
    const settings = [{ key: 'url', value: 'https://g.example/' }];
    expect(await readOne(fields, { settings })).toMatchObject({
      ...{ body: '<img src="https://g.example/a.png">', notes: [] },
    });
    const site = { name: 'named.example', url: 'https://named.example' };
    const named = await readAll(fileOf(ghost({ posts: [ghostPost(fields)], settings })), 'ghost', { site });
    expect(named.posts[0]).toMatchObject({ body: '<img src="https://named.example/a.png">', notes: [] });
  });

  it('keeps the placeholder where nobody names the site, and says so', async () => {
    expect(await readOne({ html: '<img src="__GHOST_URL__/a.png">' })).toMatchObject({
      body: '<img src="__GHOST_URL__/a.png">',
      notes: [
        expect.stringMatching(
          /does not contain the address of the site; name it with --site, .* in the first import/,
        ),
      ],
    });
  });

  it('has the site’s address before the files that older releases of Ghost name without a host', async () => {
    const site = { name: 'g.example', url: 'https://g.example' };
    const read = (html: string) =>
      readAll(fileOf(ghost({ posts: [ghostPost({ html })] })), 'ghost', { site });
    const html =
      '<img src="/content/images/a.jpg" srcset="/content/images/a.jpg 1x, /content/images/b.jpg 2x">' +
      '<a href="/content/files/a.pdf">a</a><a href="/content">b</a>https://o.example/content/images/c.jpg';
    const full = html.replaceAll(/(["\s])(?=\/content\/)/g, '$1https://g.example');
    expect((await read(html)).posts[0]).toMatchObject({ body: full, notes: [] });
    expect(await readOne({ html: '<p>/content/images/</p>' })).toMatchObject({ notes: [] });
    expect(await readOne({ html, feature_image: '/content/images/d.jpg' })).toMatchObject({
      ...{ body: html, meta: { featuredImage: '/content/images/d.jpg' } },
      notes: expect.arrayContaining([
        expect.stringMatching(/^its images and files begin with "\/content\/" and no host, .* --site/),
      ]),
    });
  });

  it('is a draft where all of its text is lost, and empty only where it has none', async () => {
    const lost = { html: '', lexical: 'broken' };
    for (const [status, at] of [
      ['published', '2020-01-01T00:00:00.000Z'],
      ['scheduled', '2030-01-01T00:00:00.000Z'],
    ]) {
      expect(await readOne({ ...lost, status, published_at: at })).toMatchObject({
        ...{ status: 'draft', publishedAt: null, scheduledAt: null, body: '' },
        notes: expect.arrayContaining([
          'none of its text can be converted: imported as a draft',
          `its date of publication "${at}" was not imported`,
        ]),
      });
    }
    expect(await readOne({ html: '' })).toMatchObject({ status: 'published', body: '', notes: [] });
  });

  it('ignores white space around everything but a body', async () => {
    const spaced = Object.fromEntries(
      Object.entries(ghostPost({ page: ' 0 ' })).map(([column, value]) => [column, `\n ${String(value)}\t`]),
    );
    const { body, ...rest } = (await read({ posts: [spaced] })).posts[0] ?? {};
    const { body: _body, ...expected } = (await readOne({})) ?? {};
    expect([rest, body]).toEqual([expected, '\n <p>Text</p>\t']);
  });

  it.each<[Record<string, unknown>, string[]]>([
    [{ created_at: null, published_at: null }, ['has no date; imported with the time of the import']],
    [{ published_at: null }, ['has no date of publication; imported with the date of its creation']],
    [
      { published_at: '2020-02-30 00:00:00' },
      [
        '"2020-02-30 00:00:00" is not a date',
        'has no date of publication; imported with the date of its creation',
      ],
    ],
    [{ created_at: 'yesterday' }, ['"yesterday" is not a date']],
    [{ created_at: '0', updated_at: '0000-00-00 00:00:00' }, []],
  ])('lists a date that it lacks: %j', async (fields, notes) => {
    expect(await readOne(fields)).toMatchObject({ notes });
  });
});

describe('The people and tags of a Ghost export', () => {
  it('are accounts, with their password where Ghost let them in', async () => {
    const { authors } = await read({
      users: [
        ada,
        { ...ada, id: 'u2', email: 'b@x.example', status: 'locked' },
        { ...ada, id: 'u3', email: 'c@x.example', password: 'plain' },
      ],
    });
    expect(authors).toMatchObject([
      { key: 'ghost user ada@x.example', name: 'Ada', email: 'Ada@x.example', passwordHash: HASH, notes: [] },
      { passwordHash: null, notes: ['its status is "locked": imported without a password'] },
      { passwordHash: null, notes: ['has no bcrypt hash: imported without a password'] },
    ]);
    expect(authors[0]?.avatarUrl).toBe('https://img.example/a.png');
  });

  it('are one author per post: the first; before Ghost 1.22 that of the post', async () => {
    const users = [ada, { ...ada, id: 'u2', name: 'Bob', email: 'b@x.example' }];
    const posts_authors = [
      { post_id: 'p1', author_id: 'u1', sort_order: 1 },
      { post_id: 'p1', author_id: 'u2', sort_order: 0 },
    ];
    expect(await readOne({ author_id: 'u1' }, { users, posts_authors })).toMatchObject({
      authorKey: 'ghost user b@x.example',
      notes: ['the co-author "Ada" was not imported'],
    });
    expect(await readOne({ author_id: 'u1' }, { users })).toMatchObject({
      authorKey: 'ghost user ada@x.example',
    });
  });

  it('are made up where the file lacks the author, once', async () => {
    const posts = [ghostPost({ author_id: 9 }), ghostPost({ id: 'p2', uuid: 'x', author_id: 9 })];
    const { authors } = await read({ posts });
    expect(authors).toMatchObject([{ key: 'ghost user 9', name: 'Unknown author', email: null }]);
  });

  it('are tags in their order, without internal ones, equal names being one', async () => {
    const tags = [
      { id: 't1', name: 'News', slug: 'news', description: 'New' },
      { id: 't2', name: 'NEWS', slug: 'news-2' },
      { id: 't3', name: '#hidden', slug: 'hash-hidden', visibility: 'internal' },
      { id: 't4', name: 'Art', slug: 'art' },
    ];
    const posts_tags = ['t1', 't3', 't2', 't4', 'gone'].map((tag_id, n) => ({
      post_id: 'p1',
      tag_id,
      sort_order: -n,
    }));
    const { posts, skipped } = await read({ tags, posts_tags, posts: [ghostPost()] });
    expect(posts[0]?.tags).toEqual([
      { name: 'Art', slug: 'art', description: null },
      { name: 'News', slug: 'news', description: 'New' },
    ]);
    expect(skipped).toMatchObject([
      { kind: 'tag', key: 'news-2' },
      { kind: 'tag', key: 'hash-hidden', reason: 'internal tags are not imported' },
    ]);
  });

  it('are listed where a comment lacks its member, its parent or a place for the other comment it names', async () => {
    const row = { post_id: 'p1', status: 'published', html: '<p>Hi</p>', created_at: '2021-01-01 00:00:00' };
    const { posts, omitted } = await read({
      comments: [
        { ...row, id: 'c1', member_id: 'm1', parent_id: 'gone' },
        { ...row, id: 'c2', member_id: 'm2', parent_id: 'c1', in_reply_to_id: 'c1' },
        { ...row, id: 'c3', member_id: 'm2', parent_id: 'c1', in_reply_to_id: 'c2' },
      ],
      members: [{ id: 'm2', name: '' }],
      posts: [ghostPost()],
    });
    expect(posts[0]?.comments.map(({ authorName, notes }) => [authorName, notes])).toEqual([
      [
        'Anonymous',
        [
          'the file does not contain the member who wrote it',
          'the comment "gone" to which it replies was not imported; it starts a thread instead',
        ],
      ],
      ['Anonymous', undefined],
      ['Anonymous', undefined],
    ]);
    expect(omitted.filter(({ kind }) => kind === 'comment')).toMatchObject([
      { field: 'in_reply_to_id', count: 1 },
    ]);
  });

  it('are comments under the member’s name', async () => {
    const row = { post_id: 'p1', member_id: 'm1', html: '<p>Hi</p>', created_at: '2021-01-01 00:00:00' };
    const { posts, skipped } = await read({
      comments: [
        { ...row, id: 'c2', parent_id: 'c1', status: 'hidden', member_id: null },
        { ...row, id: 'c1', status: 'published', edited_at: '2021-01-02 00:00:00' },
        { ...row, id: 'c3', status: 'deleted' },
        { ...row, id: 'c4', status: 'published', post_id: 'gone' },
      ],
      members: [{ id: 'm1', name: 'Mem', email: 'mem@x.example' }],
      posts: [ghostPost()],
    });
    expect(posts[0]?.comments).toEqual([
      {
        key: 'ghost comment c1',
        parentKey: null,
        authorKey: null,
        authorName: 'Mem',
        body: '<p>Hi</p>',
        status: 'visible',
        createdAt: new Date('2021-01-01T00:00:00Z'),
        updatedAt: new Date('2021-01-02T00:00:00Z'),
      },
      expect.objectContaining({ parentKey: 'ghost comment c1', status: 'hidden', authorName: 'Anonymous' }),
    ]);
    expect(skipped).toContainEqual({
      ...{ kind: 'comment', key: 'ghost comment c4', title: 'Mem' },
      reason: 'the file does not contain its post',
    });
    expect(skipped).toContainEqual({
      kind: 'comment',
      key: 'c3',
      title: 'on “A post”',
      reason: 'its status is "deleted"',
    });
  });
});
