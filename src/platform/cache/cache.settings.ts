import type { ConfigType } from '@nestjs/config';
import { settingsOf } from '../config/area.js';
import { integer, setting } from '../config/fields.js';

export type CacheSettings = ConfigType<typeof cacheSettings>;

export const cacheSettings = settingsOf('cache', {
  heading: 'Cache',
  fields: {
    CACHE_TTL: setting(
      integer(3600, 1, 604_800),
      'The maximum lifetime in seconds of all cached values in Redis. It limits the lifetimes of the single caches',
    ),
    CACHE_LOCAL_TTL_SECONDS: setting(
      integer(5, 0, 300),
      'The lifetime in seconds of values that a process caches itself. It limits how long a value can be outdated after a lost message. 0 disables this cache',
    ),
  },
});
