import type { z } from 'zod';
import { escapeText } from '../platform/content/attributes.js';
import type { Feed, FeedItem } from './feed.js';
import type { JsonFeedDocument } from './feeds.schemas.js';
import { element, textElement, type Xml, xmlDocument } from './xml.js';

const GENERATOR = 'Galley';

interface FeedFormat {
  /** The media type. */
  type: string;
  write(feed: Feed): string;
}

/** The links that all formats have: this page, the other pages (RFC 5005), and the hub (WebSub). */
function linksOf(
  { self, first, next, hub }: Feed,
  type: string,
): { href: string; rel: string; type?: string }[] {
  return [
    { href: self, rel: 'self', type },
    { href: first, rel: 'first', type },
    ...(next === undefined ? [] : [{ href: next, rel: 'next', type }]),
    ...(hub === undefined ? [] : [{ href: hub, rel: 'hub' }]),
  ];
}

const optional = (name: string, text: string | undefined): Xml[] =>
  text === undefined ? [] : [textElement(name, text)];

const rss: FeedFormat = {
  type: 'application/rss+xml',
  write: (feed) =>
    xmlDocument(
      element(
        'rss',
        {
          version: '2.0',
          'xmlns:atom': 'http://www.w3.org/2005/Atom',
          'xmlns:content': 'http://purl.org/rss/1.0/modules/content/',
          'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
        },
        [
          element('channel', {}, [
            textElement('title', feed.title),
            textElement('link', feed.home),
            textElement('description', feed.description),
            ...optional('language', feed.language),
            textElement('lastBuildDate', feed.updated.toUTCString()),
            textElement('generator', GENERATOR),
            ...linksOf(feed, rss.type).map((link) => element('atom:link', link)),
            ...feed.items.map(itemOfRss),
          ]),
        ],
      ),
    ),
};

const itemOfRss = (item: FeedItem): Xml =>
  element('item', {}, [
    textElement('title', item.title),
    textElement('link', item.url),
    // RSS does not say whether a description is text, so readers show it as HTML.
    textElement('description', escapeText(item.excerpt)),
    ...item.tags.map(({ name }) => textElement('category', name)),
    textElement('guid', item.id, { isPermaLink: 'false' }),
    textElement('pubDate', item.published.toUTCString()),
    textElement('dc:creator', item.author),
    ...optional('content:encoded', item.html),
  ]);

const atom: FeedFormat = {
  type: 'application/atom+xml',
  write: (feed) =>
    xmlDocument(
      element('feed', { xmlns: 'http://www.w3.org/2005/Atom', 'xml:lang': feed.language }, [
        textElement('id', feed.first),
        textElement('title', feed.title),
        textElement('subtitle', feed.description),
        textElement('updated', feed.updated.toISOString()),
        textElement('generator', GENERATOR),
        ...linksOf(feed, atom.type).map((link) => element('link', link)),
        element('link', { href: feed.home, rel: 'alternate' }),
        ...feed.items.map(entryOfAtom),
      ]),
    ),
};

const entryOfAtom = (item: FeedItem): Xml =>
  element('entry', {}, [
    textElement('id', item.id),
    textElement('title', item.title),
    element('link', { href: item.url, rel: 'alternate' }),
    textElement('published', item.published.toISOString()),
    textElement('updated', item.updated.toISOString()),
    element('author', {}, [textElement('name', item.author)]),
    ...item.tags.map(({ slug, name }) => element('category', { term: slug, label: name })),
    textElement('summary', item.excerpt),
    ...(item.html === undefined ? [] : [textElement('content', item.html, { type: 'html' })]),
  ]);

const contentOf = ({ html, excerpt }: FeedItem) =>
  html === undefined ? { content_text: excerpt } : { content_html: html, summary: excerpt };

const json: FeedFormat = {
  type: 'application/feed+json',
  write: (feed) =>
    JSON.stringify({
      version: 'https://jsonfeed.org/version/1.1',
      title: feed.title,
      description: feed.description,
      language: feed.language,
      home_page_url: feed.home,
      feed_url: feed.self,
      next_url: feed.next,
      ...(feed.hub !== undefined && { hubs: [{ type: 'WebSub', url: feed.hub }] }),
      items: feed.items.map((item) => ({
        id: item.id,
        url: item.url,
        title: item.title,
        ...contentOf(item),
        date_published: item.published.toISOString(),
        date_modified: item.updated.toISOString(),
        authors: [{ name: item.author }],
        tags: item.tags.map(({ name }) => name),
      })),
    } satisfies z.input<typeof JsonFeedDocument>),
};

export const FEED_FORMATS = { rss, atom, json } as const;
export type FeedFormatName = keyof typeof FEED_FORMATS;
