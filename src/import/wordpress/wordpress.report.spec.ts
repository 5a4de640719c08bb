import { describe, expect, it } from '@jest/globals';
import {
  fileOf,
  ghost,
  ghostPost,
  readAll,
  type ReadResult,
  wxr,
  wxrComment,
  wxrItem,
  wxrMeta,
} from '../../../test/support/import-files.js';
import { ListedInMemory } from '../listed-in-memory.js';
import { Tally } from '../import.report.js';

const read = (channel: string) => readAll(fileOf(wxr(channel)));
const omittedOf = ({ omitted }: ReadResult) =>
  omitted.map(({ kind, field, count }) => `${count} ${kind} ${field}`).sort();
const notesOf = async (fields: Record<string, string>, more = '') =>
  (await read(wxrItem(fields, more))).posts[0]?.notes;

describe('RSS of other programs', () => {
  const two = wxrItem({ 'wp:post_id': '1' }) + wxrItem({ 'wp:post_id': '2' });

  it.each([
    'http://backend.userland.com/rss2',
    'http://blogs.law.harvard.edu/tech/rss',
    'http://cyber.law.harvard.edu/rss/',
  ])('may declare the namespace %s', async (uri) => {
    const file = wxr(two);
    const { omitted, posts } = await readAll(fileOf(file.replace('<rss ', `<rss xmlns="${uri}" `)));
    expect(posts).toEqual((await readAll(fileOf(file))).posts);
    expect(posts).toHaveLength(2);
    expect(omitted).toEqual([]);
  });

  it('is refused if no channel is read', async () => {
    const other = wxr(two).replace('<rss ', '<rss xmlns="http://other.example/" ');
    await expect(readAll(fileOf(other))).rejects.toThrow('the file contains no <channel>');
    const none = wxr('').replace(/<channel>[^]*<\/channel>/, two);
    await expect(readAll(fileOf(none))).rejects.toThrow('the file contains no <channel>');
  });

  it('has all that stands beside the channel in the report, and the attributes of the channel', async () => {
    const file = wxr(wxrItem())
      .replace('<rss ', '<rss xml:lang="de" ')
      .replace('<channel>', '<title/><channel lost="1">')
      .replace('</rss>', `${two}<item about="x"/><item/>Stray</rss>`);
    const found = await readAll(fileOf(file));
    expect(found.posts).toHaveLength(1);
    expect(omittedOf(found)).toEqual([
      '1 site #text',
      '1 site channel@lost',
      '1 site rss@xml:lang',
      '3 site rss/item',
    ]);
  });
});

it('A second address of a site does not change the keys of its posts, and is counted', async () => {
  const other =
    '<wp:base_blog_url>https://other.example</wp:base_blog_url><link>https://third.example</link>';
  const same = '<wp:base_blog_url>https://blog.example/</wp:base_blog_url><link>https://blog.example</link>';
  const found = await read(other + same + wxrItem());
  expect(found.posts[0]?.key).toBe('wordpress blog.example post 1');
  expect(omittedOf(found)).toEqual(['1 site link', '1 site wp:base_blog_url']);
});

it('Comments are listed if the item that they belong to is not imported', async () => {
  const comments = wxrComment({ id: '1' }) + wxrComment({ id: '2', type: 'review' });
  const { skipped } = await read(wxrItem({ 'wp:post_type': 'product', title: 'Shoe' }, comments));
  const reason = 'it belongs to an item that is not imported (the type "product" is not imported)';
  expect(skipped).toEqual([
    { kind: 'product', key: '1', title: 'Shoe', reason: 'the type "product" is not imported' },
    { kind: 'comment', key: '1', title: 'Guest on “Shoe”', reason },
    { kind: 'review', key: '2', title: 'Guest on “Shoe”', reason },
  ]);
});

describe('Markup that plain text does not show', () => {
  const link = '<a href="https://l.example/x">this</a>';
  const image = '<img alt="A" src="https://l.example/i.png">';

  it('is listed for the title and the excerpt of a post', async () => {
    expect(
      await notesOf({ title: `A ${image}`, 'excerpt:encoded': `See ${link} ${image}<iframe></iframe>` }),
    ).toEqual([
      'the title became plain text without "image https://l.example/i.png"',
      'the excerpt became plain text without "link https://l.example/x", "image https://l.example/i.png", "frame"',
    ]);
  });

  it('is nothing if it only formats text', async () => {
    const text = '<b>b</b> <em class="x">i</em><br/><p>p</p> <a name="x">n</a> 1 < 2 & 3';
    expect(await notesOf({ title: text, 'excerpt:encoded': text })).toEqual([]);
  });

  it('is counted for tags, authors and comments', async () => {
    const tag = `<wp:tag><wp:tag_name>A</wp:tag_name><wp:tag_description><![CDATA[${link}]]></wp:tag_description></wp:tag>`;
    const author = `<wp:author><wp:author_login>ada</wp:author_login><wp:author_display_name><![CDATA[Ada ${image}]]></wp:author_display_name></wp:author>`;
    const comment = wxrComment({ id: '1', author: link });
    expect(omittedOf(await read(author + tag + wxrItem({}, comment)))).toEqual([
      '1 author wp:author_display_name/img',
      '1 comment wp:comment_author/a',
      '1 tag wp:tag_description/a',
    ]);
  });
});

