import type { ConfigType } from '@nestjs/config';
import { settingsOf } from '../platform/config/area.js';
import { integer, setting } from '../platform/config/fields.js';

export type WebhooksSettings = ConfigType<typeof webhooksSettings>;

/** The highest value of WEBHOOKS_CONCURRENCY_PER_RECEIVER. */
export const MOST_CONCURRENT = 50;

export const webhooksSettings = settingsOf('webhooks', {
  heading: 'Webhooks',
  fields: {
    WEBHOOKS_MAX: setting(integer(100, 1, 1000), 'The maximum number of webhooks'),
    WEBHOOKS_CONCURRENCY_PER_RECEIVER: setting(
      integer(5, 1, MOST_CONCURRENT),
      'The maximum number of requests to one webhook at the same time. Events of the same post are always sent one after the other',
    ),
    WEBHOOK_DELIVERIES_RETENTION_DAYS: setting(
      integer(30, 4, 365),
      'How many days the deliveries of webhooks are kept, with the beginning of each response',
    ),
  },
});
