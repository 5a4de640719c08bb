import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ImportService, type ImportOptions } from '../src/import/import.service.js';
import type { ImportReport } from '../src/import/import.report.js';
import { type Galley, startGalley } from './support/galley.js';
import { fileOf, wxr, wxrComment, wxrItem, wxrMeta } from './support/import-files.js';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley();
});
afterAll(() => galley.stop());
beforeEach(() => galley.database.query('TRUNCATE users, posts, tags, comments, import_keys CASCADE'));

const importText = (text: string, options?: ImportOptions): Promise<ImportReport> =>
  galley.app.get(ImportService).run(fileOf(text), options);

const AUTHOR =
  '<wp:author><wp:author_id>7</wp:author_id><wp:author_login>ada</wp:author_login>' +
  '<wp:author_email>ada@blog.example</wp:author_email><wp:author_display_name>Ada</wp:author_display_name></wp:author>';

interface Item {
  id: number;
  /** The GUID. Empty for none. */
  guid: string;
  slug: string;
  day: number;
  type?: string;
  parent?: number;
  image?: number;
  /** The comments as number, name and text. */
  comments?: [number, string, string][];
}

const anItem = ({ id, guid, slug, day, type = 'post', parent = 0, image, comments = [] }: Item) =>
  wxrItem(
    {
      ...{ title: `The ${slug}`, guid, 'wp:post_id': String(id), 'wp:post_name': slug },
      ...{ 'wp:post_type': type, 'wp:post_parent': String(parent) },
      'wp:post_date_gmt': `2020-02-${String(day).padStart(2, '0')} 04:05:06`,
    },
    (image ? wxrMeta(['_thumbnail_id', String(image)]) : '') +
      comments
        .map(([number, author, content]) => wxrComment({ id: String(number), author, content }))
        .join(''),
  );

const anImage = (id: number) =>
  wxrItem({
    'wp:post_id': String(id),
    'wp:post_type': 'attachment',
    'wp:attachment_url': `https://media.example/${id}.jpg`,
  });

const fileAt = (address: string, ...items: string[]) =>
  wxr(AUTHOR + items.join('')).replaceAll('https://blog.example', address);

/** A site whose three posts have comments, and two pages. */
const SITE = 'old.example';
const guid = (id: number, site = SITE) => `http://${site}/?p=${id}`;
const one: Item = {
  ...{ id: 1, guid: guid(1), slug: 'one', day: 1, image: 8 },
  comments: [
    [1, 'Bea', 'First'],
    [2, 'Cy', 'Second'],
  ],
};
const two: Item = { id: 2, guid: guid(2), slug: 'two', day: 2, comments: [[3, 'Bea', 'Third']] };
const three: Item = { id: 3, guid: guid(3), slug: 'three', day: 3 };
const above: Item = { id: 4, guid: guid(4), slug: 'above', day: 4, type: 'page' };
const below: Item = { id: 5, guid: guid(5), slug: 'below', day: 5, type: 'page', parent: 4 };
const ALL = [one, two, three, above, below];
const siteAt = (address: string, items: Item[] = ALL) =>
  fileAt(address, ...items.map(anItem), anImage(8), anImage(9));

/** The same posts after an import into another WordPress that had posts already: every number is another one's. */
const RENUMBERED: Item[] = [
  {
    ...one,
    id: 2,
    image: 9,
    comments: [
      [2, 'Bea', 'First'],
      [3, 'Cy', 'Second'],
    ],
  },
  { ...two, id: 1, comments: [[1, 'Bea', 'Third']] },
  { ...three, id: 5 },
  { ...above, id: 3 },
  { ...below, id: 4, parent: 3 },
];

const importedOf = ({ counts }: ImportReport) => {
  const of = (kind: string) => counts[kind]?.imported ?? 0;
  return of('post') + of('page') + of('comment') + of('author');
};

