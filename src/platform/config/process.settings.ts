import type { ConfigType } from '@nestjs/config';
import { z } from 'zod';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { settingsOf } from './area.js';
import { flag, oneOf, setting } from './fields.js';

export const isProduction = (environment?: string): boolean =>
  environment === 'production' || environment === 'staging';

/** Returns the version in package.json, which has the same path relative to src/ and to dist/. */
const packageVersion = (): string =>
  (JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string })
    .version;

export type ProcessSettings = ConfigType<typeof processSettings>;

export const processSettings = settingsOf('process', {
  heading: 'Process',
  fields: {
    NODE_ENV: setting(
      oneOf(['development', 'test', 'staging', 'production'], 'development'),
      'The environment. Staging and production do not accept generated secrets, unencrypted database connections or a missing Redis',
    ),
    DEPLOY_ENV: setting(
      z.string().optional(),
      'The name of the deployment, which health/details returns. Staging uses NODE_ENV=production',
    ),
    APP_VERSION: setting(
      z.string().optional(),
      'The version that /health returns. Default: the version in package.json',
    ),
    APP_IMAGE_DIGEST: setting(
      z
        .string()
        .regex(/^sha256:[a-f0-9]{64}$/, 'must be an image digest: sha256: followed by 64 hexadecimal digits')
        .optional(),
      'The digest of the running image, which galley_build_info in /metrics contains',
    ),
    CONFIG_FILE: setting(
      z.string().optional(),
      'The path of a YAML file with these settings as keys. The environment and .env take precedence over it',
      { example: '/app/config/config.yaml' },
    ),
    GALLEY_DATA_DIR: setting(
      z.string().prefault('.galley'),
      'The directory for the embedded database and the generated secrets',
    ),
    GALLEY_SINGLE_PROCESS: setting(
      flag(false),
      'Set this to true if only one process runs. Production then does not require Redis',
    ),
  },
  complete: ({ NODE_ENV, APP_VERSION, GALLEY_DATA_DIR }) => ({
    APP_VERSION: APP_VERSION ?? packageVersion(),
    GALLEY_DATA_DIR: resolve(GALLEY_DATA_DIR),
    /** True unless NODE_ENV is development or test. */
    production: isProduction(NODE_ENV),
  }),
});
