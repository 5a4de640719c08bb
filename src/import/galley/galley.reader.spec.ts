import { describe, expect, it } from '@jest/globals';
import { fileOf, readAll } from '../../../test/support/import-files.js';

const ADA = '019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41';
const POST = '019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a42';
const FIRST = '019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a43';
const REPLY = '019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a44';
const AT = '2020-01-02T03:04:05.123456Z';

const author = { id: ADA, name: 'Ada', bio: null, website: null, avatarUrl: null, createdAt: AT };
const tag = { name: 'C++', slug: 'c', description: null };
const post = {
  ...{ id: POST, type: 'post', slug: 'a-post', title: 'A post', excerpt: null, body: '*Text*' },
  ...{ bodyFormat: 'markdown', status: 'published', publishedAt: AT, scheduledAt: null, createdAt: AT },
  ...{ updatedAt: AT, version: 3, authorId: ADA, tags: ['C++'] },
};
const comment = {
  ...{ id: FIRST, postId: POST, parentId: null, authorId: ADA, guestName: null, body: 'Yes' },
  ...{ bodyFormat: 'markdown', status: 'visible', createdAt: AT, updatedAt: AT, version: 1 },
};
const HEAD = { galley: { format: 1, exportedAt: AT } };
const END = { end: { posts: 1 } };
const WHOLE = [HEAD, { author }, { tag }, { post }, { comment }, END];

const fileWith = (...lines: (object | string)[]) =>
  lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
const read = (...lines: (object | string)[]) => readAll(fileOf(fileWith(...lines)));

describe('An export of Galley', () => {
  it('keeps ids, versions, formats and microseconds', async () => {
    const { authors, tags, posts } = await read(...WHOLE);
    expect(authors).toMatchObject([
      { key: `galley user ${ADA}`, id: ADA, name: 'Ada', email: null, createdAt: AT },
    ]);
    expect(tags).toEqual([tag]);
    expect(posts).toMatchObject([
      { id: POST, version: 3, bodyFormat: 'markdown', publishedAt: AT, notes: [] },
    ]);
    expect(posts[0]?.comments).toMatchObject([
      { id: FIRST, authorKey: `galley user ${ADA}`, bodyFormat: 'markdown' },
    ]);
  });

  it('is read alike in chunks of any size, with blank lines and Windows ends of line', async () => {
    const whole = await read(...WHOLE);
    const text = fileWith(...WHOLE).replaceAll('\n', '\r\n\r\n');
    for (const size of [1, 7, 100_000]) expect(await readAll(fileOf(text, size))).toEqual(whole);
  });

  it('puts parents before their replies', async () => {
    const reply = { ...comment, id: REPLY, parentId: FIRST };
    const { posts } = await read(HEAD, { author }, { tag }, { post }, { comment: reply }, { comment }, END);
    expect(posts[0]?.comments.map(({ id }) => id)).toEqual([FIRST, REPLY]);
  });

  it('keeps the fields of posts, and takes a file of an earlier release for one that has none', async () => {
    const fields = {
      parentId: FIRST,
      featured: true,
      commentsOpen: false,
      meta: { a: 'b' },
      bodyDialect: null,
    };
    const { posts } = await read(HEAD, { author }, { tag }, { post: { ...post, ...fields } }, END);
    expect(posts).toMatchObject([{ ...fields, parentKey: `galley post ${FIRST}` }]);
    const earlier = await read(...WHOLE);
    const none = { parentKey: null, featured: false, commentsOpen: true, meta: {}, bodyDialect: null };
    expect(earlier.posts).toMatchObject([none]);
  });

  it('makes a draft of a scheduled post whose time is past, and says so', async () => {
    const scheduled = { ...post, status: 'scheduled', publishedAt: null, scheduledAt: AT };
    const { posts } = await read(HEAD, { author }, { tag }, { post: scheduled }, END);
    expect(posts).toMatchObject([
      { status: 'draft', scheduledAt: null, notes: [expect.stringMatching(/has passed/)] },
    ]);
  });

  it.each<[string, (object | string)[], RegExp]>([
    ['is cut off', WHOLE.slice(0, -1), /^line 6: the file is incomplete/],
    ['goes on behind its end', [...WHOLE, { tag }], /^line 7: .*after the end line/],
    ['is of a newer Galley', [{ galley: { format: 2 } }], /^line 1: galley\.format: .*newer/],
    ['has a line that is no JSON', [HEAD, '{"tag":'], /^line 2: invalid JSON$/],
    ['has a line of something else', [HEAD, { page: {} }], /^line 2: "page" is not one of galley, author/],
    ['has a line of two things', [HEAD, { tag, author }], /^line 2: .*one key/],
    ['lacks a field', [HEAD, { tag: { name: 'C' } }], /^line 2: tag\.slug: /],
    ['has a field that is not known', [HEAD, { tag: { ...tag, x: 1 } }], /^line 2: tag: .*"x"/],
    [
      'has no such time',
      [HEAD, { author: { ...author, createdAt: '2020' } }],
      /^line 2: author\.createdAt: /,
    ],
    [
      'publishes at no time',
      [HEAD, { author }, { tag }, { post: { ...post, publishedAt: null } }],
      /^line 4: post\.publishedAt: /,
    ],
    [
      'has more meta than a post can have',
      [HEAD, { author }, { tag }, { post: { ...post, meta: { a: 'x'.repeat(16_384) } } }],
      /^line 4: post\.meta: must have at most 16384 bytes/,
    ],
    ['names an author before it', [HEAD, { tag }, { post }], /^line 3: post\.authorId: /],
    ['names a tag before it', [HEAD, { author }, { post }], /^line 3: post\.tags: .*"C\+\+"/],
    ['has a comment of another post', [HEAD, { author }, { comment }], /^line 3: comment\.postId: /],
  ])('is refused with its line when it %s', async (_, lines, message) => {
    await expect(read(...lines)).rejects.toThrow(message);
  });

  it('has no text that PostgreSQL cannot store', async () => {
    const { posts } = await read(HEAD, { author }, { tag }, { post: { ...post, title: 'a\0b\ud800' } }, END);
    expect(posts[0]?.title).toBe('ab\ufffd');
  });
});
