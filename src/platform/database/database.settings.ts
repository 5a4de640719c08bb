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
      'The URL of the database, PostgreSQL 15 or newer. Outside production, Galley starts an embedded PostgreSQL if no URL is set',
      { secret: true, example: POSTGRES },
    ),
    DB_HOST: setting(
      hostName().optional(),
      'The host of the database. With the other DB_ settings, it forms DATABASE_URL if that is not set',
    ),
    DB_PORT: setting(integer(5432, 1, 65_535), 'See DB_HOST'),
    DB_NAME: setting(z.string().prefault('rest_api_db'), 'See DB_HOST'),
    DB_USERNAME: setting(z.string().optional(), 'See DB_HOST', { aliases: ['DB_USER'] }),
    DB_PASSWORD: setting(z.string().optional(), 'See DB_HOST', { secret: true }),
    DATABASE_MIGRATION_URL: setting(
      postgresUrl().optional(),
      'The database URL for `galley migrate`, with the role that owns the schema. It must not point to a pooler. Default: DATABASE_URL',
      { secret: true },
    ),
    DATABASE_SSL_MODE: setting(
      z
        .enum(['disable', 'require', 'verify-full'], {
          error: 'must be one of disable, require, verify-full',
        })
        .optional(),
      'How to encrypt the connection to the database. Default in production: verify-full, unless the database is on loopback or a socket. To disable encryption in production, set `disable` explicitly',
      { aliases: ['DATABASE_SSL'] },
    ),
    DATABASE_SSL_CA: setting(
      z.string().optional(),
      'The certificate authority of the database, as PEM text or as the path of a PEM file',
    ),
    DATABASE_POOL_MIN: setting(integer(2, 0, 1000), 'The minimum number of open connections per process', {
      aliases: ['DB_POOL_MIN'],
    }),
    DATABASE_POOL_MAX: setting(
      integer(20, 1, 1000),
      'The maximum number of connections per process, beside the one on which it waits for notifications',
      {
        aliases: ['DB_POOL_MAX'],
      },
    ),
    DATABASE_POOL_WAIT_MS: setting(
      integer(2000, 50, 60_000),
      'The maximum time in milliseconds that a request waits for a connection. After that, it returns 503',
    ),
    DATABASE_STATEMENT_TIMEOUT_MS: setting(
      integer(2000, 50, 600_000),
      'The maximum time in milliseconds for one statement of a request. Including the wait for a connection, the maximum is 500 ms more than the greater of the two settings',
    ),
    SEARCH_TIMEOUT_MS: setting(
      integer(500, 50, 600_000),
      'The maximum time in milliseconds for the statement of a search (`q`) or of a list with an expensive filter. After that, the request returns 503. DATABASE_STATEMENT_TIMEOUT_MS is the upper limit, and also limits expensive counts',
    ),
    SEARCH_CONCURRENCY: setting(
      integer(1, 1, 1000),
      'The number of searches that run at the same time per process, for anonymous callers and for accounts separately. Eight times as many can wait. A slow search is followed by a pause of the same length. The same number of other expensive reads (lists with an expensive filter, counts) run in addition, and 25 times as many of them can wait. These four shares use at most half of DATABASE_POOL_MAX: a value above 1 requires a DATABASE_POOL_MAX of at least eight times this value; with the value 1 and a pool of fewer than 8 connections, the shares take turns',
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
        `is ${min}, but must not be greater than DATABASE_POOL_MAX (${max})`,
      ],
      [
        production === true && !DATABASE_URL,
        'DATABASE_URL',
        'is required in production. Alternatively, set DB_HOST and the other DB_ settings',
      ],
    ]),
    ...expensiveShareFaults({ DATABASE_POOL_MAX: max, ...others }),
  ],
  complete: ({ DATABASE_URL, DATABASE_MIGRATION_URL, DATABASE_SSL_MODE }, { production }) => {
    // Both connections use one mode. A pooler on loopback does not secure the connection to the server behind it.
    const local = isLocal(DATABASE_URL) && isLocal(DATABASE_MIGRATION_URL);
    return {
      DATABASE_SSL_MODE:
        DATABASE_SSL_MODE ?? (production && !local ? ('verify-full' as const) : ('disable' as const)),
      /** If no database is set, Galley starts its own. DATABASE_URL is absent until it has started. */
      embedded: isEmbedded({ production, DATABASE_URL }),
    };
  },
  warnings: (values, { production }) => (production ? linkWarnings(values) : []),
});
