import type { ConfigType } from '@nestjs/config';
import { z } from 'zod';
import { settingsOf } from '../platform/config/area.js';
import { integer, oneOf, setting, url } from '../platform/config/fields.js';

export type FeedsSettings = ConfigType<typeof feedsSettings>;

const oneLine = z
  .string()
  .max(200, 'must have at most 200 characters')
  .regex(/^\P{Cc}*$/u, 'must be one line');

export const feedsSettings = settingsOf('feeds', {
  heading: 'Feeds',
  fields: {
    FEED_TITLE: setting(oneLine.min(1, 'must not be empty').prefault('Posts'), 'The title of the feeds'),
    FEED_DESCRIPTION: setting(oneLine.optional(), 'A sentence that describes the feeds. Default: the title', {
      example: 'News about printing presses',
    }),
    FEED_LANGUAGE: setting(
      z
        .string()
        .regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, 'must be a language tag such as en or pt-BR')
        .optional(),
      'The language of the feeds (BCP 47). Default: none is named',
      { example: 'en' },
    ),
    FEED_CONTENT: setting(
      oneOf(['whole', 'excerpt'], 'whole'),
      'What feeds contain of each post: `whole` or `excerpt`. A post whose HTML is longer than 1 MiB divided by FEED_ITEMS (52 KiB by default) has its excerpt in any case',
    ),
    FEED_ITEMS: setting(integer(20, 1, 100), 'The number of posts on a page of a feed'),
    FEED_CACHE_TTL_SECONDS: setting(
      integer(600, 0, 604_800),
      'The lifetime in seconds of a cached feed or part of the sitemap. A change of a public post invalidates it immediately. 0 disables the cache',
    ),
    FEED_HUB_URL: setting(
      url(['https', 'http'], 'https://hub.example.com').optional(),
      'The WebSub hub that the feeds name. Galley does not call the hub: a webhook of `post.published` can',
      { example: 'https://pubsubhubbub.appspot.com' },
    ),
    ROBOTS: setting(
      oneOf(['allow', 'disallow'], 'allow'),
      'What robots.txt says to search engines. Use `disallow` for a server that must not be found',
    ),
  },
  warnings: (_values, known) =>
    known.production && (known as { PUBLIC_URL?: string }).PUBLIC_URL === undefined
      ? ['PUBLIC_URL is not set: there are no feeds and no sitemap, because they contain complete addresses']
      : [],
});
