import { z } from 'zod';
import { MOST_CURSOR_CHARACTERS } from '../platform/lists/list-query.js';
import { Id, text, Timestamp } from '../platform/schemas/schemas.js';

/** Parameters that are not known are ignored: feed readers and links of newsletters add some of their own. */
export const FeedQuery = z.object({
  tag: text(1, 200).optional().describe('Only posts with this tag, given by slug.'),
  author: Id.optional().describe('Only posts of this author.'),
  cursor: z
    .string()
    .max(MOST_CURSOR_CHARACTERS)
    .optional()
    .describe('The position of a later page, as the link with the relation `next` contains it.'),
});
export type FeedQuery = z.output<typeof FeedQuery>;

export const SitemapQuery = z.object({
  part: z.string().max(1000).optional().describe('The name of a part, as the index contains it.'),
});

/** An imported post can have a long title, and a page a hundred posts. */
const MOST_CHARACTERS = 100_000_000;

const XML = z.string().max(MOST_CHARACTERS);
export const RssDocument = XML.describe(
  'RSS 2.0 with the namespaces of Atom links, Dublin Core and content.',
);
export const AtomDocument = XML.describe('Atom (RFC 4287).');
export const SitemapDocument = XML.describe('A `sitemapindex`, or with `part` a `urlset` with images.');
export const RobotsDocument = z.string().max(10_000).describe('RFC 9309.');

const JsonFeedItem = z
  .object({
    id: z.string().meta({ examples: ['urn:uuid:019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41'] }),
    url: z.string().meta({ examples: ['https://www.example.com/posts/hello-world'] }),
    title: z.string().meta({ examples: ['Hello, world'] }),
    content_html: z
      .string()
      .optional()
      .describe('The sanitized HTML, with complete addresses.')
      .meta({ contentMediaType: 'text/html', examples: ['<p>The first <em>words</em>.</p>\n'] }),
    content_text: z
      .string()
      .optional()
      .describe('The excerpt, if the item has no `content_html`.')
      .meta({ examples: ['The first words.'] }),
    summary: z
      .string()
      .optional()
      .meta({ examples: ['The first words.'] }),
    date_published: Timestamp,
    date_modified: Timestamp,
    authors: z.array(
      z.object({ name: z.string().meta({ examples: ['Ada Lovelace'] }) }).meta({ id: 'JsonFeedAuthor' }),
    ),
    tags: z
      .array(z.string())
      .optional()
      .meta({ examples: [['PostgreSQL']] }),
  })
  .meta({ id: 'JsonFeedItem' });

export const JsonFeedDocument = z
  .object({
    version: z.string().meta({ examples: ['https://jsonfeed.org/version/1.1'] }),
    title: z.string().meta({ examples: ['Posts'] }),
    description: z
      .string()
      .optional()
      .meta({ examples: ['Posts'] }),
    language: z
      .string()
      .optional()
      .meta({ examples: ['en'] }),
    home_page_url: z.string().meta({ examples: ['https://www.example.com/'] }),
    feed_url: z.string().meta({ examples: ['https://api.example.com/feeds/posts.json'] }),
    next_url: z
      .string()
      .optional()
      .describe('The next page. Absent on the last one.')
      .meta({ examples: ['https://api.example.com/feeds/posts.json?cursor=WyJoYXNoIl0.bWFj'] }),
    hubs: z
      .array(
        z
          .object({
            type: z.string().meta({ examples: ['WebSub'] }),
            url: z.string().meta({ examples: ['https://hub.example.com/'] }),
          })
          .meta({ id: 'JsonFeedHub' }),
      )
      .optional(),
    items: z.array(JsonFeedItem),
  })
  .meta({ id: 'JsonFeed' });
