import type { ConfigType } from '@nestjs/config';
import { settingsOf } from '../config/area.js';
import { integer, setting } from '../config/fields.js';

export type CacheSettings = ConfigType<typeof cacheSettings>;

export const cacheSettings = settingsOf('cache', {
  heading: 'Cache',
  fields: {
    CACHE_TTL: setting(
      integer(3600, 1, 604_800),
      'Longest life of any cached value in Redis, in seconds; greater settings of single caches are cut to it',
    ),
    CACHE_LOCAL_TTL_SECONDS: setting(
      integer(5, 0, 300),
      'Seconds that a process keeps a cached value itself, which bounds how long a lost message leaves it old; 0 keeps none',
    ),
  },
});
