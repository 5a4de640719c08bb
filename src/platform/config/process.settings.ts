import type { ConfigType } from '@nestjs/config';
import { z } from 'zod';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { settingsOf } from './area.js';
import { flag, oneOf, setting } from './fields.js';

export const isProduction = (environment?: string): boolean =>
  environment === 'production' || environment === 'staging';

/** The version of package.json, which stands as far above src/ as above dist/. */
const packageVersion = (): string =>
  (JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string })
    .version;

export type ProcessSettings = ConfigType<typeof processSettings>;

export const processSettings = settingsOf('process', {
  heading: 'Process',
  fields: {
    NODE_ENV: setting(
      oneOf(['development', 'test', 'staging', 'production'], 'development'),
      'Staging and production refuse generated secrets, plain-text database links and a missing Redis',
    ),
    DEPLOY_ENV: setting(
      z.string().optional(),
      'Name of the deployment in health/details; staging runs NODE_ENV=production',
    ),
    APP_VERSION: setting(
      z.string().optional(),
      'Version shown by /health; the one of package.json if absent',
    ),
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
    GALLEY_DATA_DIR: setting(z.string().prefault('.galley'), 'Embedded database and generated secrets'),
    GALLEY_SINGLE_PROCESS: setting(
      flag(false),
      'Promises that only one process runs, so that production may do without Redis',
    ),
  },
  complete: ({ NODE_ENV, APP_VERSION, GALLEY_DATA_DIR }) => ({
    APP_VERSION: APP_VERSION ?? packageVersion(),
    GALLEY_DATA_DIR: resolve(GALLEY_DATA_DIR),
    /** Neither development nor test. */
    production: isProduction(NODE_ENV),
  }),
});
