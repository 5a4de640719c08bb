import type { ConfigType } from '@nestjs/config';
import { settingsOf } from '../config/area.js';
import { integer, oneOf, optionalInteger, setting } from '../config/fields.js';

export type LifecycleSettings = ConfigType<typeof lifecycleSettings>;

export const lifecycleSettings = settingsOf('lifecycle', {
  fields: {
    PROCESS_ROLE: setting(
      oneOf(['all', 'api', 'worker'], 'all'),
      'What this process does: `api` serves the API, `worker` does the periodic work of the deployment and serves health and metrics alone, `all` does both. Where one process is `api`, at least one other must be `worker`',
    ),
    SHUTDOWN_DELAY_MS: setting(
      optionalInteger(0, 120_000),
      'Between unready and closing the port, so that proxies notice; 0 in development, 5000 otherwise',
    ),
    SHUTDOWN_TIMEOUT_MS: setting(
      integer(25_000, 1000, 600_000),
      'From SIGTERM to the forced end, the delay included',
    ),
  },
  complete: ({ SHUTDOWN_DELAY_MS }, { production }) => ({
    SHUTDOWN_DELAY_MS: SHUTDOWN_DELAY_MS ?? (production ? 5000 : 0),
  }),
});
