import type { ConfigType } from '@nestjs/config';
import { z } from 'zod';
import { LISTENING } from './listening.js';
import { type KnownSettings, settingsOf } from '../../config/area.js';
import { isEmbedded } from '../../database/database-link.js';
import { flag, integer, list, oneOf, setting, url } from '../../config/fields.js';

const YEAR_SECONDS = 31_536_000;

export type HttpSettings = ConfigType<typeof httpSettings>;

export const httpSettings = settingsOf('http', {
  heading: 'HTTP',
  fields: {
    ...LISTENING,
    API_VERSION: setting(
      oneOf(['v1'], 'v1'),
      'The API version that is used for paths without a version, such as /api/posts',
    ),
    ALLOWED_ORIGINS: setting(
      list('http://localhost:3000').refine(
        (origins) => origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
        'must be origins such as https://app.example.com, separated by commas',
      ),
      'The browser origins that may call the API (CORS). With NODE_ENV=development, every origin on this machine may call it too',
      { aliases: ['CORS_ORIGIN'] },
    ),
    PUBLIC_URL: setting(
      url(['https', 'http'], 'https://api.example.com').optional(),
      'The URL of this server as its clients reach it, without /api. Links in messages begin with it. Mail clients show their own button to unsubscribe only if it begins with https. Default: none, in development http://localhost and the port',
      { example: 'https://api.example.com' },
    ),
    TRUST_PROXY: setting(
      z
        .string()
        .refine(
          (text) =>
            /^\d{1,2}$/.test(text) || (text.toLowerCase() !== 'true' && /^[0-9a-fA-F:.,/ ]+$/.test(text)),
          'must be the number of proxies in front of the server, or their addresses as CIDRs',
        )
        .transform((text) =>
          /^\d{1,2}$/.test(text) ? Number(text) : text.split(',').map((item) => item.trim()),
        )
        .optional(),
      'The proxies whose X-Forwarded-For is trusted, as a number of hops or as CIDRs. Default: none',
      { example: '1' },
    ),
    REQUIRE_IF_MATCH: setting(flag(false), 'If true, a change without If-Match returns 428'),
    PUBLIC_MAX_AGE: setting(
      integer(0, 0, YEAR_SECONDS),
      'The time in seconds for which clients and proxies may cache a public response without revalidation',
    ),
    PUBLIC_STALE_IF_ERROR: setting(
      integer(0, 0, YEAR_SECONDS),
      'The time in seconds for which caches in front of Galley may return an outdated public response if Galley does not respond or returns 5xx (`stale-if-error`, RFC 5861). Such a cache does not know which posts were unpublished. 0 requires revalidation (`must-revalidate`)',
    ),
    UPLOAD_MAX_SIZE: setting(
      integer(10 * 1024 * 1024, 1024, 1024 * 1024 * 1024),
      'The maximum size in bytes of a file in a request. During the request, the server stores the file in the directory for temporary files (TMPDIR)',
      { aliases: ['MAX_FILE_SIZE'] },
    ),
  },
  complete: (
    { HOST, PORT, PUBLIC_URL },
    known: KnownSettings & { DATABASE_URL?: string; NODE_ENV: string },
  ) => ({
    /** A front end in development has an address of its own on this machine, whose port its tool chooses. */
    allowsLoopback: known.NODE_ENV === 'development',
    PUBLIC_URL: PUBLIC_URL ?? (known.NODE_ENV === 'development' ? `http://localhost:${PORT}` : undefined),
    HOST: HOST ?? (isEmbedded(known) ? '127.0.0.1' : '0.0.0.0'),
  }),
});
