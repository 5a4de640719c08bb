import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseFeed } from '@rowanmanning/feed-parser';
import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith';
import { parseSitemapIndex } from 'sitemap';
import type { Person } from './support/builders.js';
import { readInPython, schemaFaults } from './support/feeds/feed-readers.js';
import { type Galley, startGalley } from './support/galley.js';

const API = 'https://api.example.com';
const PAGE = 'https://www.example.com/posts/';
const HUB = 'https://hub.example.com/';
const FORMATS = ['rss', 'atom', 'json'] as const;
const HOSTILE = 'A <b>title</b> & ]]> ]]\u0001> “quotes” \u000b\uffff\u{1F600}';
const SHOWN = 'A <b>title</b> & ]]> ]]> “quotes” \u{1F600}';
const BODY = 'Words & ]]> with [a link](/about), ![an image](/images/a.png)\n\n```js\n1 < 2\n```\n';

let galley: Galley;
let ada: Person;
let grace: Person;

beforeAll(async () => {
  galley = await startGalley({
    PUBLIC_URL: `${API}/`,
    SITE_POST_URL: `${PAGE}{slug}`,
    FEED_TITLE: 'News & more',
    FEED_LANGUAGE: 'en',
    FEED_HUB_URL: HUB,
    FEED_ITEMS: '2',
  });
  ada = await galley.aUser({ name: 'Ada <Lovelace>' });
  grace = await galley.aUser({ name: 'Grace' });
  const published = { status: 'published', author: ada } as const;
  await galley.aPost({
    ...published,
    title: 'First',
    tags: ['Tools & Types'],
    publishedAt: '2026-01-01T00:00:00Z',
  });
  await galley.aPost({ ...published, title: 'Second', publishedAt: '2026-01-02T00:00:00Z' });
  await galley.aPost({
    ...published,
    author: grace,
    title: HOSTILE,
    body: BODY,
    slug: 'third',
    tags: ['Tools & Types', 'C'],
  });
  await galley.aPost({ author: ada, title: 'Secret draft', tags: ['Tools & Types'] });
});
afterAll(() => galley.stop());

const get = (path: string, headers?: Record<string, string>) => galley.anyone.get(path, headers);
const feed = async (path: string) => (await get(path).expect(200)).text;

