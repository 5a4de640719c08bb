import { describe, expect, it } from '@jest/globals';
import { fileOf, readAll, wxr, wxrComment, wxrItem, wxrMeta } from '../../../test/support/import-files.js';

const read = (channel: string) => readAll(fileOf(wxr(channel)));

async function omittedOf(channel: string): Promise<string[]> {
  const { omitted } = await read(channel);
  return omitted.map(({ kind, field, count }) => `${count} ${kind} ${field}`).sort();
}

describe('What a WordPress export contains beside what readers ask for', () => {
  it('is counted where a field that has one value has another one, in any part of the file', async () => {
    const author =
      '<wp:author><wp:author_login>ada</wp:author_login><wp:author_login>bob</wp:author_login></wp:author>';
    const term = '<wp:tag><wp:tag_name>A</wp:tag_name><wp:tag_name>B</wp:tag_name></wp:tag>';
    const comment = wxrComment({ id: '1' }).replace(
      '</wp:comment>',
      '<wp:comment_id>2</wp:comment_id></wp:comment>',
    );
    const more = [
      '<wp:post_id>999</wp:post_id><wp:post_id>1000</wp:post_id><content:encoded>Other</content:encoded>',
      '<title>A post</title><title>Another post</title>',
      '<wp:postmeta><wp:meta_key>a</wp:meta_key><wp:meta_value>1</wp:meta_value><wp:meta_value>2</wp:meta_value>',
      '<wp:meta_id>7</wp:meta_id></wp:postmeta>',
      wxrMeta(['_thumbnail_id', '5'], ['_thumbnail_id', '5'], ['_thumbnail_id', '6']),
      comment,
    ].join('');
    expect(await omittedOf(author + term + wxrItem({}, more))).toEqual([
      '1 author wp:author_login',
      '1 comment wp:comment_id',
      '1 post content:encoded',
      '1 post title',
      '1 post wp:postmeta _thumbnail_id',
      '1 post wp:postmeta/wp:meta_id',
      '1 post wp:postmeta/wp:meta_value',
      '1 tag wp:tag_name',
      '2 post wp:post_id',
    ]);
  });

  it('is counted in a place where no reader asks for it', async () => {
    const more =
      '<wp:comment_content>Hello</wp:comment_content><wp:attachment_url>https://blog.example/a.jpg</wp:attachment_url>';
    expect(await omittedOf(`<wp:post_id>1</wp:post_id>${wxrItem({}, more)}`)).toEqual([
      '1 post wp:attachment_url',
      '1 post wp:comment_content',
      '1 site wp:post_id',
    ]);
  });

  it('is counted if it is an attribute, an element in a text, or text between elements', async () => {
    const item = wxrItem({}, '<cloud port="80"/><guid isPermaLink="false">a</guid>Stray <!-- x -->text');
    const channel = [
      '<cloud domain="blog.example" path="/"/><atom:link rel="hub" href="x"/><atom:link rel="self" href="y"/>',
      '<link rel="me">https://blog.example</link><image title=""/>Warning: x',
      item
        .replace('<item>', '<item about="x">')
        .replace('<title>', '<title lang="de"><b>Bold</b>')
        .replace('<wp:status>', '<wp:status xmlns:x="http://x.example/" note=" ">'),
    ].join('');
    expect(await omittedOf(channel)).toEqual([
      '1 post #text',
      '1 post cloud',
      '1 post guid',
      '1 post item@about',
      '1 post title/b',
      '1 post title@lang',
      '1 site #text',
      '1 site cloud',
      '1 site link@rel',
      '2 site atom:link',
    ]);
  });

  it('has the name that the file uses, after the namespace where it only looks like one of WordPress', async () => {
    const fake = 'xmlns:wp="http://fake.example/"';
    const channel = [
      `<wp:author ${fake}><wp:author_login>fake</wp:author_login></wp:author>`,
      '<x:author xmlns:x="http://x.example/"><x:id>9</x:id></x:author>',
      wxrItem({}, `<wp:postmeta ${fake}><wp:meta_key>a</wp:meta_key></wp:postmeta>`),
      '<title xmlns="http://fake.example/">Fake</title>',
    ].join('');
    expect(await omittedOf(channel)).toEqual([
      '1 post {http://fake.example/}wp:postmeta',
      '1 site x:author',
      '1 site {http://fake.example/}title',
      '1 site {http://fake.example/}wp:author',
    ]);
    const { skipped, posts } = await read(wxrItem().replace('<item>', `<item ${fake}>`));
    expect(posts).toEqual([]);
    expect(skipped).toMatchObject([{ kind: 'item', title: 'A post', reason: 'has no type' }]);
  });

  it('is counted where a date of a comment or a modification says something else', async () => {
    const dates = (id: string, gmt: string, local: string) => wxrComment({ id, date_gmt: gmt, date: local });
    const { omitted } = await read(
      wxrItem(
        {
          pubDate: 'yesterday',
          'wp:post_modified_gmt': '2021-01-01 00:00:00',
          'wp:post_modified': '2022-02-02 00:00:00',
        },
        dates('1', '2020-02-04 00:00:00', '2020-02-04 01:00:00') +
          dates('2', '2020-02-04 00:00:00', '2020-03-04 01:00:00') +
          dates('3', 'soon', '2020-03-04 01:00:00'),
      ),
    );
    expect(omitted.map(({ kind, field, count }) => `${count} ${kind} ${field}`).sort()).toEqual([
      '1 comment wp:comment_date',
      '1 comment wp:comment_date_gmt',
      '1 post pubDate',
      '1 post wp:post_modified',
    ]);
  });
});

