import type { ConfigType } from '@nestjs/config';
import { settingsOf } from '../config/area.js';
import { flag, oneOf, setting } from '../config/fields.js';

export type LoggingSettings = ConfigType<typeof loggingSettings>;

export const loggingSettings = settingsOf('logging', {
  heading: 'Operation',
  fields: {
    LOG_LEVEL: setting(
      oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace'], 'info'),
      'Least level that is logged',
    ),
    ENABLE_REQUEST_LOGGING: setting(flag(true), 'One line per request'),
  },
});
