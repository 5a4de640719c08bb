import { z } from 'zod';
import { settingsOf } from '../config/area.js';
import { faultsWhere } from '../config/config.errors.js';
import { hostName, integer, setting, url } from '../config/fields.js';

export const redisSettings = settingsOf('redis', {
  heading: 'Redis',
  fields: {
    REDIS_URL: setting(
      url(['redis', 'rediss'], 'rediss://:password@host:6379').optional(),
      'The URL of Redis, in which several processes share rate limits and a cache. Required in production unless GALLEY_SINGLE_PROCESS is true',
      { secret: true, example: 'rediss://:password@host:6379' },
    ),
    REDIS_HOST: setting(
      hostName().optional(),
      'The host of Redis. With the other REDIS_ settings, it forms REDIS_URL if that is not set',
    ),
    REDIS_PORT: setting(integer(6379, 1, 65_535), 'See REDIS_HOST'),
    REDIS_PASSWORD: setting(z.string().optional(), 'See REDIS_HOST; required in production', {
      secret: true,
    }),
    REDIS_TIMEOUT_MS: setting(
      integer(100, 10, 10_000),
      'The maximum time in milliseconds that a request waits for Redis. After that, it continues without Redis',
    ),
    REDIS_MAX_RETRIES: setting(
      integer(3, 1, 100),
      'The number of consecutive commands that may time out (REDIS_TIMEOUT_MS). After that, requests are served without Redis until it responds again',
    ),
  },
  compose: ({ REDIS_URL, REDIS_HOST, REDIS_PORT, REDIS_PASSWORD }) => {
    if (REDIS_URL || !REDIS_HOST) return {};
    const url = new URL(`redis://${REDIS_HOST}:${REDIS_PORT}`);
    url.password = encodeURIComponent(REDIS_PASSWORD ?? '');
    return { REDIS_URL: url.href };
  },
  faults: ({ REDIS_URL }, { production, GALLEY_SINGLE_PROCESS }) =>
    faultsWhere([
      [
        production === true && !REDIS_URL && GALLEY_SINGLE_PROCESS !== true,
        'REDIS_URL',
        'is required in production. If only one process runs, set GALLEY_SINGLE_PROCESS=true instead',
      ],
      [
        production === true && !!REDIS_URL && new URL(REDIS_URL).password === '',
        'REDIS_URL',
        'must contain a password in production',
      ],
    ]),
});
