import type { ConfigType } from '@nestjs/config';
import { z } from 'zod';
import { settingsOf } from '../platform/config/area.js';
import { faultsWhere } from '../platform/config/config.errors.js';
import { integer, optionalInteger, seconds, setting } from '../platform/config/fields.js';

const YEAR_SECONDS = 31_536_000;

export type AuthSettings = ConfigType<typeof authSettings>;

export const authSettings = settingsOf('auth', {
  fields: {
    JWT_EXPIRES_IN: setting(seconds('15m'), 'Life of an access token'),
    JWT_ISSUER: setting(z.string().min(1).prefault('rest-api'), '`iss` of the tokens'),
    JWT_AUDIENCE: setting(z.string().min(1).prefault('api-users'), '`aud` of the tokens'),
    JWT_REFRESH_EXPIRES_IN: setting(seconds('7d'), 'A session not refreshed for this long ends', {
      aliases: ['REFRESH_TOKEN_EXPIRES_IN'],
    }),
    SESSION_TIMEOUT: setting(
      optionalInteger(60, YEAR_SECONDS),
      'Idle limit in seconds; overrides JWT_REFRESH_EXPIRES_IN',
    ),
    AUTH_MAX_SESSIONS: setting(
      integer(5, 1, 1000),
      'Sessions per account; one more ends the least recently used',
    ),
    PASSWORD_MIN_LENGTH: setting(
      integer(15, 8, 128),
      'In Unicode code points (NIST SP 800-63B-4: 15 when it is the only factor)',
    ),
    BCRYPT_ROUNDS: setting(
      integer(12, 10, 16),
      'Of no effect: new hashes are argon2id, and an imported bcrypt hash of any cost is replaced by one at login',
      { aliases: ['BCRYPT_SALT_ROUNDS'] },
    ),
    REGISTRATION: setting(
      z.enum(['open', 'invite', 'closed'], { error: 'must be one of open, invite, closed' }).optional(),
      'Who may register; open in development, invite in production',
    ),
    REGISTRATION_ROLE: setting(
      z
        .enum(['user', 'author'], { error: 'must be user or author: registration never grants more' })
        .optional(),
      'Role of a registered account; author in development, user in production',
    ),
    AUTH_RATE_LIMIT_MAX: setting(
      integer(10, 1, 1e8),
      'Failed logins per window, account and address; ten times that per address',
    ),
    REGISTER_RATE_LIMIT_MAX: setting(integer(20, 1, 1e9), 'Registrations per window and address'),
    REFRESH_RATE_LIMIT_MAX: setting(
      integer(200, 1, 1e9),
      'Refreshes per window and session; as many requests with unknown refresh tokens per window and address',
    ),
  },
  // Only a refresh counts as use: a shorter limit would end sessions that are at work.
  faults: ({ SESSION_TIMEOUT: idle, JWT_EXPIRES_IN: life }) =>
    faultsWhere([
      [
        idle !== undefined && life !== undefined && idle <= life,
        'SESSION_TIMEOUT',
        `is ${idle} s: must be above JWT_EXPIRES_IN (${life} s)`,
      ],
    ]),
  complete: ({ REGISTRATION, REGISTRATION_ROLE }, { production }) => ({
    REGISTRATION: REGISTRATION ?? (production ? ('invite' as const) : ('open' as const)),
    REGISTRATION_ROLE: REGISTRATION_ROLE ?? (production ? ('user' as const) : ('author' as const)),
  }),
});
