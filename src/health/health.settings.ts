import { settingsOf } from '../platform/config/area.js';
import { flag, integer, setting } from '../platform/config/fields.js';

export const healthSettings = settingsOf('health', {
  fields: {
    HEALTH_CHECK_ENABLED: setting(
      flag(true),
      'If true, the server provides the health endpoints in addition to /health and /health/live',
    ),
    READY_WITHOUT_DATABASE_SECONDS: setting(
      integer(60, 0, 86_400),
      'The time in seconds for which a process that was ready stays ready while neither PostgreSQL nor Redis responds. It then assumes that the fault is its own network. If Redis responds or is not set, this limit does not apply: the process becomes unready only if another process reaches PostgreSQL',
    ),
  },
});
