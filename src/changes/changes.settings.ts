import type { ConfigType } from '@nestjs/config';
import { settingsOf } from '../platform/config/area.js';
import { integer, setting } from '../platform/config/fields.js';

export type ChangesSettings = ConfigType<typeof changesSettings>;

export const changesSettings = settingsOf('changes', {
  heading: 'Changes',
  fields: {
    CHANGES_WAITING_MAX: setting(
      integer(1000, 1, 100_000),
      'How many requests can wait for changes in one process at the same time. Callers without an account share half of them',
    ),
    CHANGES_WAITING_PER_CALLER_MAX: setting(
      integer(20, 1, 100_000),
      'How many requests of one account, or of one address without an account, can wait for changes in one process',
    ),
  },
});
