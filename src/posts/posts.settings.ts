import { settingsOf } from '../platform/config/area.js';
import { integer, setting } from '../platform/config/fields.js';

export const postsSettings = settingsOf('posts', {
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
