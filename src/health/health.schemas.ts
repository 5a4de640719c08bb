import { z } from 'zod';
import { Timestamp } from '../platform/schemas/schemas.js';

const Seconds = z
  .number()
  .describe('The uptime of the process in seconds.')
  .meta({ examples: [3600.5] });
const Release = z.string().meta({ examples: ['0.1.0'] });
const Bytes = z
  .int()
  .min(0)
  .meta({ description: 'A size in bytes.', examples: [134_217_728] });
const Indicator = z
  .looseObject({ status: z.enum(['up', 'down', 'degraded']).meta({ id: 'IndicatorStatus' }) })
  .meta({ id: 'HealthIndicator', examples: [{ status: 'up' }] });
const Indicators = z.record(z.string(), Indicator);

export const HealthView = z
  .object({
    status: z.literal('ok'),
    timestamp: Timestamp,
    uptime: Seconds,
    version: Release,
  })
  .meta({ id: 'Health' });

/** The response format of Terminus. */
export const ChecksView = z
  .object({
    status: z.enum(['ok', 'error', 'degraded', 'shutting_down']),
    info: Indicators.optional(),
    error: Indicators.optional(),
    details: Indicators,
  })
  .meta({
    id: 'HealthChecks',
    examples: [{ status: 'ok', info: {}, error: {}, details: {} }],
  });

const Part = z
  .object({
    status: z.enum(['up', 'down']),
    message: z
      .string()
      .optional()
      .describe(
        'What is wrong with the component, as the predicate of a sentence. Absent if the status is `up`.',
      )
      .meta({ examples: ['does not respond'] }),
    responseTime: z
      .number()
      .describe('The response time in milliseconds.')
      .meta({ examples: [2] }),
  })
  .meta({ id: 'HealthPart' });

const Memory = z
  .object({
    rss: Bytes,
    heapUsed: Bytes,
    limit: Bytes.describe(
      'The number of bytes that the process may use: the cgroup limit, or all memory if no limit is set.',
    ),
    warning: z.boolean().describe('True if the process uses 85 % of the limit or more.'),
  })
  .meta({ id: 'HealthMemory' });

export const DetailsView = z
  .object({
    status: z.enum(['ok', 'degraded', 'error']),
    timestamp: Timestamp,
    version: Release,
    uptime: Seconds,
    environment: z.string().meta({ examples: ['production'] }),
    checks: z.record(z.string(), Part).meta({ examples: [{ database: { status: 'up', responseTime: 2 } }] }),
    memory: Memory,
  })
  .meta({ id: 'HealthDetails' });
