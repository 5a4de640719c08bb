import { hkdfSync } from 'node:crypto';
import type { ConfigType } from '@nestjs/config';
import { z } from 'zod';
import { developmentSecrets } from './development-secrets.js';
import { settingsOf } from '../config/area.js';
import { faultsWhere } from '../config/config.errors.js';
import { list, secret, setting } from '../config/fields.js';
import { keyOf } from './encryption-keys.js';

const KEY_FORM =
  'must be 32 bytes as 64 hexadecimal digits, as base64 or as 32 characters. Generate it with `openssl rand -hex 32`';
const KEYS_FORM =
  'must be keys of 32 bytes, each as 64 hexadecimal digits, as base64 or as 32 characters, separated by commas';

const REQUIRED = 'is required in production. Generate it with `openssl rand -base64 48`';

export type SecretsSettings = ConfigType<typeof secretsSettings>;

export const secretsSettings = settingsOf('secrets', {
  heading: 'Accounts and sessions',
  fields: {
    JWT_SECRET: setting(
      secret().optional(),
      'The secret that signs access tokens and cursors. It must have at least 32 bytes',
      {
        secret: true,
        generated: true,
      },
    ),
    JWT_REFRESH_SECRET: setting(
      secret().optional(),
      'The secret from which refresh tokens are derived. It must have at least 32 bytes and differ from JWT_SECRET',
      { secret: true, generated: true, aliases: ['REFRESH_TOKEN_SECRET'] },
    ),
    ENCRYPTION_KEY: setting(
      z
        .string()
        .refine((text) => keyOf(text) !== undefined, KEY_FORM)
        .optional(),
      'The key that encrypts secrets in the database, such as those of webhooks: 32 bytes as 64 hexadecimal digits, as base64 or as 32 characters. Without it, production creates no webhooks. If you lose it, the secrets are lost',
      { secret: true, generated: true },
    ),
    ENCRYPTION_KEY_PREVIOUS: setting(
      list('').refine((keys) => keys.every((text) => keyOf(text) !== undefined), KEYS_FORM),
      'Earlier values of ENCRYPTION_KEY, separated by commas. What they encrypted remains readable. After `galley key:rotate`, they are no longer required',
      { secret: true },
    ),
  },
  faults: ({ JWT_SECRET, JWT_REFRESH_SECRET }, { production }) =>
    production
      ? faultsWhere([
          [!JWT_SECRET, 'JWT_SECRET', REQUIRED],
          [!JWT_REFRESH_SECRET, 'JWT_REFRESH_SECRET', REQUIRED],
          [
            !!JWT_SECRET && JWT_SECRET === JWT_REFRESH_SECRET,
            'JWT_REFRESH_SECRET',
            'must differ from JWT_SECRET',
          ],
        ])
      : [],
  complete: ({ JWT_SECRET, JWT_REFRESH_SECRET, ENCRYPTION_KEY }, { GALLEY_DATA_DIR, production }) => {
    const signing =
      JWT_SECRET && JWT_REFRESH_SECRET
        ? { JWT_SECRET, JWT_REFRESH_SECRET }
        : {
            ...developmentSecrets(GALLEY_DATA_DIR),
            ...(JWT_SECRET && { JWT_SECRET }),
            ...(JWT_REFRESH_SECRET && { JWT_REFRESH_SECRET }),
          };
    return {
      ...signing,
      ENCRYPTION_KEY: ENCRYPTION_KEY ?? keyForDevelopment(signing.JWT_SECRET, production),
    };
  },
});

/** In development, all processes with one JWT_SECRET have the same key. Production never derives it. */
const keyForDevelopment = (secret: string, production: boolean): string | undefined =>
  production
    ? undefined
    : Buffer.from(hkdfSync('sha256', secret, '', 'galley/encryption-key/development', 32)).toString('hex');
