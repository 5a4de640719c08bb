import { z } from 'zod';
import { settingsOf } from '../platform/config/area.js';
import { faultsWhere } from '../platform/config/config.errors.js';
import { integer, optionalInteger, seconds, setting } from '../platform/config/fields.js';

const YEAR_SECONDS = 31_536_000;

export const authSettings = settingsOf('auth', {
  fields: {
    JWT_EXPIRES_IN: setting(seconds('15m'), 'The lifetime of an access token'),
    JWT_ISSUER: setting(z.string().min(1).prefault('rest-api'), 'The issuer (`iss`) of the access tokens'),
    JWT_AUDIENCE: setting(
      z.string().min(1).prefault('api-users'),
      'The audience (`aud`) of the access tokens',
    ),
    JWT_REFRESH_EXPIRES_IN: setting(
      seconds('7d'),
      'The maximum time between two refreshes of a session. A session that is not refreshed in this time ends',
      {
        aliases: ['REFRESH_TOKEN_EXPIRES_IN'],
      },
    ),
    SESSION_TIMEOUT: setting(
      optionalInteger(60, YEAR_SECONDS),
      'The maximum time between two refreshes of a session in seconds. It takes precedence over JWT_REFRESH_EXPIRES_IN',
    ),
    AUTH_MAX_SESSIONS: setting(
      integer(5, 1, 1000),
      'The maximum number of sessions per account. A further login ends the least recently used session',
    ),
    PASSWORD_MIN_LENGTH: setting(
      integer(15, 8, 128),
      'The minimum length of a password in Unicode code points. NIST SP 800-63B-4 requires 15 if the password is the only factor',
    ),
    BCRYPT_ROUNDS: setting(
      integer(12, 10, 16),
      'Has no effect. New hashes use argon2id, and a login replaces an imported bcrypt hash of any cost',
      { aliases: ['BCRYPT_SALT_ROUNDS'] },
    ),
    REGISTRATION: setting(
      z.enum(['open', 'invite', 'closed'], { error: 'must be one of open, invite, closed' }).optional(),
      'Who can register. Default: open in development, invite in production',
    ),
    REGISTRATION_ROLE: setting(
      z
        .enum(['user', 'author'], {
          error: 'must be user or author, because registration never grants a higher role',
        })
        .optional(),
      'The role of a registered account. Default: author in development, user in production',
    ),
    AUTH_RATE_LIMIT_MAX: setting(
      integer(10, 1, 1e8),
      'The number of failed logins per window, account and address. Ten times as many are allowed per address',
    ),
    REGISTER_RATE_LIMIT_MAX: setting(
      integer(20, 1, 1e9),
      'The number of registrations per window and address',
    ),
    REFRESH_RATE_LIMIT_MAX: setting(
      integer(200, 1, 1e9),
      'The number of refreshes per window and session. The same number applies to requests with unknown refresh tokens per window and address',
    ),
  },
  // Only a refresh counts as activity, so a shorter limit would end active sessions.
  faults: ({ SESSION_TIMEOUT: idle, JWT_EXPIRES_IN: life }) =>
    faultsWhere([
      [
        idle !== undefined && life !== undefined && idle <= life,
        'SESSION_TIMEOUT',
        `is ${idle} s, but must be greater than JWT_EXPIRES_IN (${life} s)`,
      ],
    ]),
  complete: ({ REGISTRATION, REGISTRATION_ROLE }, { production }) => ({
    REGISTRATION: REGISTRATION ?? (production ? ('invite' as const) : ('open' as const)),
    REGISTRATION_ROLE: REGISTRATION_ROLE ?? (production ? ('user' as const) : ('author' as const)),
  }),
});
