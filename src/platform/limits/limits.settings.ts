import { settingsOf } from '../config/area.js';
import { integer, setting } from '../config/fields.js';

const MINUTE_MS = 60_000;

export const limitsSettings = settingsOf('limits', {
  heading: 'Limits',
  fields: {
    RATE_LIMIT_WINDOW_MS: setting(
      integer(15 * MINUTE_MS, 1000, 24 * 60 * MINUTE_MS),
      'The window of all rate limits in milliseconds',
      {
        aliases: ['RATE_LIMIT_WINDOW'],
      },
    ),
    RATE_LIMIT_MAX: setting(integer(1000, 1, 1e9), 'The number of reads per window and address', {
      aliases: ['RATE_LIMIT_MAX_REQUESTS'],
    }),
    RATE_LIMIT_USER_MAX: setting(integer(5000, 1, 1e9), 'The number of reads per window and account'),
    RATE_LIMIT_WRITE_MAX: setting(
      integer(100, 1, 1e9),
      'The number of writes and expensive reads per window and address',
    ),
    RATE_LIMIT_USER_WRITE_MAX: setting(
      integer(1000, 1, 1e9),
      'The number of writes and expensive reads per window and account',
    ),
  },
});
