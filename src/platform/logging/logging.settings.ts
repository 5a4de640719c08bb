import type { ConfigType } from '@nestjs/config';
import { settingsOf } from '../config/area.js';
import { flag, oneOf, setting } from '../config/fields.js';

export type LoggingSettings = ConfigType<typeof loggingSettings>;

export const loggingSettings = settingsOf('logging', {
  heading: 'Operation',
  fields: {
    LOG_LEVEL: setting(
      oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace'], 'info'),
      'The minimum level of the log',
    ),
    ENABLE_REQUEST_LOGGING: setting(flag(true), 'If true, the log contains one line for each request'),
  },
});
