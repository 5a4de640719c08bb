import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { configWarnings, loadConfig, redactedConfig } from '../../settings.js';
import { InvalidConfig } from '../config/config.errors.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'galley-mail-settings-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://galley:p4ss@db.internal:5432/galley',
  REDIS_URL: 'rediss://:p4ss@redis.internal:6379',
  JWT_SECRET: 'zE3rVq0mB8wKxN2yTfUhGd5cLpAiSj7o',
  JWT_REFRESH_SECRET: 'Qw9eRt6yUi3oPa0sDf7gHj4kLz1xCv8b',
  METRICS_TOKEN: 'scrape-scrape-scrape',
  PUBLIC_URL: 'https://times.example.com',
};
const FROM = { EMAIL_FROM: 'Times <news@example.com>' };
const KEY = { EMAIL_API_KEY: 'canary-key' };
const SMTP = { ...FROM, EMAIL_SMTP_HOST: 'mail.example.com' };
const MAILGUN = { ...FROM, ...KEY, EMAIL_TRANSPORT: 'mailgun' };

const load = (settings: Record<string, string>) => loadConfig({ GALLEY_DATA_DIR: directory, ...settings });

function faultsOf(settings: Record<string, string>): Record<string, string> {
  try {
    load(settings);
  } catch (error) {
    if (error instanceof InvalidConfig)
      return Object.fromEntries(error.faults.map(({ variable, message }) => [variable, message]));
    throw error;
  }
  return {};
}
const warningsOf = (settings: Record<string, string>) => configWarnings(load(settings), settings);

describe('the transport of mail', () => {
  it.each<[string, Record<string, string>, object]>([
    ['development logs messages', {}, { EMAIL_TRANSPORT: 'log', EMAIL_FROM: 'Galley <galley@localhost>' }],
    ['production without a setting starts and sends none', PRODUCTION, { EMAIL_TRANSPORT: 'none' }],
    [
      'production logs if that is said',
      { ...PRODUCTION, EMAIL_TRANSPORT: 'log' },
      { EMAIL_TRANSPORT: 'log' },
    ],
    [
      'a host of SMTP is enough',
      { ...PRODUCTION, ...SMTP },
      { EMAIL_TRANSPORT: 'smtp', EMAIL_SMTP_TLS: 'starttls' },
    ],
    [
      'port 465 has TLS from the first byte',
      { ...SMTP, EMAIL_SMTP_PORT: '465' },
      { EMAIL_SMTP_TLS: 'implicit' },
    ],
    [
      'a relay on this machine has none',
      { ...SMTP, EMAIL_SMTP_HOST: 'localhost' },
      { EMAIL_SMTP_TLS: 'off' },
    ],
  ])('%s', (_name, settings, expected) => {
    expect(faultsOf(settings)).toEqual({});
    expect(load(settings)).toMatchObject(expected);
  });

  it.each<[string, Record<string, string>, string[]]>([
    ['smtp', { EMAIL_TRANSPORT: 'smtp' }, ['EMAIL_FROM', 'EMAIL_SMTP_HOST']],
    ['sendgrid', { EMAIL_TRANSPORT: 'sendgrid' }, ['EMAIL_FROM', 'EMAIL_API_KEY']],
    ['mailgun', { EMAIL_TRANSPORT: 'mailgun' }, ['EMAIL_FROM', 'EMAIL_API_KEY', 'EMAIL_SERVICE_URL']],
    [
      'ses',
      { EMAIL_TRANSPORT: 'ses' },
      ['EMAIL_FROM', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
    ],
    ['a key without a provider', { ...FROM, ...KEY }, ['EMAIL_TRANSPORT']],
    ['a user without a password', { ...SMTP, EMAIL_SMTP_USER: 'a' }, ['EMAIL_SMTP_PASS']],
    ['a password without a user', { ...SMTP, EMAIL_SMTP_PASS: 'a' }, ['EMAIL_SMTP_USER']],
    ['no encryption on the network', { ...SMTP, EMAIL_SMTP_TLS: 'off' }, ['EMAIL_SMTP_TLS']],
    [
      'a name that only looks like this machine',
      { ...SMTP, EMAIL_SMTP_HOST: '127.0.0.1.evil.example', EMAIL_SMTP_TLS: 'off' },
      ['EMAIL_SMTP_TLS'],
    ],
    [
      'a key without encryption',
      { ...MAILGUN, EMAIL_SERVICE_URL: 'http://api.example.com/v3/a' },
      ['EMAIL_SERVICE_URL'],
    ],
    [
      'a URL without the domain',
      { ...MAILGUN, EMAIL_SERVICE_URL: 'https://api.mailgun.net/v3' },
      ['EMAIL_SERVICE_URL'],
    ],
    ['an unknown transport', { EMAIL_TRANSPORT: 'pigeon' }, ['EMAIL_TRANSPORT']],
    ['the name of another system', { EMAIL_SERVICE: 'sendgrid' }, ['EMAIL_SERVICE']],
    ['two senders', { ...SMTP, EMAIL_FROM: 'a@example.com, b@example.com' }, ['EMAIL_FROM']],
  ])('reports all faults of %s at once, and no value', (_name, settings, variables) => {
    for (const environment of [{}, PRODUCTION]) {
      const faults = faultsOf({ ...environment, ...settings });
      expect(Object.keys(faults).sort()).toEqual([...variables].sort());
      expect(JSON.stringify(faults)).not.toContain('canary');
    }
  });

  it('warns in production about mail that nobody gets, until that is confirmed', () => {
    expect(warningsOf(PRODUCTION).join()).toMatch(/EMAIL_TRANSPORT is not set: Galley sends no mail/);
    expect(warningsOf({ ...PRODUCTION, EMAIL_TRANSPORT: 'log' }).join()).toMatch(/EMAIL_TRANSPORT=log/);
    expect(warningsOf({ ...PRODUCTION, EMAIL_TRANSPORT: 'none' })).toEqual([]);
    expect(warningsOf({ ...PRODUCTION, ...SMTP })).toEqual([]);
    expect(warningsOf({})).toEqual([]);
  });

  it('warns about settings of another transport', () => {
    const settings = { ...PRODUCTION, ...SMTP, ...KEY, EMAIL_SERVICE_URL: 'https://api.sendgrid.com' };
    expect(warningsOf(settings)).toEqual([
      'EMAIL_API_KEY is set and has no effect with EMAIL_TRANSPORT=smtp',
      'EMAIL_SERVICE_URL is set and has no effect with EMAIL_TRANSPORT=smtp',
    ]);
  });

  it('never shows a secret', () => {
    const settings = {
      ...SMTP,
      EMAIL_SMTP_USER: 'galley',
      EMAIL_SMTP_PASS: 'canary-1',
      EMAIL_API_KEY: 'canary-2',
      AWS_SECRET_ACCESS_KEY: 'canary-3',
      AWS_SESSION_TOKEN: 'canary-4',
    };
    expect(JSON.stringify(redactedConfig(load(settings), settings))).not.toContain('canary');
  });
});