describe('A value that WordPress does not write', () => {
  it.each([
    [
      'wp:comment_status',
      'registered_only',
      'its wp:comment_status is "registered_only": imported as open to comments',
    ],
    ['wp:comment_status', 'Closed', 'its wp:comment_status is "Closed": imported as open to comments'],
    ['wp:is_sticky', 'yes', 'its wp:is_sticky is "yes": imported as not featured'],
  ])('of %s is listed: %s', async (field, value, note) => {
    expect(await notesOf({ [field]: value })).toEqual([note]);
  });

  it.each([
    ['wp:comment_status', ['', 'open', 'closed']],
    ['wp:is_sticky', ['', '0', '1']],
  ])('is none of those of %s that it writes', async (field, values) => {
    for (const value of values) expect(await notesOf({ [field]: value })).toEqual([]);
  });

  it('is counted for the columns of Ghost', async () => {
    const rows = [
      ...[
        { featured: 'yes', page: 'no' },
        { featured: 'true', page: 0 },
        { featured: 1, page: null },
      ],
    ].map((columns, n) => ghostPost({ id: `${n}`, uuid: `${n}`, slug: `s${n}`, ...columns }));
    expect(omittedOf(await readAll(fileOf(ghost({ posts: rows }))))).toEqual([
      '1 post featured',
      '1 post page',
    ]);
  });
});

describe('What a post cannot keep', () => {
  it.each(['draft', 'trash'])('is listed: the password of %s', async (status) => {
    const notes = await notesOf({ 'wp:status': status, 'wp:post_password': 'x' });
    expect(notes).toContain('password-protected: its password was not imported');
  });

  it.each(['draft', 'pending', 'private', 'trash'])('is listed: the future date of %s', async (status) => {
    const notes = await notesOf({ 'wp:status': status, 'wp:post_date_gmt': '2099-01-02 03:04:05' });
    expect(notes).toContain('its date "2099-01-02T03:04:05.000Z" is in the future and was not imported');
  });

  it('is listed: the date of a post of Ghost that becomes a draft, or that is in the future', async () => {
    const notes = async (columns: Record<string, unknown>) =>
      (await readAll(fileOf(ghost({ posts: [ghostPost(columns)] })))).posts[0]?.notes;
    expect(await notes({ visibility: 'paid' })).toEqual(['visible to "paid": imported as a draft']);
    expect(await notes({ visibility: 'paid', created_at: '2020-01-01T00:00:00.000Z' })).toEqual([
      'visible to "paid": imported as a draft',
      'its date of publication "2020-02-03T04:05:06.000Z" was not imported',
    ]);
    expect(await notes({ published_at: '2099-01-02T03:04:05.000Z' })).toEqual([
      'its date "2099-01-02T03:04:05.000Z" is in the future; published with the time of the import',
    ]);
  });

  it('is listed with its address: a second enclosure', async () => {
    const sound = (name: string) => `https://blog.example/${name}.mp3\n123\naudio/mpeg`;
    expect(await notesOf({}, wxrMeta(['enclosure', sound('a')], ['enclosure', sound('b')]))).toEqual([
      'the value "enclosure" was not imported: another one has the same name; it is "https://blog.example/b.mp3"',
    ]);
  });

  it('is no GUID that is stored with the key of the post', async () => {
    const guid = (text: string) => `<guid>${text}</guid>`;
    expect(omittedOf(await read(wxrItem({}, guid('https://blog.example/?p=1'))))).toEqual([]);
    expect(omittedOf(await read(wxrItem({}, guid('https://blog.example/some/page/'))))).toEqual([]);
    expect(omittedOf(await read(wxrItem({}, guid('12'))))).toEqual(['1 post guid']);
  });
});

it('All values of a post that do not fit are counted with their reason, and the first are named', async () => {
  const values = wxrMeta(...Array.from({ length: 100 }, (_, n): [string, string] => [`field ${n}`, 'x']));
  const { posts } = await read(wxrItem({}, values));
  const tally = new Tally(new ListedInMemory());
  const notes = posts[0]?.notes ?? [];
  tally.add('imported', 'post', '1', 'A post', notes);
  expect(notes).toHaveLength(21);
  expect(notes[20]).toMatch(
    /^the value "…" was not imported: the post has more than 49 of them \(31 more: "field 69", /,
  );
  expect(tally.report().groups).toMatchObject([
    { count: 51, reason: 'the value "…" was not imported: the post has more than 49 of them' },
  ]);
});

it('A page of old versions of Ghost is counted as a page', async () => {
  const posts = [ghostPost({ type: undefined, page: 1, custom_template: 'x' })];
  expect(omittedOf(await readAll(fileOf(ghost({ posts }))))).toEqual(['1 page custom_template']);
});