/** Everything that readers see of the posts, without what an import may store in addition. */
const content = () =>
  galley.database.query(`
    SELECT p.slug, p.title, p.meta, above.slug AS above, p.version,
      (SELECT array_agg(coalesce(c.guest_name, '') || ': ' || c.body ORDER BY c.id) FROM comments c WHERE c.post_id = p.id) AS comments
    FROM posts p LEFT JOIN posts above ON above.id = p.parent_id ORDER BY p.slug`);

async function expectNothingNew(text: string, options?: ImportOptions): Promise<ImportReport> {
  const before = await content();
  const report = await importText(text, options);
  expect(await content()).toEqual(before);
  expect(importedOf(report)).toBe(0);
  return report;
}

describe('The export of a site that was imported before', () => {
  it.each([
    'http://old.example',
    'https://www.old.example',
    'https://OLD.Example',
    'http://old.example:80',
    'https://old.example:443/',
    'https://old.example./',
    'https://old.example///',
  ])('brings nothing at %s', async (address) => {
    await importText(siteAt('https://old.example'));
    await expectNothingNew(siteAt(address));
    await expectNothingNew(siteAt(address), { site: address });
  });

  it('brings nothing under the other spelling of an international host, in either order', async () => {
    const [letters, ascii] = ['https://Bücher.example/Räume', 'https://xn--bcher-kva.example/R%C3%A4ume'];
    await importText(siteAt(letters));
    await expectNothingNew(siteAt(ascii));
    await expectNothingNew(siteAt(letters));
  });

  it.each(['http://bücher.example', 'https://www.Bücher.example:443', 'http://xn--bcher-kva.example/'])(
    'brings nothing if an earlier release stored the address %s',
    async (address) => {
      await importText(siteAt(address));
      await galley.database.query(`DELETE FROM import_keys WHERE key LIKE '% at %'`);
      await galley.database.query(
        `UPDATE import_keys SET guid = NULL, key = replace(key, 'wordpress xn--bcher-kva.example ', $1)`,
        [`wordpress ${address.replace(/\/$/, '')} `],
      );
      const keys = await galley.database.query(
        `SELECT key FROM import_keys WHERE key LIKE 'wordpress http%'`,
      );
      expect(keys).toHaveLength(9);
      await expectNothingNew(siteAt('https://bücher.example'));
      await expectNothingNew(siteAt('https://xn--bcher-kva.example'));
    },
  );

  it('asks no question about a site in a folder whose GUIDs are permalinks', async () => {
    const permalinks = (folder: string) =>
      ALL.map((item) => ({
        ...item,
        guid: `https://example.com${folder}/${item.slug}/`,
        slug: `${item.slug}${folder.slice(1)}`,
      }));
    await importText(siteAt('https://example.com', permalinks('')));
    const inFolder = permalinks('/blog').map((item) => ({ ...item, day: item.day + 10 }));
    const report = await importText(siteAt('https://example.com/blog', inFolder));
    expect(report.counts).toMatchObject({ post: { imported: 3 }, page: { imported: 2 } });
  });

  it('asks no question about other posts of a site that never had an address of its own', async () => {
    const local = (day: number, prefix: string) =>
      ALL.map((item) => ({
        ...item,
        guid: guid(item.id, 'localhost'),
        day: item.day + day,
        slug: prefix + item.slug,
      }));
    await importText(siteAt('http://localhost', local(0, '')));
    const report = await importText(siteAt('https://new.example', local(10, 'new-')));
    expect(report.counts).toMatchObject({ post: { imported: 3 }, page: { imported: 2 } });
  });
});

