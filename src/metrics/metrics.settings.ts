import { z } from 'zod';
import { settingsOf } from '../platform/config/area.js';
import { faultsWhere } from '../platform/config/config.errors.js';
import { flag, setting } from '../platform/config/fields.js';

export const metricsSettings = settingsOf('metrics', {
  fields: {
    METRICS_ENABLED: setting(flag(true), 'If true, the server provides /metrics and /health/metrics'),
    METRICS_TOKEN: setting(
      z.string().min(16, 'must have at least 16 characters').optional(),
      'The bearer token for the metrics. Required outside development',
      { secret: true, generated: true },
    ),
  },
  faults: ({ METRICS_ENABLED, METRICS_TOKEN }, { production }) =>
    faultsWhere([
      [
        production === true && METRICS_ENABLED !== false && !METRICS_TOKEN,
        'METRICS_TOKEN',
        'is required in production. To disable the metrics instead, set METRICS_ENABLED=false',
      ],
    ]),
});