/** The address of the next page, below this server. */
const nextOf = (page: string): string | undefined =>
  [/<(?:atom:)?link href="([^"]+)" rel="next"/, /"next_url":"([^"]+)"/]
    .map((pattern) => pattern.exec(page)?.[1])
    .find((address) => address !== undefined)
    ?.replaceAll('&amp;', '&')
    .replace(API, '');

describe('a feed', () => {
  it.each(FORMATS)('in %s has its media type, its links and the latest public posts', async (format) => {
    const { headers, text } = await get(`/feeds/posts.${format}`).expect(200);
    const types = { rss: 'application/rss+xml', atom: 'application/atom+xml', json: 'application/feed+json' };
    expect(headers.get('content-type')).toBe(`${types[format]}; charset=utf-8`);
    expect(headers.get('link')).toBe(`<${API}/feeds/posts.${format}>; rel="self", <${HUB}>; rel="hub"`);
    expect(headers.get('cache-control')).toMatch(/^public, max-age=0/);
    expect(text).not.toContain('Secret draft');
    expect(nextOf(text)).toMatch(/^\/feeds\/posts\.\w+\?cursor=/);
  });

  it.each(['rss', 'atom'] as const)('in %s is valid for a reader in Python', async (format) => {
    const read = readInPython(await feed(`/feeds/posts.${format}`));
    expect(read).toMatchObject({
      fault: null,
      version: format === 'rss' ? 'rss20' : 'atom10',
      title: 'News & more',
    });
    const rels = Object.fromEntries(read.links.map(({ rel, href }) => [rel, href]));
    expect(rels).toMatchObject({ self: `${API}/feeds/posts.${format}`, hub: HUB });
    const [third, second] = read.entries;
    expect(third).toMatchObject({ link: `${PAGE}third`, author: 'Grace', tags: ['Tools & Types', 'C'] });
    expect(third?.id).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
    expect(third?.content).toContain(`href="https://www.example.com/about"`);
    expect(third?.content).toContain(`src="https://www.example.com/images/a.png"`);
    expect(third?.content).toContain(']]&gt;');
    expect(third?.content).toContain('1 &lt; 2');
    expect(second).toMatchObject({
      title: 'Second',
      author: 'Ada <Lovelace>',
      published: [2026, 1, 2, 0, 0, 0],
    });
  });

  it.each(['rss', 'atom'] as const)('in %s is valid for a reader in JavaScript', async (format) => {
    const read = parseFeed(await feed(`/feeds/posts.${format}`));
    expect(read).toMatchObject({ meta: { type: format }, title: 'News & more', language: 'en' });
    expect(read.items.map(({ url }) => url)).toEqual([`${PAGE}third`, `${PAGE}second`]);
    expect(read.items[0]?.authors).toMatchObject([{ name: 'Grace' }]);
  });

  it('is valid for the library that writes it, and has the title as it was written', async () => {
    const rss = parseRssFeed(await feed('/feeds/posts.rss'));
    expect(rss.items?.[0]?.title).toBe(SHOWN);
    const atom = parseAtomFeed(await feed('/feeds/posts.atom'));
    expect(atom.entries?.[0]?.title).toMatchObject({ value: SHOWN });
    const text = await feed('/feeds/posts.json');
    expect(JSON.parse(text)).toMatchObject({ version: 'https://jsonfeed.org/version/1.1' });
    const json = parseJsonFeed(text);
    expect(json).toMatchObject({
      home_page_url: 'https://www.example.com/',
      feed_url: `${API}/feeds/posts.json`,
      hubs: [{ type: 'WebSub', url: HUB }],
      language: 'en',
    });
    expect(json.items?.[0]).toMatchObject({
      url: `${PAGE}third`,
      authors: [{ name: 'Grace' }],
      tags: ['Tools & Types', 'C'],
    });
  });

  it('exists for each tag and each author of a public post', async () => {
    const ofTag = parseRssFeed(await feed('/feeds/posts.rss?tag=tools-types'));
    expect([ofTag.title, ofTag.items?.map(({ title }) => title)]).toEqual([
      'News & more: Tools & Types',
      [SHOWN, 'First'],
    ]);
    const ofAda = parseRssFeed(await feed(`/feeds/posts.rss?author=${ada.id}`));
    expect(ofAda.items?.map(({ title }) => title)).toEqual(['Second', 'First']);
    const { body } = await get(`/feeds/posts.json?tag=tools-types&author=${ada.id}`).expect(200);
    expect(body.items.map(({ title }: { title: string }) => title)).toEqual(['First']);
    const address = `${API}/feeds/posts.atom?tag=tools-types&amp;author=${ada.id}`;
    expect(await feed(`/feeds/posts.atom?author=${ada.id}&tag=tools-types`)).toContain(`<id>${address}</id>`);
    for (const query of ['tag=no-such-tag', `author=${(await galley.aUser()).id}`])
      expect((await get(`/feeds/posts.atom?${query}`).expect(404)).body.code).toBe('feed_not_found');
  });

  it.each(['author=ada', 'tag=', 'tag=a&tag=b', 'cursor=damaged'])('refuses ?%s', async (query) => {
    expect((await get(`/feeds/posts.rss?${query}`).expect(400)).headers.get('content-type')).toMatch(
      /problem/,
    );
  });

  it('ignores parameters that readers and newsletters add, also in the addresses that it contains', async () => {
    for (const path of [
      '/feeds/posts.rss',
      '/feeds/posts.json?tag=tools-types',
      '/sitemap.xml',
      '/robots.txt',
    ]) {
      const plain = await get(path).expect(200);
      for (const added of ['_=1700000000', 'utm_source=news&utm_medium=email', 'page=2', '=1', '1'])
        expect((await get(`${path}${path.includes('?') ? '&' : '?'}${added}`).expect(200)).text).toBe(
          plain.text,
        );
    }
    await get('/api/v1/posts?_=1700000000').expect(400);
  });

  it('is the same for every caller, also with credentials that are not valid', async () => {
    const plain = await feed('/feeds/posts.rss');
    expect((await galley.as(ada).get('/feeds/posts.rss').expect(200)).text).toBe(plain);
    expect((await get('/feeds/posts.rss', { authorization: 'Bearer nonsense' }).expect(200)).text).toBe(
      plain,
    );
  });

  it('is 304 for readers that have its tag', async () => {
    const { headers } = await get('/feeds/posts.rss').expect(200);
    const etag = headers.get('etag') ?? '';
    expect((await get('/feeds/posts.rss', { 'if-none-match': etag }).expect(304)).text).toBe('');
    await get('/feeds/posts.rss', { 'if-none-match': '"other"' }).expect(200);
    const head = await galley.anyone.head('/feeds/posts.rss').expect(200);
    expect([head.text, head.headers.get('etag')]).toEqual(['', etag]);
  });

  it.each(FORMATS)(
    'in %s is never 304 by a date, because a post can disappear or be an older one',
    async (format) => {
      const path = `/feeds/posts.${format}`;
      const [earlier, later] = [0, Date.now() + 86_400_000].map((time) => new Date(time).toUTCString());
      const { headers } = await get(path).expect(200);
      expect(headers.get('last-modified')).toBeNull();
      await get(path, { 'if-modified-since': later ?? '' }).expect(200);
      await get(path, { 'if-unmodified-since': earlier ?? '' }).expect(200);
    },
  );

  it('changes with its posts, in every format', async () => {
    const post = await galley.aPost({ author: ada, status: 'published', title: 'Fleeting' });
    for (const format of FORMATS) expect(await feed(`/feeds/posts.${format}`)).toContain('Fleeting');
    await galley.as(ada).patch(`/api/v1/posts/${post.id}`, { title: 'Renamed' }).expect(200);
    for (const format of FORMATS) expect(await feed(`/feeds/posts.${format}`)).toContain('Renamed');
    await galley.as(ada).post(`/api/v1/posts/${post.id}/unpublish`).expect(200);
    for (const format of FORMATS) expect(await feed(`/feeds/posts.${format}`)).not.toContain('Renamed');
    await galley.as(ada).patch('/api/v1/users/me', { name: 'Countess' }).expect(200);
    expect(await feed(`/feeds/posts.json?author=${ada.id}`)).toContain('Countess');
  });

  it('has the HTML of each post that is not longer than its share of a page, whatever the other posts are', async () => {
    const other = await startGalley({ PUBLIC_URL: API, FEED_ITEMS: '20' }, galley.database);
    try {
      const by = await galley.aUser();
      const publish = (title: string, words: number) =>
        galley.aPost({ author: by, status: 'published', title, body: 'Many words. '.repeat(words) });
      const read = async () => {
        const { body } = await other.anyone.get(`/feeds/posts.json?author=${by.id}`).expect(200);
        return body.items as { title: string; content_html?: string; content_text?: string }[];
      };
      await publish('Short', 1);
      await publish('Long', 4300); // 51.6 KB
      await publish('Longer', 4500); // 54 KB
      const before = await read();
      expect(before.map(({ title, content_html: html }) => [title, html !== undefined])).toEqual([
        ['Longer', false],
        ['Long', true],
        ['Short', true],
      ]);
      expect(before[0]?.content_text).toContain('Many words.');
      for (let more = 0; more < 12; more++) await publish(`More ${more}`, 4300);
      expect((await read()).slice(-3)).toEqual(before);
    } finally {
      await other.stop();
    }
  });
});

describe('a deployment', () => {
  it('can show excerpts only, and needs its address', async () => {
    const other = await startGalley(
      { PUBLIC_URL: API, FEED_CONTENT: 'excerpt', ROBOTS: 'disallow' },
      galley.database,
    );
    try {
      const { body } = await other.anyone.get('/feeds/posts.json').expect(200);
      const [item] = body.items.filter(({ title }: { title: string }) => title === 'Second');
      expect(item).toMatchObject({ content_text: 'Words.', url: `${API}/api/v1/posts/second` });
      expect(item.content_html).toBeUndefined();
      expect((await other.anyone.get('/robots.txt').expect(200)).text).toBe('User-agent: *\nDisallow: /\n');
    } finally {
      await other.stop();
    }
    const unnamed = await startGalley({}, galley.database);
    try {
      for (const path of ['/feeds/posts.rss', '/sitemap.xml'])
        expect((await unnamed.anyone.get(path).expect(404)).body.code).toBe('feeds_not_configured');
    } finally {
      await unnamed.stop();
    }
  });
});

describe('10,000 posts', () => {
  const COUNT = 10_000;
  let many: Galley;
  beforeAll(async () => {
    many = await startGalley({ PUBLIC_URL: API, SITE_POST_URL: `${PAGE}{slug}`, FEED_ITEMS: '100' });
    const by = await many.aUser();
    await many.database.query(
      `INSERT INTO posts (id, slug, title, body, html, html_version, status, published_at, created_at, author_id)
       SELECT gen_random_uuid(), 'post-' || n, 'Post ' || n, 'Words', '<p>Words <img src="/i/' || n || '.png"></p>', 1000,
         'published', now() - n / 3 * interval '1 minute', now() - n * interval '1 minute', $1
       FROM generate_series(1, $2::integer) n`,
      [by.id, COUNT],
    );
  });
  afterAll(() => many.stop());

  it.each(FORMATS)('are all read by pages in %s, each one once (RFC 5005)', async (format) => {
    const seen: string[] = [];
    let pages = 0;
    for (let path: string | undefined = `/feeds/posts.${format}`; path !== undefined; pages++) {
      const { text } = await many.anyone.get(path).expect(200);
      seen.push(...(text.match(/urn:uuid:[0-9a-f-]{36}/g) ?? []));
      path = nextOf(text);
    }
    expect([pages, seen.length, new Set(seen).size]).toEqual([COUNT / 100, COUNT, COUNT]);
  });

  it('are all in the sitemap with their images, which follows the schema of the protocol', async () => {
    const { text: index, headers } = await many.anyone.get('/sitemap.xml').expect(200);
    expect(headers.get('content-type')).toBe('application/xml; charset=utf-8');
    expect(schemaFaults(index, 'siteindex.xsd')).toBe('');
    const files = await parseSitemapIndex(Readable.from([index]));
    expect(files).toHaveLength(COUNT / 1000);
    const seen = new Set<string>();
    for (const { url } of files) {
      const { text } = await many.anyone.get(url.replace(API, '')).expect(200);
      expect(schemaFaults(text, 'urlset.xsd')).toBe('');
      const urls = [
        ...text.matchAll(
          /<loc>([^<]+)<\/loc>\s*<lastmod>[^<]+<\/lastmod>\s*<image:image>\s*<image:loc>([^<]+)</g,
        ),
      ];
      for (const [, page = '', image = ''] of urls) {
        expect(image).toBe(`https://www.example.com/i/${page.split('-')[1]}.png`);
        seen.add(page);
      }
    }
    expect(seen.size).toBe(COUNT);
  });

  it('leave the sitemap when they are no longer public, and a part that nobody named does not exist', async () => {
    const { text: index } = await many.anyone.get('/sitemap.xml').expect(200);
    const [first] = await parseSitemapIndex(Readable.from([index]));
    const path = (first?.url ?? '').replace(API, '');
    const { text } = await many.anyone.get(path).expect(200);
    const slug = /posts\/(post-\d+)</.exec(text)?.[1] as string;
    const { body: post } = await many.anyone.get(`/api/v1/posts/${slug}`).expect(200);
    await many
      .as(await many.aUser({ role: 'editor' }))
      .post(`/api/v1/posts/${post.id}/archive`)
      .expect(200);
    expect((await many.anyone.get(path).expect(200)).text).not.toContain(`/${slug}<`);
    for (const damaged of [`${path}x`, '/sitemap.xml?part=x', '/sitemap.xml?part='])
      expect((await many.anyone.get(damaged).expect(400)).body.code).toBe('invalid_sitemap_part');
  });
});

describe('a part of the sitemap', () => {
  const insert = (there: Galley, by: Person, count: number, html: string) =>
    there.database.query(
      `INSERT INTO posts (id, slug, title, body, html, html_version, status, published_at, created_at, author_id)
       SELECT gen_random_uuid(), 'post-' || gen_random_uuid(), 'Post', 'Words', $3, 1000, 'published', now(),
         clock_timestamp(), $1
       FROM generate_series(1, $2::integer)`,
      [by.id, count, html],
    );
  let fresh: Galley;
  let by: Person;
  const partOf = async () => {
    const { text } = await fresh.anyone.get('/sitemap.xml').expect(200);
    const [first] = await parseSitemapIndex(Readable.from([text]));
    return (first?.url ?? '').replace(API, '');
  };
  beforeAll(async () => {
    fresh = await startGalley({
      PUBLIC_URL: API,
      SITE_POST_URL: `${PAGE}{slug}`,
      FEED_CACHE_TTL_SECONDS: '0',
      // Finding all images of these posts takes some ten seconds, and finding the first ones a tenth of a second.
      DATABASE_STATEMENT_TIMEOUT_MS: '3000',
    });
    by = await fresh.aUser();
  });
  afterAll(() => fresh.stop());

  it('has the first images of each post, at a cost that does not grow with the number of images', async () => {
    const odd = '<p>&lt;img src="no.png"&gt;</p><img alt="none"><video src="/no.mp4"></video>';
    const images = Array.from({ length: 5700 }, (_, n) => `<img src="/i/${n}.png?a=1&amp;b=2">`);
    await insert(fresh, by, 250, odd + images.join(''));
    const { text } = await fresh.anyone.get(await partOf()).expect(200);
    expect(schemaFaults(text, 'urlset.xsd')).toBe('');
    const urls = text.split('<url>').slice(1);
    expect(urls).toHaveLength(250);
    const found = [...(urls[0] ?? '').matchAll(/<image:loc>([^<]+)</g)].map(([, address]) => address);
    // One of the first 20 images has no address.
    expect(found).toEqual(
      Array.from({ length: 19 }, (_, n) => `https://www.example.com/i/${n}.png?a=1&amp;b=2`),
    );
  });

  it('has the address of an image whatever its other attributes say, and none that is cut off', async () => {
    const odd =
      '<img alt=" src=" src="/1.png"><img alt="src=" title="a b" src="/2.png"><img src="/3.png" alt=" src=">' +
      '<img data-src="/no.png" alt="none"><p>';
    const cut = '<img src="/cut-off.png">';
    const other = await startGalley({ PUBLIC_URL: API, SITE_POST_URL: `${PAGE}{slug}` });
    try {
      const path = '/sitemap.xml';
      const who = await other.aUser();
      await insert(other, who, 1, `${odd.padEnd(50_000 - 15, 'x')}${cut}`);
      const [part] = await parseSitemapIndex(
        Readable.from([(await other.anyone.get(path).expect(200)).text]),
      );
      const { text } = await other.anyone.get((part?.url ?? '').replace(API, '')).expect(200);
      expect([...text.matchAll(/<image:loc>([^<]+)</g)].map(([, address]) => address)).toEqual(
        ['1', '2', '3'].map((name) => `https://www.example.com/${name}.png`),
      );
    } finally {
      await other.stop();
    }
  });

  it('grows until the index is read again, and then has each post once', async () => {
    const path = await partOf();
    await insert(fresh, by, 2500, '<p>Words</p>');
    const { text } = await fresh.anyone.get(path).expect(200);
    const addresses = text.match(/<loc>[^<]+/g) ?? [];
    expect([addresses.length, new Set(addresses).size]).toEqual([2750, 2750]);
  });
});

it('robots.txt names the sitemap', async () => {
  const { text, headers } = await get('/robots.txt').expect(200);
  expect(text).toBe(`User-agent: *\nDisallow:\n\nSitemap: ${API}/sitemap.xml\n`);
  expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
});
