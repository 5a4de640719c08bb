import { z } from 'zod';
import {
  flag,
  hostName,
  integer,
  list,
  oneOf,
  optionalInteger,
  POSTGRES,
  postgresUrl,
  seconds,
  secret,
  type SettingMeta,
  url,
} from './fields.js';

const MINUTE_MS = 60_000;
const YEAR_SECONDS = 31_536_000;

const setting = <T extends z.ZodType>(schema: T, description: string, meta: SettingMeta = {}): T =>
  schema.meta({ description, ...meta });

/**
 * Every variable that Galley reads, in the order of .env.example (which is
 * made from this list). One name each: an alias is a fault that names ours.
 */
export const ENVIRONMENT = {
  NODE_ENV: setting(
    oneOf(['development', 'test', 'staging', 'production'], 'development'),
    'Staging and production refuse generated secrets, plain-text database links and a missing Redis',
  ),
  DEPLOY_ENV: setting(
    z.string().optional(),
    'Name of the deployment in health/details; staging runs NODE_ENV=production',
  ),
  APP_VERSION: setting(z.string().optional(), 'Version shown by /health; the one of package.json if absent'),
  APP_IMAGE_DIGEST: setting(
    z
      .string()
      .regex(/^sha256:[a-f0-9]{64}$/, 'must be the digest of an image: sha256: and 64 hexadecimal digits')
      .optional(),
    'Digest of the image that runs, shown by galley_build_info in /metrics',
  ),
  CONFIG_FILE: setting(
    z.string().optional(),
    'YAML file of these settings, spelt as here; the environment and .env come before it',
    { example: '/app/config/config.yaml' },
  ),
  PROCESS_ROLE: setting(
    oneOf(['all', 'api', 'worker'], 'all'),
    'What this process does: `api` serves the API, `worker` does the periodic work of the deployment and serves health and metrics alone, `all` does both. Where one process is `api`, at least one other must be `worker`',
  ),
  PORT: setting(integer(3000, 0, 65_535), 'TCP port; 0 takes a free one'),
  HOST: setting(
    z.string().optional(),
    'Address to listen on. Default: 0.0.0.0 (all addresses); with the embedded database 127.0.0.1 (this machine only)',
  ),
  API_VERSION: setting(oneOf(['v1'], 'v1'), 'The version that /api/… without a version answers as'),
  GALLEY_DATA_DIR: setting(z.string().prefault('.galley'), 'Embedded database and generated secrets'),
  GALLEY_SINGLE_PROCESS: setting(
    flag(false),
    'Promises that only one process runs, so that production may do without Redis',
  ),

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
      .enum(['disable', 'require', 'verify-full'], { error: 'must be one of disable, require, verify-full' })
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

  REDIS_URL: setting(
    url(['redis', 'rediss'], 'rediss://:password@host:6379').optional(),
    'Limits and a cache that several processes share; optional, but required in production unless GALLEY_SINGLE_PROCESS',
    { secret: true, example: 'rediss://:password@host:6379' },
  ),
  REDIS_HOST: setting(hostName().optional(), 'Composes REDIS_URL when that is absent'),
  REDIS_PORT: setting(integer(6379, 1, 65_535), 'See REDIS_HOST'),
  REDIS_PASSWORD: setting(z.string().optional(), 'See REDIS_HOST; required in production', { secret: true }),
  REDIS_TIMEOUT_MS: setting(
    integer(100, 10, 10_000),
    'Milliseconds that a request waits for Redis before it continues without it',
  ),
  REDIS_MAX_RETRIES: setting(
    integer(3, 1, 100),
    'Commands in a row without an answer within REDIS_TIMEOUT_MS, after which requests go on without Redis until it answers again',
  ),

  CACHE_TTL: setting(
    integer(3600, 1, 604_800),
    'Longest life of any cached value in Redis, in seconds; greater settings of single caches are cut to it',
  ),
  CACHE_LOCAL_TTL_SECONDS: setting(
    integer(5, 0, 300),
    'Seconds that a process keeps a cached value itself, which bounds how long a lost message leaves it old; 0 keeps none',
  ),
  POST_LIST_CACHE_TTL_SECONDS: setting(
    integer(600, 0, 604_800),
    'Seconds that a public page of posts is cached; a change ends it at once; 0: not cached',
  ),
  POST_CACHE_TTL_SECONDS: setting(integer(1800, 0, 604_800), 'The same of one public post'),

  JWT_SECRET: setting(secret().optional(), 'Signs access tokens and cursors; 32 bytes or more', {
    secret: true,
    generated: true,
  }),
  JWT_EXPIRES_IN: setting(seconds('15m'), 'Life of an access token'),
  JWT_ISSUER: setting(z.string().min(1).prefault('rest-api'), '`iss` of the tokens'),
  JWT_AUDIENCE: setting(z.string().min(1).prefault('api-users'), '`aud` of the tokens'),
  JWT_REFRESH_SECRET: setting(
    secret().optional(),
    'Derives refresh tokens; 32 bytes or more, not JWT_SECRET',
    { secret: true, generated: true, aliases: ['REFRESH_TOKEN_SECRET'] },
  ),
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
  COMMENT_MODERATION: setting(
    oneOf(['off', 'first', 'all'], 'off'),
    'Which comments wait for a moderator: none, those of accounts without an approved one, all',
  ),

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
  RATE_LIMIT_WINDOW_MS: setting(integer(15 * MINUTE_MS, 1000, 24 * 60 * MINUTE_MS), 'Window of all limits', {
    aliases: ['RATE_LIMIT_WINDOW'],
  }),
  RATE_LIMIT_MAX: setting(integer(1000, 1, 1e9), 'Reads per window and address', {
    aliases: ['RATE_LIMIT_MAX_REQUESTS'],
  }),
  RATE_LIMIT_USER_MAX: setting(integer(5000, 1, 1e9), 'Reads per window and account'),
  RATE_LIMIT_WRITE_MAX: setting(integer(100, 1, 1e9), 'Writes and expensive reads per window and address'),
  RATE_LIMIT_USER_WRITE_MAX: setting(
    integer(1000, 1, 1e9),
    'Writes and expensive reads per window and account',
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

  UPLOAD_MAX_SIZE: setting(
    integer(10 * 1024 * 1024, 1024, 1024 * 1024 * 1024),
    'Bytes of a file that a request may bring; it is kept in the folder for temporary files (TMPDIR) meanwhile',
    { aliases: ['MAX_FILE_SIZE'] },
  ),

  LOG_LEVEL: setting(
    oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace'], 'info'),
    'Least level that is logged',
  ),
  ENABLE_REQUEST_LOGGING: setting(flag(true), 'One line per request'),
  METRICS_ENABLED: setting(flag(true), '/metrics and /health/metrics'),
  METRICS_TOKEN: setting(
    z.string().min(16, 'must have at least 16 characters').optional(),
    'Bearer token for metrics; needed outside development',
    { secret: true, generated: true },
  ),
  HEALTH_CHECK_ENABLED: setting(flag(true), 'The health routes besides /health and /health/live'),
  DOCS_ENABLED: setting(flag(true), '/docs and /openapi.json'),
  SHUTDOWN_DELAY_MS: setting(
    optionalInteger(0, 120_000),
    'Between unready and closing the port, so that proxies notice; 0 in development, 5000 otherwise',
  ),
  SHUTDOWN_TIMEOUT_MS: setting(
    integer(25_000, 1000, 600_000),
    'From SIGTERM to the forced end, the delay included',
  ),
} as const;

export type Environment = { [Name in keyof typeof ENVIRONMENT]: z.output<(typeof ENVIRONMENT)[Name]> };
export type SettingName = keyof typeof ENVIRONMENT;

export const settingMeta = (name: SettingName): SettingMeta & { description: string } =>
  ENVIRONMENT[name].meta() as SettingMeta & { description: string };
