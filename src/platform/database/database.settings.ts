import type { ConfigType } from '@nestjs/config';
import { z } from 'zod';
import { isEmbedded, isLocal, linkWarnings } from './database-link.js';
import { expensiveShareFaults } from './expensive-shares.js';
import { settingsOf } from '../config/area.js';
import { faultsWhere } from '../config/config.errors.js';
import { hostName, integer, POSTGRES, postgresUrl, setting } from '../config/fields.js';

export type DatabaseSettings = ConfigType<typeof databaseSettings>;

export const databaseSettings = settingsOf('database', {
  heading: 'Database',
  fields: {
    DATABASE_URL: setting(
      postgresUrl().optional(),
      'PostgreSQL 15 or newer; without it (and outside production) an embedded one is started',
      { secret: true, example: POSTGRES },
    ),
    DB_HOST: setting(hostName().optional(), 'Composes DATABASE_URL when that is absent'),
    DB_PORT: setting(integer(5432, 1, 65_535), 'See DB_HOST'),
    DB_NAME: setting(z.string().prefault('rest_api_db'), 'See DB_HOST'),
    DB_USERNAME: setting(z.string().optional(), 'See DB_HOST', { aliases: ['DB_USER'] }),
    DB_PASSWORD: setting(z.string().optional(), 'See DB_HOST', { secret: true }),
    DATABASE_MIGRATION_URL: setting(
      postgresUrl().optional(),
      'Role that owns the schema, for `galley migrate`, past any pooler; DATABASE_URL if absent',
      { secret: true },
    ),
    DATABASE_SSL_MODE: setting(
      z
        .enum(['disable', 'require', 'verify-full'], {
          error: 'must be one of disable, require, verify-full',
        })
        .optional(),
      'verify-full in production unless the database is on loopback or a socket; there `disable` has to be written out',
      { aliases: ['DATABASE_SSL'] },
    ),
    DATABASE_SSL_CA: setting(z.string().optional(), 'PEM text of the authority, or the path of such a file'),
    DATABASE_POOL_MIN: setting(integer(2, 0, 1000), 'Connections kept open', { aliases: ['DB_POOL_MIN'] }),
    DATABASE_POOL_MAX: setting(integer(20, 1, 1000), 'Connections at most, per process', {
      aliases: ['DB_POOL_MAX'],
    }),
    DATABASE_POOL_WAIT_MS: setting(
      integer(2000, 50, 60_000),
      'Milliseconds that a request waits for a connection before 503',
    ),
    DATABASE_STATEMENT_TIMEOUT_MS: setting(
      integer(2000, 50, 600_000),
      'Milliseconds that one statement of a request may take; with the wait for its connection, 500 more than the greater of the two',
    ),
    SEARCH_TIMEOUT_MS: setting(
      integer(500, 50, 600_000),
      'Milliseconds that the statement of a search (`q`) or of a list of posts by tag may take before 503; never more than DATABASE_STATEMENT_TIMEOUT_MS, which bounds counting the posts of tags',
    ),
    SEARCH_CONCURRENCY: setting(
      integer(1, 1, 1000),
      'Searches that run at once, per process: so many of anonymous callers and so many of accounts; eight times as many wait. One that took long is followed by a pause of the same length. As many other reads whose cost grows with all posts (lists by tag, counts of tags) run beside them; 25 times as many wait. These four shares have at most half of DATABASE_POOL_MAX: above 1, eight times this setting must not be more than that; at 1, they take turns where the pool is smaller than 8',
    ),
  },
  compose: ({ DATABASE_URL, DB_HOST, DB_PORT, DB_NAME, DB_USERNAME, DB_PASSWORD }) => {
    if (DATABASE_URL || !DB_HOST) return {};
    const url = new URL(`postgresql://${DB_HOST}:${DB_PORT}/${DB_NAME}`);
    url.username = encodeURIComponent(DB_USERNAME ?? '');
    url.password = encodeURIComponent(DB_PASSWORD ?? '');
    return { DATABASE_URL: url.href };
  },
  faults: ({ DATABASE_URL, DATABASE_POOL_MIN: min, DATABASE_POOL_MAX: max, ...others }, { production }) => [
    ...faultsWhere([
      [
        min !== undefined && max !== undefined && min > max,
        'DATABASE_POOL_MIN',
        `is ${min}, above DATABASE_POOL_MAX (${max})`,
      ],
      [
        production === true && !DATABASE_URL,
        'DATABASE_URL',
        'is required in production (or DB_HOST and its parts)',
      ],
    ]),
    ...expensiveShareFaults({ DATABASE_POOL_MAX: max, ...others }),
  ],
  complete: ({ DATABASE_URL, DATABASE_MIGRATION_URL, DATABASE_SSL_MODE }, { production }) => {
    // One mode for both: a pooler on loopback does not make the way to the server behind it safe.
    const local = isLocal(DATABASE_URL) && isLocal(DATABASE_MIGRATION_URL);
    return {
      DATABASE_SSL_MODE:
        DATABASE_SSL_MODE ?? (production && !local ? ('verify-full' as const) : ('disable' as const)),
      /** No database was named, so Galley brings its own; DATABASE_URL is absent until it has started. */
      embedded: isEmbedded({ production, DATABASE_URL }),
    };
  },
  warnings: (values, { production }) => (production ? linkWarnings(values) : []),
});
