import { generateAtomFeed, generateJsonFeed, generateRssFeed } from 'feedsmith';
import { escapeText } from '../platform/content/attributes.js';
import type { Feed, FeedItem } from './feed.js';
import { validXml } from './valid-xml.js';

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
): { rel: string; href: string; type?: string }[] {
  return [
    { rel: 'self', href: self, type },
    { rel: 'first', href: first, type },
    ...(next === undefined ? [] : [{ rel: 'next', href: next, type }]),
    ...(hub === undefined ? [] : [{ rel: 'hub', href: hub }]),
  ];
}

const rss: FeedFormat = {
  type: 'application/rss+xml',
  write(feed) {
    const text = generateRssFeed({
      title: feed.title,
      link: feed.home,
      description: feed.description,
      language: feed.language,
      generator: GENERATOR,
      lastBuildDate: feed.updated,
      atom: { links: linksOf(feed, rss.type) },
      items: feed.items.map((item) => ({
        title: item.title,
        link: item.url,
        guid: { value: item.id, isPermaLink: false },
        pubDate: item.published,
        // RSS does not say whether a description is text, so readers show it as HTML.
        description: escapeText(item.excerpt),
        categories: item.tags.map(({ name }) => ({ name })),
        dc: { creators: [item.author] },
        ...(item.html !== undefined && { content: { encoded: item.html } }),
      })),
    });
    return validXml(text);
  },
};

const atom: FeedFormat = {
  type: 'application/atom+xml',
  write(feed) {
    const text = generateAtomFeed({
      id: feed.first,
      title: { value: feed.title },
      subtitle: { value: feed.description },
      updated: feed.updated,
      generator: { text: GENERATOR },
      links: [...linksOf(feed, atom.type), { rel: 'alternate', href: feed.home }],
      ...(feed.language !== undefined && { xml: { lang: feed.language } }),
      entries: feed.items.map((item) => ({
        id: item.id,
        title: { value: item.title },
        links: [{ rel: 'alternate', href: item.url }],
        published: item.published,
        updated: item.updated,
        authors: [{ name: item.author }],
        categories: item.tags.map(({ slug, name }) => ({ term: slug, label: name })),
        summary: { value: item.excerpt },
        ...(item.html !== undefined && { content: { type: 'html', value: item.html } }),
      })),
    });
    return validXml(text);
  },
};

const contentOf = ({ html, excerpt }: FeedItem) =>
  html === undefined ? { content_text: excerpt } : { content_html: html, summary: excerpt };

const json: FeedFormat = {
  type: 'application/feed+json',
  write: (feed) =>
    JSON.stringify({
      items: [], // The library leaves out an empty list, which JSON Feed requires.
      ...(generateJsonFeed({
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
          date_published: item.published,
          date_modified: item.updated,
          authors: [{ name: item.author }],
          tags: item.tags.map(({ name }) => name),
        })),
      }) as object),
    }),
};

export const FEED_FORMATS = { rss, atom, json } as const;
export type FeedFormatName = keyof typeof FEED_FORMATS;
