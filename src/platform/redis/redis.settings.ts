import type { ConfigType } from '@nestjs/config';
import { z } from 'zod';
import { settingsOf } from '../config/area.js';
import { faultsWhere } from '../config/config.errors.js';
import { hostName, integer, setting, url } from '../config/fields.js';

export type RedisSettings = ConfigType<typeof redisSettings>;

export const redisSettings = settingsOf('redis', {
  heading: 'Redis',
  fields: {
    REDIS_URL: setting(
      url(['redis', 'rediss'], 'rediss://:password@host:6379').optional(),
      'Limits and a cache that several processes share; optional, but required in production unless GALLEY_SINGLE_PROCESS',
      { secret: true, example: 'rediss://:password@host:6379' },
    ),
    REDIS_HOST: setting(hostName().optional(), 'Composes REDIS_URL when that is absent'),
    REDIS_PORT: setting(integer(6379, 1, 65_535), 'See REDIS_HOST'),
    REDIS_PASSWORD: setting(z.string().optional(), 'See REDIS_HOST; required in production', {
      secret: true,
    }),
    REDIS_TIMEOUT_MS: setting(
      integer(100, 10, 10_000),
      'Milliseconds that a request waits for Redis before it continues without it',
    ),
    REDIS_MAX_RETRIES: setting(
      integer(3, 1, 100),
      'Commands in a row without an answer within REDIS_TIMEOUT_MS, after which requests go on without Redis until it answers again',
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
        'is required in production; GALLEY_SINGLE_PROCESS=true promises that only one process runs',
      ],
      [
        production === true && !!REDIS_URL && new URL(REDIS_URL).password === '',
        'REDIS_URL',
        'has no password, which production requires',
      ],
    ]),
});
