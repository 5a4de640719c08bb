import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import type { Feed } from './feed.js';
import { FEED_FORMATS } from './feed-formats.js';
import { SitemapService } from './sitemap.service.js';
import { validText } from './xml.js';

const PIECES = [
  ...[
    'x',
    ' ',
    ']]>',
    ']]',
    '>',
    '<',
    '&',
    '<![CDATA[',
    '&amp;',
    '&#1;',
    "'",
    '"',
    '<b>',
    '</title>',
    '<!--',
  ],
  ...['\n', '\r', '\r\n', '\t', '\u0085', '\u2028', '\u{1F600}', '\u{1FFFE}', '\uFFFD'],
];
/** Control characters, and what is no character. */
const INVALID = fc.oneof(
  fc.integer({ min: 0, max: 0x1f }),
  fc.integer({ min: 0x7f, max: 0x9f }),
  fc.integer({ min: 0xd800, max: 0xdfff }),
  fc.constantFrom(0xfffe, 0xffff),
);
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...PIECES),
      INVALID.map((unit) => String.fromCharCode(unit)),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

const feeds = fc
  .record({
    ...{ title: hostile, description: hostile, home: hostile, first: hostile, self: hostile, next: hostile },
    ...{ hub: hostile, id: hostile, url: hostile, item: hostile, excerpt: hostile, html: hostile },
    ...{ author: hostile, slug: hostile, name: hostile },
  })
  .map((texts) => ({
    texts,
    feed: {
      ...texts,
      language: 'en',
      updated: new Date(0),
      items: [
        {
          ...{ id: texts.id, url: texts.url, title: texts.item, excerpt: texts.excerpt, html: texts.html },
          ...{ published: new Date(0), updated: new Date(0), author: texts.author },
          tags: [{ slug: texts.slug, name: texts.name }],
        },
      ],
    } satisfies Feed,
  }));

/** Reads an XML document strictly: the texts of its elements and the values of their attributes, by path. */
function readXml(document: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const add = (path: string, text: string) => (found[path] ??= []).push(text);
  const open: { name: string; text: string; isLeaf: boolean }[] = [];
  const pathOf = () => open.map(({ name }) => name).join('/');
  const parser = new SaxesParser({ xmlns: false });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const parent = open.at(-1);
    if (parent) parent.isLeaf = false;
    open.push({ name, text: '', isLeaf: true });
    for (const [key, value] of Object.entries(attributes)) add(`${pathOf()}@${key}`, value);
  });
  const hold = (text: string) => {
    const top = open.at(-1);
    if (top) top.text += text;
  };
  parser.on('text', hold);
  parser.on('cdata', hold);
  parser.on('closetag', () => {
    const path = pathOf();
    const closed = open.pop();
    if (closed?.isLeaf) add(path, closed.text);
  });
  parser.write(document).close();
  return found;
}

describe('whatever authors write, a document', () => {
  it('in RSS is valid XML with exactly the texts that XML can contain', () => {
    fc.assert(
      fc.property(feeds, ({ feed, texts }) => {
        const read = readXml(FEED_FORMATS.rss.write(feed));
        const of = (path: string) => read[`rss/channel/${path}`];
        const all = (...given: string[]) => given.map(validText);
        expect([of('title'), of('link'), of('description')]).toEqual([
          all(texts.title),
          all(texts.home),
          all(texts.description),
        ]);
        expect(of('atom:link@href')).toEqual(all(texts.self, texts.first, texts.next, texts.hub));
        expect([of('item/title'), of('item/link'), of('item/guid')]).toEqual([
          all(texts.item),
          all(texts.url),
          all(texts.id),
        ]);
        expect([of('item/category'), of('item/dc:creator'), of('item/content:encoded')]).toEqual([
          all(texts.name),
          all(texts.author),
          all(texts.html),
        ]);
      }),
      { numRuns: 300 },
    );
  });

  it('in Atom is valid XML with exactly the texts that XML can contain', () => {
    fc.assert(
      fc.property(feeds, ({ feed, texts }) => {
        const read = readXml(FEED_FORMATS.atom.write(feed));
        const of = (path: string) => read[`feed/${path}`];
        const all = (...given: string[]) => given.map(validText);
        expect([of('id'), of('title'), of('subtitle')]).toEqual([
          all(texts.first),
          all(texts.title),
          all(texts.description),
        ]);
        expect(of('link@href')).toEqual(all(texts.self, texts.first, texts.next, texts.hub, texts.home));
        expect([of('entry/id'), of('entry/title'), of('entry/link@href')]).toEqual([
          all(texts.id),
          all(texts.item),
          all(texts.url),
        ]);
        expect([of('entry/category@term'), of('entry/category@label'), of('entry/author/name')]).toEqual([
          all(texts.slug),
          all(texts.name),
          all(texts.author),
        ]);
        expect([of('entry/summary'), of('entry/content')]).toEqual([all(texts.excerpt), all(texts.html)]);
      }),
      { numRuns: 300 },
    );
  });

  it('in JSON has exactly the same texts', () => {
    fc.assert(
      fc.property(feeds, ({ feed, texts }) => {
        const read = JSON.parse(FEED_FORMATS.json.write(feed)) as { items: object[] };
        expect(read).toMatchObject({
          title: texts.title,
          home_page_url: texts.home,
          items: [
            {
              ...{ id: texts.id, url: texts.url },
              ...{ title: texts.item, content_html: texts.html },
            },
          ],
        });
      }),
    );
  });

  it('in the sitemap is valid XML with exactly the addresses of the pages', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (page, image) => {
        const sitemap = new SitemapService(
          { read: () => [{ id: '', slug: '', updatedAt: '2026-01-01T00:00:00Z', images: [image] }] } as never,
          { addressOf: () => `https://www.example.com/${page}` } as never,
        );
        const file = await sitemap.file({} as never);
        expect(readXml(file?.body ?? '')['urlset/url/loc']).toEqual([
          `https://www.example.com/${validText(page)}`,
        ]);
      }),
      { numRuns: 300 },
    );
  });
});
