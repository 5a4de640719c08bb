import { z } from 'zod';
import { Timestamp } from '../platform/http/schemas.js';

const Indicators = z.record(z.string(), z.looseObject({ status: z.enum(['up', 'down', 'degraded']) }));

export const HealthView = z
  .object({
    status: z.literal('ok'),
    timestamp: Timestamp,
    uptime: z.number().describe('Seconds'),
    version: z.string(),
  })
  .meta({ id: 'Health' });

/** Terminus' shape. */
export const ChecksView = z
  .object({
    status: z.enum(['ok', 'error', 'degraded', 'shutting_down']),
    info: Indicators.optional(),
    error: Indicators.optional(),
    details: Indicators,
  })
  .meta({ id: 'HealthChecks' });

const Part = z.object({ status: z.enum(['up', 'down']), responseTime: z.number().describe('Milliseconds') });

export const DetailsView = z
  .object({
    status: z.enum(['ok', 'degraded', 'error']),
    timestamp: Timestamp,
    version: z.string(),
    uptime: z.number().describe('Seconds'),
    environment: z.string(),
    checks: z.record(z.string(), Part),
    memory: z.object({
      rss: z.number().describe('Bytes'),
      heapUsed: z.number(),
      limit: z.number().describe('Bytes that the process may use: the cgroup limit, else all memory'),
      warning: z.boolean().describe('85 % of the limit is reached'),
    }),
  })
  .meta({ id: 'HealthDetails' });
