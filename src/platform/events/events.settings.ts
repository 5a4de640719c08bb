import type { ConfigType } from '@nestjs/config';
import { settingsOf } from '../config/area.js';
import { integer, setting } from '../config/fields.js';

export type EventsSettings = ConfigType<typeof eventsSettings>;

export const eventsSettings = settingsOf('events', {
  heading: 'Events',
  fields: {
    CHANGES_RETENTION_DAYS: setting(
      integer(30, 1, 3650),
      'How many days events are kept. A client that follows changes and was away for longer must start over',
    ),
  },
});
