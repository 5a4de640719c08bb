import type { ConfigType } from '@nestjs/config';
import { settingsOf } from '../platform/config/area.js';
import { flag, setting } from '../platform/config/fields.js';

export type HealthSettings = ConfigType<typeof healthSettings>;

export const healthSettings = settingsOf('health', {
  fields: {
    HEALTH_CHECK_ENABLED: setting(flag(true), 'The health routes besides /health and /health/live'),
  },
});
