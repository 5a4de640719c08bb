import type { ConfigType } from '@nestjs/config';
import { settingsOf } from '../config/area.js';
import { integer, setting } from '../config/fields.js';

export type JobsSettings = ConfigType<typeof jobsSettings>;

const most = (queue: string, initial: number) =>
  setting(
    integer(initial, 1, 200),
    `The maximum number of jobs of the queue \`${queue}\` that this process runs at the same time`,
  );

export const jobsSettings = settingsOf('jobs', {
  heading: 'Jobs',
  fields: {
    JOBS_DEFAULT_CONCURRENCY: most('default', 5),
    JOBS_MAIL_CONCURRENCY: most('mail', 5),
    JOBS_WEBHOOKS_CONCURRENCY: most('webhooks', 20),
    JOBS_MEDIA_CONCURRENCY: most('media', 2),
    JOBS_DEAD_RETENTION_DAYS: setting(
      integer(14, 1, 365),
      'How many days dead jobs are kept, which failed in all their attempts. An administrator can retry them',
    ),
  },
});
