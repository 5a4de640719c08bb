import { describe, expect, it } from '@jest/globals';
import { mistakenNames, SETTINGS } from './settings.js';

const messageFor = (variable: string) => mistakenNames({ [variable]: 'x' })[0]?.message;

describe('a variable that Galley does not read', () => {
  it.each([
    ['DATABSE_URL', 'DATABASE_URL'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['ALOWED_ORIGINS', 'ALLOWED_ORIGINS'],
    ['ALLOWED_ORIGIN', 'ALLOWED_ORIGINS'],
    ['JWT_SECRETS', 'JWT_SECRET'],
    ['redis_url', 'REDIS_URL'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['DB-HOST', 'DB_HOST'],
    ['JWT_SECRET_FLE', 'JWT_SECRET_FILE'],
    ['TRUST_PROXI', 'TRUST_PROXY'],
    ['Port', 'PORT'],
    ['GALLEY_ROL', 'GALLEY_ROLE'],
  ])('is told when its name is close to a setting: %s', (variable, meant) => {
    expect(messageFor(variable)).toBe(`is not a setting. Did you mean ${meant}?`);
  });

  it.each([
    ['REDIS_TLS', /rediss:/],
    ['DB_READ_REPLICAS', /one database/],
    ['AWS_S3_BUCKET', /media/],
    ['UPLOAD_DIRECTORY', /media/],
    ['SENTRY_DSN', /log/],
    ['STORAGE_DRIVER_FILE', /media/],
    ['WEATHER_API_KEY', /no effect/],
  ])('is told when it belongs to a part that Galley does not have: %s', (variable, why) => {
    expect(messageFor(variable)).toMatch(/^is set and has no effect/);
    expect(messageFor(variable)).toMatch(why);
  });

  it.each([
    ...['PATH', 'HOME', 'HOSTNAME', 'POST', 'HTTP_PROXY', 'NODE_OPTIONS', 'PGHOST', 'POSTGRES_PASSWORD'],
    ...['npm_config_cache', 'KUBERNETES_PORT', 'API_URL', 'BASE_URL', 'TZ', 'CI', 'AWS_PROFILE'],
  ])('is left alone when it is somebody else’s: %s', (variable) => {
    expect(mistakenNames({ [variable]: 'x' })).toEqual([]);
  });

  it('is none of the settings themselves', () => {
    expect(mistakenNames(Object.fromEntries(SETTINGS.names.map((name) => [name, 'x'])))).toEqual([]);
  });
});