describe('The terms of a WordPress post', () => {
  const termsOf = async (more: string) => {
    const { posts } = await read(wxrItem({}, more));
    return { tags: posts[0]?.tags.map(({ name }) => name), notes: posts[0]?.notes, meta: posts[0]?.meta };
  };

  it('are listed by their slugs if they have no name', async () => {
    const term = (domain: string, slug: string) =>
      `<category domain="${domain}" nicename="${slug}"></category>`;
    expect(
      await termsOf(term('category', 'news') + term('', 'art') + term('genre', '') + term('genre', 'novel')),
    ).toEqual({
      tags: [],
      notes: [
        'the term with the slug "news" of the taxonomy "category" was not imported: it has no name',
        'the term with the slug "art" of the taxonomy "" was not imported: it has no name',
        'the term with the slug "novel" of the taxonomy "genre" was not imported: it has no name',
      ],
      meta: {},
    });
  });

  it('are all that are named, although WXR 1.0 names each of them twice', async () => {
    const news = '<category>News</category><category domain="category" nicename="news">News</category>';
    expect(await termsOf(`${news}<category>Art</category>`)).toMatchObject({
      tags: ['News', 'Art'],
      notes: [],
    });
  });

  it('are one format, and others are listed', async () => {
    const format = (name: string, slug: string) =>
      `<category domain="post_format" nicename="${slug}">${name}</category>`;
    const aside = format('Aside', 'post-format-aside');
    expect(await termsOf(format('Unknown', '') + aside + aside + format('Link', 'post-format-link'))).toEqual(
      {
        tags: [],
        notes: [
          'the term "Unknown" of the taxonomy "post_format" was not imported',
          'the term "Link" of the taxonomy "post_format" was not imported',
        ],
        meta: { postFormat: 'aside' },
      },
    );
  });
});

describe('A login that a WordPress export declares twice', () => {
  const author = (id: string, login: string, email: string) =>
    `<wp:author><wp:author_id>${id}</wp:author_id><wp:author_login>${login}</wp:author_login><wp:author_email>${email}</wp:author_email></wp:author>`;

  it('is one author with the first name, and the other one is listed', async () => {
    const twice = author('1', 'ada', 'a@x.example') + author('2', 'Ada', 'b@x.example');
    const { authors, skipped, posts } = await read(
      twice + wxrItem({}, wxrComment({ id: '1', user_id: '2' })),
    );
    expect(authors).toMatchObject([{ name: 'ada', email: 'a@x.example' }]);
    expect(skipped).toMatchObject([
      { kind: 'author', key: 'Ada', reason: expect.stringContaining('the same login') },
    ]);
    expect(posts[0]?.comments[0]?.authorKey).toBe(authors[0]?.key);
  });

  it('is no loss if both say the same', async () => {
    const same = author('1', 'ada', 'a@x.example');
    expect(await read(same + same)).toMatchObject({ skipped: [], omitted: [] });
  });
});
