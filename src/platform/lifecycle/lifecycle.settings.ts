import type { ConfigType } from '@nestjs/config';
import { settingsOf } from '../config/area.js';
import { integer, oneOf, optionalInteger, setting } from '../config/fields.js';

export type LifecycleSettings = ConfigType<typeof lifecycleSettings>;

export const lifecycleSettings = settingsOf('lifecycle', {
  fields: {
    PROCESS_ROLE: setting(
      oneOf(['all', 'api', 'worker'], 'all'),
      'The role of this process: `api` serves the API, `worker` runs the jobs and the periodic work of the deployment and serves only health and metrics, `all` does both. If one process has the role `api`, at least one other process must have the role `worker`',
      { fromFile: true, synonyms: ['GALLEY_ROLE'] },
    ),
    SHUTDOWN_DELAY_MS: setting(
      optionalInteger(0, 120_000),
      'The time in milliseconds between becoming unready and closing the port, in which proxies stop sending requests. Default: 0 in development and for the role `worker`, 5000 otherwise',
    ),
    SHUTDOWN_TIMEOUT_MS: setting(
      integer(25_000, 1000, 600_000),
      'The time in milliseconds from SIGTERM to the forced exit, including SHUTDOWN_DELAY_MS',
    ),
  },
  complete: ({ SHUTDOWN_DELAY_MS, PROCESS_ROLE }, { production }) => ({
    SHUTDOWN_DELAY_MS: SHUTDOWN_DELAY_MS ?? (production && PROCESS_ROLE !== 'worker' ? 5000 : 0),
  }),
});