describe('The export of a site that has moved', () => {
  it('asks for the site, and then brings nothing', async () => {
    await importText(siteAt('https://old.example'));
    await expect(importText(siteAt('https://new.example'))).rejects.toThrow(
      /brought the post “The one” from the site old\.example, and this file is of the site new\.example.*--site/,
    );
    await expectNothingNew(siteAt('https://new.example'), { site: 'old.example' });
  });

  it('asks also at the second move, whether the first one was named or not', async () => {
    await importText(siteAt('https://old.example'));
    await expectNothingNew(siteAt('https://new.example'), { site: 'old.example' });
    await expect(importText(siteAt('https://newer.example'))).rejects.toThrow(
      /from the site old\.example.*--site/,
    );
    await expectNothingNew(siteAt('https://newer.example'), { site: 'old.example' });
  });

  it('asks if it had moved before its first import', async () => {
    await importText(siteAt('https://new.example'));
    await expect(importText(siteAt('https://newer.example'))).rejects.toThrow(
      /from the site new\.example.*--site/,
    );
    await expectNothingNew(siteAt('https://newer.example'), { site: 'new.example' });
    await importText(siteAt('https://newer.example'), { site: 'newer.example' });
    await expectNothingNew(siteAt('https://newer.example'));
  });

  it('asks if an earlier release stored no GUID, and learns the GUIDs otherwise', async () => {
    await importText(siteAt('https://new.example'));
    await galley.database.query('UPDATE import_keys SET guid = NULL');
    await expect(importText(siteAt('https://newer.example'))).rejects.toThrow(
      /from the site new\.example.*--site/,
    );
    await expectNothingNew(siteAt('https://new.example'));
    const guids = await galley.database.query('SELECT guid FROM import_keys WHERE guid IS NOT NULL');
    expect(guids).toHaveLength(5);
  });

  it('asks if a tool has replaced its address in the GUIDs, too', async () => {
    const moved = (site: string) =>
      siteAt(
        `https://${site}`,
        ALL.map((item) => ({ ...item, guid: guid(item.id, site) })),
      );
    await importText(moved('old.example'));
    await expect(importText(moved('new.example'))).rejects.toThrow(/from the site old\.example.*--site/);
    await expectNothingNew(moved('new.example'), { site: 'old.example' });
    await importText(moved('new.example'), { site: 'new.example' });
    await expectNothingNew(moved('new.example'));
  });

  it('recognizes posts without a date if a tool has replaced its address in the GUIDs', async () => {
    const undated = (site: string) =>
      siteAt(
        `https://${site}`,
        [one, { ...two, day: 0 }, three].map((item) => ({ ...item, guid: guid(item.id, site) })),
      );
    await importText(undated('old.example'));
    await expectNothingNew(undated('new.example'), { site: 'old.example' });
  });

  it('asks if the posts came from another source, because nothing says that they are the same', async () => {
    await importText(siteAt('https://old.example'));
    await galley.database.query('TRUNCATE import_keys');
    await expect(importText(siteAt('https://old.example'))).rejects.toThrow(
      /“The one” is already here with the same slug and time.*name old\.example as its site \(--site/,
    );
    expect(importedOf(await importText(siteAt('https://old.example'), { site: 'old.example' }))).toBe(8);
  });

  it('brings the posts that were written since, each once', async () => {
    const four: Item = {
      id: 6,
      guid: guid(6, 'new.example'),
      slug: 'four',
      day: 6,
      comments: [[4, 'Bea', 'New']],
    };
    await importText(siteAt('https://old.example'));
    const file = siteAt('https://new.example', [...ALL, four]);
    const report = await importText(file, { site: 'old.example' });
    expect(report.counts).toMatchObject({
      post: { imported: 1, present: 3 },
      comment: { imported: 1, present: 3 },
    });
    await expectNothingNew(file, { site: 'old.example' });
    await expectNothingNew(siteAt('https://newer.example', [...ALL, four]), { site: 'old.example' });
  });

  it('recognizes posts that came from two of its addresses', async () => {
    const late: Item = { id: 6, guid: guid(6, 'new.example'), slug: 'late', day: 6 };
    await importText(siteAt('https://old.example'));
    await importText(siteAt('https://new.example', [late]));
    const report = await expectNothingNew(siteAt('https://newest.example', [...ALL, late]), {
      site: 'old.example',
    });
    expect(report.items.filter(({ kind }) => kind !== 'attachment')).toMatchObject([
      { outcome: 'present', title: 'The late', reasons: ['an earlier import brought it from new.example'] },
    ]);
  });
});

describe('Posts that WordPress has numbered anew', () => {
  it.each([
    ['with GUIDs', 'SELECT 1'],
    ['by an earlier release', 'UPDATE import_keys SET guid = NULL'],
  ])('are recognized if they were imported %s', async (_, change) => {
    await importText(siteAt('https://old.example'));
    await galley.database.query(change);
    await expect(importText(siteAt('https://new.example', RENUMBERED))).rejects.toThrow(/--site/);
    await expectNothingNew(siteAt('https://new.example', RENUMBERED), { site: 'old.example' });
    await expectNothingNew(siteAt('https://new.example', RENUMBERED), { site: 'old.example' });
  });

  it('are recognized at the same address', async () => {
    await importText(siteAt('https://old.example'));
    await expectNothingNew(siteAt('https://old.example', RENUMBERED));
    await expectNothingNew(siteAt('https://old.example'));
  });

  it('are recognized by permalinks', async () => {
    const permalinks = (items: Item[]) =>
      items.map((item) => ({ ...item, guid: `https://old.example/${item.slug}/` }));
    await importText(siteAt('https://old.example', permalinks(ALL)));
    await expectNothingNew(siteAt('https://new.example', permalinks(RENUMBERED)), { site: 'old.example' });
    await galley.database.query('UPDATE import_keys SET guid = NULL');
    await expectNothingNew(siteAt('https://new.example', permalinks(RENUMBERED)), { site: 'old.example' });
  });

  it('come with their parents, images and comments if they are new', async () => {
    await importText(siteAt('https://old.example', [{ ...one, guid: guid(99), slug: 'first', day: 9 }]));
    const file = siteAt('https://new.example', RENUMBERED);
    const report = await importText(file, { site: 'old.example' });
    expect(report.counts).toMatchObject({
      post: { imported: 3 },
      page: { imported: 2 },
      comment: { imported: 3 },
    });
    expect(await content()).toMatchObject([
      { slug: 'above', above: null },
      { slug: 'below', above: 'above' },
      { slug: 'first', comments: ['Bea: First', 'Cy: Second'] },
      {
        slug: 'one',
        meta: { featuredImage: 'https://media.example/9.jpg' },
        comments: ['Bea: First', 'Cy: Second'],
      },
      { slug: 'three' },
      { slug: 'two', comments: ['Bea: Third'] },
    ]);
    await expectNothingNew(file, { site: 'old.example' });
  });

  it('stay beside a post of the new site that has one of their numbers', async () => {
    await importText(siteAt('https://old.example'));
    const hello: Item = {
      ...{ id: 3, guid: guid(3, 'new.example'), slug: 'hello', day: 20 },
      comments: [[1, 'Bea', 'Hello']],
    };
    const others = RENUMBERED.map((item) =>
      item.id === 3 ? { ...item, id: 6 } : item.parent === 3 ? { ...item, parent: 6 } : item,
    );
    for (const items of [
      [hello, ...others],
      [...others, hello],
    ]) {
      const file = siteAt('https://new.example', items);
      await importText(file, { site: 'old.example' });
      expect(await content()).toHaveLength(6);
      await expectNothingNew(file, { site: 'old.example' });
    }
    expect(await content()).toContainEqual(
      expect.objectContaining({ slug: 'hello', comments: ['Bea: Hello'] }),
    );
  });

  it('do not come back after they were deleted here', async () => {
    await importText(siteAt('https://old.example'));
    await galley.database.query(`DELETE FROM posts WHERE slug = 'two'`);
    await expectNothingNew(siteAt('https://new.example', RENUMBERED), { site: 'old.example' });
  });
});

describe('A comment whose number belongs to a comment of another post', () => {
  const numbered = (item: Item, comments: Item['comments']) => ({ ...item, comments });

  it('comes if it is new, and once', async () => {
    await importText(siteAt('https://old.example'));
    const file = siteAt('https://old.example', [
      numbered(two, [
        [3, 'Bea', 'Third'],
        [1, 'Di', 'New'],
      ]),
    ]);
    const report = await importText(file);
    expect(report.counts.comment).toMatchObject({ imported: 1, present: 1 });
    expect(await content()).toContainEqual(
      expect.objectContaining({ slug: 'two', comments: ['Bea: Third', 'Di: New'] }),
    );
    await expectNothingNew(file);
    await expectNothingNew(siteAt('https://old.example'));
  });

  it('is listed if a comment of a site that has moved may be one that was deleted here', async () => {
    await importText(siteAt('https://old.example'));
    await galley.database.query(`DELETE FROM comments WHERE body = 'Second'`);
    const file = siteAt('https://new.example', [one]);
    const report = await expectNothingNew(file, { site: 'old.example' });
    expect(report.items.filter(({ kind }) => kind !== 'attachment')).toMatchObject([
      {
        outcome: 'skipped',
        kind: 'comment',
        reasons: ['a comment with its number was deleted here after an earlier import'],
      },
    ]);
  });
});

describe('An imported post', () => {
  it('takes back every value that it has, although a client could not choose it', async () => {
    const long = 'x'.repeat(300);
    await importText(
      fileAt(
        'https://old.example',
        wxrItem({
          title: long,
          'wp:post_name': 'Mein_Beitrag.日本',
          'excerpt:encoded': `${long} `.repeat(4) + long,
        }),
        anItem(above),
        anItem(below),
      ),
    );
    const admin = galley.as(await galley.aUser({ role: 'admin' }));
    const path = `/api/v1/posts/${encodeURIComponent('Mein_Beitrag.日本')}`;
    const read = (await admin.get(path).expect(200)).body;
    const { title, excerpt, slug, type, parentId, featured, commentsOpen, meta, body } = read;
    const same = { title, excerpt, slug, type, parentId, featured, commentsOpen, meta, body };
    const { body: after } = await admin.patch(path, same).expect(200);
    expect(after).toMatchObject(same);
    for (const [field, value] of Object.entries({
      title: `${title}y`,
      excerpt: `${excerpt}y`,
      slug: 'Other_slug',
    })) {
      const { body: problem } = await admin.patch(path, { [field]: value }).expect(400);
      expect(problem).toMatchObject({ code: 'validation_failed', errors: [{ path: field }] });
    }
  });

  it('keeps a parent that its author may not edit', async () => {
    await importText(fileAt('https://old.example', anItem(above), anItem(below)));
    const author = await galley.aUser({ role: 'author' });
    await galley.database.query(`UPDATE posts SET author_id = $1 WHERE slug = 'below'`, [author.id]);
    const { parentId } = (await galley.as(author).get('/api/v1/posts/below').expect(200)).body;
    expect(parentId).toBe((await galley.as(author).get('/api/v1/posts/above').expect(200)).body.id);
    await galley.as(author).patch('/api/v1/posts/below', { parentId, title: 'Ours' }).expect(200);
  });
});

describe('The featured image', () => {
  it('replaces a custom field of its name, which is listed', async () => {
    const file = (image: number) =>
      fileAt(
        'https://old.example',
        wxrItem({}, wxrMeta(['featuredImage', '12'], ['_thumbnail_id', String(image)])),
        anImage(8),
      );
    const report = await importText(file(8));
    expect(await content()).toMatchObject([{ meta: { featuredImage: 'https://media.example/8.jpg' } }]);
    expect(report.items.find(({ kind }) => kind === 'post')?.reasons).toEqual([
      'the custom field "featuredImage" was replaced by the address of the featured image, which has this name',
    ]);
    await galley.database.query('TRUNCATE posts, import_keys CASCADE');
    await importText(file(7));
    expect(await content()).toMatchObject([{ meta: { featuredImage: '12' } }]);
  });
});
