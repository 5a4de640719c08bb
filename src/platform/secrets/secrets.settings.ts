import type { ConfigType } from '@nestjs/config';
import { developmentSecrets } from './development-secrets.js';
import { settingsOf } from '../config/area.js';
import { faultsWhere } from '../config/config.errors.js';
import { secret, setting } from '../config/fields.js';

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
  complete: ({ JWT_SECRET, JWT_REFRESH_SECRET }, { GALLEY_DATA_DIR }) =>
    JWT_SECRET && JWT_REFRESH_SECRET
      ? { JWT_SECRET, JWT_REFRESH_SECRET }
      : {
          ...developmentSecrets(GALLEY_DATA_DIR),
          ...(JWT_SECRET && { JWT_SECRET }),
          ...(JWT_REFRESH_SECRET && { JWT_REFRESH_SECRET }),
        },
});
