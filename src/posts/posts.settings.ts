import { z } from 'zod';
import { settingsOf } from '../platform/config/area.js';
import { integer, setting } from '../platform/config/fields.js';
import { isPageTemplate } from './post-pages.format.js';

/** A part of the heading of the cache. */
export const postCacheSettings = settingsOf('postCache', {
  fields: {
    POST_LIST_CACHE_TTL_SECONDS: setting(
      integer(600, 0, 604_800),
      'The lifetime in seconds of a cached public page of posts. A change invalidates the page immediately. 0 disables the cache',
    ),
    POST_CACHE_TTL_SECONDS: setting(
      integer(1800, 0, 604_800),
      'The lifetime in seconds of a cached public post. A change invalidates the post immediately. 0 disables the cache',
    ),
  },
});

export const postsSettings = settingsOf('posts', {
  heading: 'Posts',
  fields: {
    SLUG_HISTORY_DAYS: setting(
      integer(365, 1, 36_500),
      'How many days the former slug of a post leads to it. Until then, no other post receives the slug',
    ),
    SITE_POST_URL: setting(
      z
        .string()
        .refine(
          isPageTemplate,
          'must be a URL with {slug} or {id}, such as https://www.example.com/posts/{slug}',
        )
        .optional(),
      'The page of a post in your front end, with `{slug}` or `{id}` in its place. Feeds, the sitemap and messages link to it. Default: feeds link to the post in the API, and messages contain no links to posts',
      { example: 'https://www.example.com/posts/{slug}' },
    ),
  },
});
