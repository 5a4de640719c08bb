import type { ConfigType } from '@nestjs/config';
import { settingsOf } from '../platform/config/area.js';
import { integer, setting } from '../platform/config/fields.js';

export type WebhooksSettings = ConfigType<typeof webhooksSettings>;

export const webhooksSettings = settingsOf('webhooks', {
  heading: 'Webhooks',
  fields: {
    WEBHOOKS_MAX: setting(integer(100, 1, 1000), 'The maximum number of webhooks'),
    WEBHOOKS_CONCURRENCY_PER_RECEIVER: setting(
      integer(5, 1, 50),
      'The maximum number of requests to one webhook at the same time. Events of the same post are always sent one after the other',
    ),
    WEBHOOK_DELIVERIES_RETENTION_DAYS: setting(
      integer(30, 4, 365),
      'How many days the deliveries of webhooks are kept, with the beginning of each response',
    ),
  },
});
