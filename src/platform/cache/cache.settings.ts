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
      'The maximum time in seconds for which a process uses its own cached values without a confirmation from Redis that they are current. It limits how long a value can be outdated after a lost message. Without Redis, it is the maximum lifetime of these values. 0 disables this cache',
    ),
    STALE_IF_ERROR_SECONDS: setting(
      integer(3600, 0, 604_800),
      'The maximum time in seconds after the end of its lifetime for which a process returns a cached public response if PostgreSQL does not respond. It never returns one whose content has since been changed. Without Redis, it knows only its own changes. While Redis is set and does not respond either, it returns none. 0 disables this',
    ),
  },
});
