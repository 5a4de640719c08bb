import type { ConfigType } from '@nestjs/config';
import { settingsOf } from '../platform/config/area.js';
import { integer, setting } from '../platform/config/fields.js';

export type PostsSettings = ConfigType<typeof postsSettings>;

export const postsSettings = settingsOf('posts', {
  fields: {
    POST_LIST_CACHE_TTL_SECONDS: setting(
      integer(600, 0, 604_800),
      'Seconds that a public page of posts is cached; a change ends it at once; 0: not cached',
    ),
    POST_CACHE_TTL_SECONDS: setting(integer(1800, 0, 604_800), 'The same of one public post'),
  },
});
