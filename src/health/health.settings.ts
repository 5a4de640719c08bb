import { settingsOf } from '../platform/config/area.js';
import { flag, setting } from '../platform/config/fields.js';

export const healthSettings = settingsOf('health', {
  fields: {
    HEALTH_CHECK_ENABLED: setting(
      flag(true),
      'If true, the server provides the health endpoints in addition to /health and /health/live',
    ),
  },
});
