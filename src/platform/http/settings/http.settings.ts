import type { ConfigType } from '@nestjs/config';
import { z } from 'zod';
import { LISTENING } from './listening.js';
import { type Known, settingsOf } from '../../config/area.js';
import { isEmbedded } from '../../database/database-link.js';
import { flag, integer, list, oneOf, setting } from '../../config/fields.js';

const YEAR_SECONDS = 31_536_000;

export type HttpSettings = ConfigType<typeof httpSettings>;

export const httpSettings = settingsOf('http', {
  heading: 'HTTP',
  fields: {
    ...LISTENING,
    API_VERSION: setting(oneOf(['v1'], 'v1'), 'The version that /api/… without a version answers as'),
    ALLOWED_ORIGINS: setting(
      list('http://localhost:3000').refine(
        (origins) => origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
        'must be origins such as https://app.example.com, separated by commas',
      ),
      'Browser origins that may call the API (CORS)',
      { aliases: ['CORS_ORIGIN'] },
    ),
    TRUST_PROXY: setting(
      z
        .string()
        .refine(
          (text) =>
            /^\d{1,2}$/.test(text) || (text.toLowerCase() !== 'true' && /^[0-9a-fA-F:.,/ ]+$/.test(text)),
          'must be the number of proxies in front, or their addresses as CIDRs',
        )
        .transform((text) =>
          /^\d{1,2}$/.test(text) ? Number(text) : text.split(',').map((item) => item.trim()),
        )
        .optional(),
      'Proxies whose X-Forwarded-For is believed: hops or CIDRs; none if absent',
      { example: '1' },
    ),
    REQUIRE_IF_MATCH: setting(flag(false), 'Makes a write without If-Match a 428'),
    PUBLIC_MAX_AGE: setting(
      integer(0, 0, YEAR_SECONDS),
      'Seconds that a public answer may be cached without asking again',
    ),
    UPLOAD_MAX_SIZE: setting(
      integer(10 * 1024 * 1024, 1024, 1024 * 1024 * 1024),
      'Bytes of a file that a request may bring; it is kept in the folder for temporary files (TMPDIR) meanwhile',
      { aliases: ['MAX_FILE_SIZE'] },
    ),
  },
  complete: ({ HOST }, known: Known & { DATABASE_URL?: string }) => ({
    HOST: HOST ?? (isEmbedded(known) ? '127.0.0.1' : '0.0.0.0'),
  }),
});
