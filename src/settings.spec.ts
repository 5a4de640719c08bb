import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InvalidConfig } from './platform/config/config.errors.js';
import { readEnvironment, type Variables } from './platform/config/read-environment.js';
import { loadConfig, redactedConfig, SETTINGS } from './settings.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'galley-config-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const DEVELOPMENT = () => ({ GALLEY_DATA_DIR: directory });
const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://galley:p4ss@db.internal:5432/galley',
  REDIS_URL: 'rediss://:p4ss@redis.internal:6379',
  JWT_SECRET: 'zE3rVq0mB8wKxN2yTfUhGd5cLpAiSj7o',
  JWT_REFRESH_SECRET: 'Qw9eRt6yUi3oPa0sDf7gHj4kLz1xCv8b',
  METRICS_TOKEN: 'scrape-scrape-scrape',
};

function faultsOf(variables: Variables): Record<string, string> {
  try {
    loadConfig(variables);
  } catch (error) {
    if (error instanceof InvalidConfig)
      return Object.fromEntries(error.faults.map((fault) => [fault.variable, fault.message]));
    throw error;
  }
  return {};
}
function file(name: string, text: string): string {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
}

describe('the configuration', () => {
  it('has a safe default for everything in development, with secrets made once and kept', () => {
    const first = loadConfig(DEVELOPMENT());
    expect(first).toMatchObject({
      production: false,
      embedded: true,
      REGISTRATION: 'open',
      REGISTRATION_ROLE: 'author',
    });
    expect(first.JWT_SECRET).not.toBe(first.JWT_REFRESH_SECRET);
    expect(loadConfig(DEVELOPMENT()).JWT_SECRET).toBe(first.JWT_SECRET);
    expect(statSync(join(directory, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('reports every fault at once, by name, and never the value', () => {
    const wrong = {
      ...DEVELOPMENT(),
      NODE_ENV: 'prod',
      PORT: '70000',
      DATABASE_URL: 'mysql://canary',
      JWT_SECRET: 'short-canary',
      JWT_EXPIRES_IN: 'soon',
      PASSWORD_MIN_LENGTH: '7',
      REGISTRATION_ROLE: 'admin',
      TRUST_PROXY: 'true',
      ALLOWED_ORIGINS: 'https://a.example/path',
      REQUIRE_IF_MATCH: 'maybe',
      RATE_LIMIT_MAX: '0',
    };
    const faults = faultsOf(wrong);
    expect(Object.keys(faults).sort()).toEqual(
      Object.keys(wrong)
        .filter((name) => name !== 'GALLEY_DATA_DIR')
        .sort(),
    );
    expect(JSON.stringify(faults)).not.toContain('canary');
    expect(faults.PORT).toBe('must be a whole number from 0 to 65535');
  });

  it('names all wrong entries of OUTBOUND_ALLOW at once, by their positions', () => {
    const allow = 'hooks.internal, http://user:canary@a/ ,10.0.0.0/8,169.254.169.254,10.1.2.3:8080,*.b';
    const { OUTBOUND_ALLOW } = faultsOf({ ...DEVELOPMENT(), OUTBOUND_ALLOW: allow });
    expect(OUTBOUND_ALLOW).toMatch(/^must be hosts, .*\. Wrong entries: 2, 4, 6$/);
    expect(OUTBOUND_ALLOW).not.toContain('canary');
    const right = 'hooks.internal:81,10.0.0.0/8,[::1]:9000';
    expect(loadConfig({ ...DEVELOPMENT(), OUTBOUND_ALLOW: right }).OUTBOUND_ALLOW).toEqual(right.split(','));
  });

  it('names the one name for each alias', () => {
    const names = SETTINGS.names.filter((name) => SETTINGS.meta(name).aliases);
    expect(names.length).toBeGreaterThan(5);
    for (const name of names)
      for (const alias of SETTINGS.meta(name).aliases ?? [])
        expect(faultsOf({ ...DEVELOPMENT(), [alias]: '1' })[alias]).toBe(
          `is not a setting of Galley; use ${name} instead`,
        );
  });

  it('accepts the other name of a setting, also as a file, and refuses two names with different values', () => {
    const role = (variables: Variables) => loadConfig({ ...DEVELOPMENT(), ...variables }).PROCESS_ROLE;
    const fault = (variables: Variables) => faultsOf({ ...DEVELOPMENT(), ...variables });
    expect(role({})).toBe('all');
    expect(role({ GALLEY_ROLE: 'worker' })).toBe('worker');
    expect(role({ GALLEY_ROLE_FILE: file('role', 'api\n') })).toBe('api');
    expect(role({ PROCESS_ROLE_FILE: file('role', 'api\n') })).toBe('api');
    expect(role({ GALLEY_ROLE: 'api', PROCESS_ROLE: 'api' })).toBe('api');
    expect(role(readEnvironment({ CONFIG_FILE: file('role.yaml', 'GALLEY_ROLE: worker') }))).toBe('worker');
    expect(redactedConfig(loadConfig(DEVELOPMENT()), { GALLEY_ROLE: 'all' }).warnings).toEqual([]);
    const differ = 'set the same setting to different values; set only one of them';
    expect(fault({ GALLEY_ROLE: 'api', PROCESS_ROLE: 'worker' })).toEqual({
      PROCESS_ROLE: `and GALLEY_ROLE ${differ}`,
    });
    expect(fault({ GALLEY_ROLE_FILE: file('role', 'api'), PROCESS_ROLE: 'worker' })).toEqual({
      PROCESS_ROLE: `and GALLEY_ROLE ${differ}`,
    });
    expect(fault({ GALLEY_ROLE: 'boss' })).toEqual({ GALLEY_ROLE: 'must be one of all, api, worker' });
    expect(fault({ GALLEY_ROLE: 'api', GALLEY_ROLE_FILE: 'x' }).GALLEY_ROLE).toMatch(/both set/);
  });

  it('reads a secret from the file that _FILE names, without its last line break', () => {
    const secret = 'zE3rVq0mB8wKxN2yTfUhGd5cLpAiSj7o';
    expect(loadConfig({ ...DEVELOPMENT(), JWT_SECRET_FILE: file('jwt', `${secret}\n`) }).JWT_SECRET).toBe(
      secret,
    );
    expect(
      faultsOf({ ...DEVELOPMENT(), JWT_SECRET_FILE: join(directory, 'nothing') }).JWT_SECRET_FILE,
    ).toMatch(/cannot be read.*ENOENT/);
    expect(
      faultsOf({ ...DEVELOPMENT(), JWT_SECRET: secret, JWT_SECRET_FILE: file('jwt', secret) }).JWT_SECRET,
    ).toMatch(/both set/);
    expect(faultsOf({ ...DEVELOPMENT(), JWT_SECRET_FILE: file('jwt', 'short') }).JWT_SECRET).toMatch(
      /32 bytes/,
    );
    const url = 'postgresql://a:b@127.0.0.1/c';
    expect(loadConfig({ ...DEVELOPMENT(), DATABASE_URL_FILE: file('url', url) }).DATABASE_URL).toBe(url);
  });

  it('composes DATABASE_URL and REDIS_URL of their parts, whatever signs a password has', () => {
    const config = loadConfig({
      ...DEVELOPMENT(),
      DB_HOST: 'db',
      DB_USERNAME: 'u@x',
      DB_PASSWORD: 'p:/?#@',
      DB_NAME: 'n',
      REDIS_HOST: 'r',
      REDIS_PASSWORD: 'p@:/',
    });
    const database = new URL(config.DATABASE_URL as string);
    expect([
      database.host,
      database.pathname,
      decodeURIComponent(database.username),
      decodeURIComponent(database.password),
    ]).toEqual(['db:5432', '/n', 'u@x', 'p:/?#@']);
    expect(decodeURIComponent(new URL(config.REDIS_URL as string).password)).toBe('p@:/');
  });

  it('knows durations, flags and lists in the spellings that people use', () => {
    const config = (variables: Variables) => loadConfig({ ...DEVELOPMENT(), ...variables });
    for (const [text, value] of Object.entries({
      '900': 900,
      '900s': 900,
      '15m': 900,
      '12h': 43_200,
      '7d': 604_800,
    }))
      expect(config({ JWT_EXPIRES_IN: text }).JWT_EXPIRES_IN).toBe(value);
    for (const text of ['true', 'TRUE', '1', 'yes', 'on'])
      expect(config({ REQUIRE_IF_MATCH: text }).REQUIRE_IF_MATCH).toBe(true);
    for (const text of ['false', '0', 'no', 'Off'])
      expect(config({ REQUIRE_IF_MATCH: text }).REQUIRE_IF_MATCH).toBe(false);
    expect(config({ ALLOWED_ORIGINS: ' https://a.example ,, http://b.example:81 ' }).ALLOWED_ORIGINS).toEqual(
      ['https://a.example', 'http://b.example:81'],
    );
    expect(config({ TRUST_PROXY: '2' }).TRUST_PROXY).toBe(2);
    expect(config({ TRUST_PROXY: '10.0.0.0/8, ::1' }).TRUST_PROXY).toEqual(['10.0.0.0/8', '::1']);
    for (const text of ['0', '-5m', '1w', '1.5h', ''])
      expect(faultsOf({ ...DEVELOPMENT(), JWT_EXPIRES_IN: text })).toHaveProperty('JWT_EXPIRES_IN');
  });

  it('refuses a pool whose least is above its most', () => {
    expect(
      faultsOf({ ...DEVELOPMENT(), DATABASE_POOL_MIN: '9', DATABASE_POOL_MAX: '3' }).DATABASE_POOL_MIN,
    ).toMatch(/must not be greater than DATABASE_POOL_MAX/);
  });

  it('refuses shares of expensive reads that leave less than half of the pool to others, and says what would be right', () => {
    const fault = (concurrency: string, poolMax: string) =>
      faultsOf({
        ...DEVELOPMENT(),
        SEARCH_CONCURRENCY: concurrency,
        DATABASE_POOL_MIN: '0',
        DATABASE_POOL_MAX: poolMax,
      }).SEARCH_CONCURRENCY;
    expect(fault('3', '20')).toBe(
      'is 3: its 4 shares would take 12 connections, more than half of DATABASE_POOL_MAX (20). Set it to 2 at most, or DATABASE_POOL_MAX to 24 or more',
    );
    expect(fault('2', '5')).toMatch(/Set it to 1, or DATABASE_POOL_MAX to 16 or more$/);
    for (const [concurrency, poolMax] of [
      ['2', '16'],
      ['3', '24'],
      ['1', '1'],
    ] as const)
      expect([concurrency, poolMax, settings(concurrency, poolMax)]).toEqual([
        concurrency,
        poolMax,
        Number(concurrency),
      ]);
  });
});

const settings = (concurrency: string, poolMax: string) =>
  loadConfig({
    ...DEVELOPMENT(),
    SEARCH_CONCURRENCY: concurrency,
    DATABASE_POOL_MIN: '0',
    DATABASE_POOL_MAX: poolMax,
  }).SEARCH_CONCURRENCY;

describe('production', () => {
  it('is fine with its own secrets, links and token, and closed by default', () => {
    expect(loadConfig(PRODUCTION)).toMatchObject({
      production: true,
      embedded: false,
      REGISTRATION: 'invite',
      REGISTRATION_ROLE: 'user',
      DATABASE_SSL_MODE: 'verify-full',
      SHUTDOWN_DELAY_MS: 5000,
    });
  });

  it('wants all of them, and says so at once', () => {
    for (const NODE_ENV of ['production', 'staging'])
      expect(Object.keys(faultsOf({ NODE_ENV })).sort()).toEqual([
        'DATABASE_URL',
        'JWT_REFRESH_SECRET',
        'JWT_SECRET',
        'METRICS_TOKEN',
        'REDIS_URL',
      ]);
  });

  it('does without Redis where one process is promised, and without a token where there are no metrics', () => {
    const { REDIS_URL: _redis, METRICS_TOKEN: _token, ...rest } = PRODUCTION;
    expect(faultsOf({ ...rest, GALLEY_SINGLE_PROCESS: 'true', METRICS_ENABLED: 'false' })).toEqual({});
  });

  it.each([
    ['one secret for two uses', { JWT_REFRESH_SECRET: PRODUCTION.JWT_SECRET }, 'JWT_REFRESH_SECRET'],
    ['a secret of 31 bytes', { JWT_SECRET: PRODUCTION.JWT_SECRET.slice(1) }, 'JWT_SECRET'],
    ['a secret of one letter', { JWT_SECRET: 'a'.repeat(64) }, 'JWT_SECRET'],
    ['Redis without a password', { REDIS_URL: 'redis://redis.internal:6379' }, 'REDIS_URL'],
    ['a short token of metrics', { METRICS_TOKEN: 'short' }, 'METRICS_TOKEN'],
  ])('refuses %s', (_what, variables, name) => {
    expect(Object.keys(faultsOf({ ...PRODUCTION, ...variables }))).toEqual([name]);
  });

  it('speaks TLS to a database that is not on this machine, unless that is written out', () => {
    const mode = (variables: Variables) => loadConfig({ ...PRODUCTION, ...variables }).DATABASE_SSL_MODE;
    expect(mode({ DATABASE_URL: 'postgresql://a:b@127.0.0.1/c' })).toBe('disable');
    expect(mode({ DATABASE_URL: 'postgresql:///c?host=/run/postgresql' })).toBe('disable');
    expect(mode({ DATABASE_SSL_MODE: 'disable' })).toBe('disable');
    const pooled = { DATABASE_URL: 'postgresql://a:b@127.0.0.1/c' };
    expect(mode({ ...pooled, DATABASE_MIGRATION_URL: 'postgresql://a:b@db.internal/c' })).toBe('verify-full');
  });

  it('warns in production of a database link that is not encrypted, or whose other end nobody checks, and of an unknown address', () => {
    const ofUnnamed = (variables: Variables) =>
      redactedConfig(loadConfig({ ...PRODUCTION, EMAIL_TRANSPORT: 'none', ...variables }), {}).warnings;
    const warnings = (variables: Variables) =>
      ofUnnamed({ PUBLIC_URL: 'https://api.example.com', ...variables });
    expect(warnings({})).toEqual([]);
    expect(ofUnnamed({})).toEqual([expect.stringContaining('PUBLIC_URL is not set')]);
    expect(warnings({ DATABASE_SSL_MODE: 'disable' })).toEqual([expect.stringContaining('not encrypted')]);
    expect(warnings({ DATABASE_SSL_MODE: 'require' })).toEqual([expect.stringContaining('not verified')]);
    const local = { DATABASE_URL: 'postgresql://a:b@127.0.0.1/c', DATABASE_SSL_MODE: 'require' };
    expect(warnings(local)).toEqual([]);
  });

  it('listens everywhere, and with the embedded database on this machine alone', () => {
    expect(loadConfig(DEVELOPMENT()).HOST).toBe('127.0.0.1');
    expect(loadConfig({ ...DEVELOPMENT(), HOST: '0.0.0.0' }).HOST).toBe('0.0.0.0');
    expect(loadConfig({ ...DEVELOPMENT(), DATABASE_URL: 'postgresql://a:b@127.0.0.1/c' }).HOST).toBe(
      '0.0.0.0',
    );
    expect(loadConfig(PRODUCTION).HOST).toBe('0.0.0.0');
  });

  it('refuses in DATABASE_MIGRATION_URL what it refuses in DATABASE_URL', () => {
    for (const name of ['DATABASE_URL', 'DATABASE_MIGRATION_URL'])
      expect(faultsOf({ ...PRODUCTION, [name]: 'postgresql://a:b@h/c?sslmode=require' })[name]).toContain(
        'must not contain sslmode; set DATABASE_SSL_MODE instead',
      );
  });
});

describe('what is shown of the configuration', () => {
  it('holds no secret and no password', () => {
    const { settings } = redactedConfig(loadConfig(PRODUCTION), PRODUCTION);
    const text = JSON.stringify(settings);
    for (const secret of [
      'p4ss',
      PRODUCTION.JWT_SECRET,
      PRODUCTION.JWT_REFRESH_SECRET,
      PRODUCTION.METRICS_TOKEN,
    ])
      expect(text).not.toContain(secret);
    expect(settings.DATABASE_URL).toBe('postgresql://galley:***@db.internal:5432/galley');
  });

  it('holds none that looks like a URL, or that is a parameter of one', () => {
    const given = {
      ...PRODUCTION,
      JWT_SECRET: 'canary:0123456789-abcdefghijklmnopqrstuvwxyz',
      METRICS_TOKEN: 'canary://0123456789-abcdefghijklmnopqrstuvwxyz/x',
      REDIS_URL: 'rediss://:canary@redis.internal:6379/0?password=canary&family=6',
      DATABASE_URL: 'postgresql://galley:c%40nary,canary@db.internal:5432/galley?sslpassword=canary',
    };
    const { settings } = redactedConfig(loadConfig(given), given);
    expect(JSON.stringify(settings)).not.toContain('canary');
    expect(settings).toMatchObject({
      JWT_SECRET: '***',
      REDIS_URL: 'rediss://:***@redis.internal:6379/0?password=***&family=6',
      DATABASE_URL: 'postgresql://galley:***@db.internal:5432/galley?sslpassword=***',
    });
  });
});

describe('where variables come from', () => {
  it('the environment over .env.<NODE_ENV> over .env; an empty one is absent', () => {
    file('.env', 'PORT=1\nHOST=a\nLOG_LEVEL=warn\n');
    file('.env.test', 'PORT=2\nHOST=b\n');
    expect(readEnvironment({ NODE_ENV: 'test', PORT: '3', HOST: '' }, directory)).toMatchObject({
      PORT: '3',
      HOST: 'b',
      LOG_LEVEL: 'warn',
    });
    expect(readEnvironment({}, directory)).toMatchObject({ PORT: '1', HOST: 'a' });
  });
});
